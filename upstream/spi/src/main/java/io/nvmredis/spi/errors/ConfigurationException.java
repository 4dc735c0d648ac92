package io.nvmredis.spi.errors;

import java.util.List;

/**
 * Thrown for settings that cannot be used. It carries every fault found, each a sentence that names the setting and the
 * remedy.
 */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    // Always a List.copyOf, which is serialisable.
    @SuppressWarnings("serial")
    private final List<String> faults;

    public ConfigurationException(List<String> faults) {
        super(String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}

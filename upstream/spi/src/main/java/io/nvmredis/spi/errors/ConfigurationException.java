package io.nvmredis.spi.errors;

import java.util.List;

/** The settings cannot be used. Carries every fault found, each a sentence that names the setting and the remedy. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    // Always a List.copyOf, which can be serialised.
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

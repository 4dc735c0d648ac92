package io.nvmredis.nvm.pmem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Delays that the {@code emulated} domain adds to ordinary memory, so that figures measured on it are not those of
 * DRAM.
 *
 * @param latencyNanos nanoseconds that a drain takes longer
 * @param bytesPerSecond bytes per second that all threads together can write back; 0 for no limit
 */
public record Emulation(long latencyNanos, long bytesPerSecond) {
    /** Ordinary memory without delays. */
    public static final Emulation NONE = new Emulation(0, 0);

    /** Returns the flusher, slowed down. */
    LineFlusher slow(LineFlusher flusher) {
        return equals(NONE) ? flusher : new SlowedFlusher(flusher, this);
    }

    /** Describes the delays for the user. */
    String detail() {
        List<String> parts = new ArrayList<>();
        if (latencyNanos > 0) {
            parts.add(latencyNanos + " ns added to each drain");
        }
        if (bytesPerSecond > 0) {
            parts.add(String.format(Locale.ROOT, "write-back limited to %.0f MB/s", bytesPerSecond / 1e6));
        }
        return parts.isEmpty() ? "no latency added, no bandwidth limit" : String.join(", ", parts);
    }
}

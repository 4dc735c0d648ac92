package io.nvmredis.nvm.pmem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the {@code emulated} domain adds to ordinary memory, so that figures measured on it are not those of DRAM.
 *
 * @param latencyNanos that a drain takes longer
 * @param bytesPerSecond that can be written back, by all threads together; 0 for as many as the memory takes
 */
public record Emulation(long latencyNanos, long bytesPerSecond) {
    /** Ordinary memory as it is. */
    public static final Emulation NONE = new Emulation(0, 0);

    /** The flusher, slowed down. */
    LineFlusher slow(LineFlusher flusher) {
        return equals(NONE) ? flusher : new SlowedFlusher(flusher, this);
    }

    /** What is added, for the user. */
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

package io.nvmredis.bench.result;

import org.jspecify.annotations.Nullable;

/**
 * An arm as it was run.
 *
 * @param promise what an acknowledged write means with it
 * @param command that started it, with the directory and port of one start, and the JVM's options
 * @param directory in which its data were
 * @param fileSystem of the directory
 * @param countedBy how written bytes were counted
 * @param failure why it has no results; null if it has
 * @param peakResidentBytes the most memory it had in RAM, pages of mapped files among it
 * @param anonymousBytes of it, at the end, memory of its own
 */
public record ArmReport(
        String name,
        String promise,
        String command,
        String directory,
        String fileSystem,
        String countedBy,
        @Nullable String failure,
        long peakResidentBytes,
        long anonymousBytes) {}

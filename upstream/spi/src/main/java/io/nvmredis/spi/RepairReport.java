package io.nvmredis.spi;

import java.nio.file.Path;
import java.util.List;

/**
 * Result of a repair.
 *
 * @param copy directory that has all files as they were, durably
 * @param done what was done, a sentence each
 * @param lost what was lost by that, a sentence each
 */
public record RepairReport(Path copy, List<String> done, List<String> lost) {

    public RepairReport {
        done = List.copyOf(done);
        lost = List.copyOf(lost);
    }
}

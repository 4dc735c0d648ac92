package io.nvmredis.rdb;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Report on an RDB file that has been loaded.
 *
 * @param version version of the format
 * @param keyCount keys handed on
 * @param expiredKeyCount keys left out because their deadline has passed
 * @param emptyKeyCount collections without elements, left out as Redis does
 * @param transactionCount transactions handed on; the LSN of the last one is the LSN of the first plus this, less 1
 * @param payloadBytes bytes of effects handed on
 * @param savedLsn LSN of the last transaction that the file contains, if this server has written it, otherwise 0
 * @param endOffset offset behind the last byte read, where the file ends
 * @param dropped for each kind of data left out because it cannot be kept here: how many times
 */
public record RdbLoadReport(
        int version,
        long keyCount,
        long expiredKeyCount,
        long emptyKeyCount,
        long transactionCount,
        long payloadBytes,
        long savedLsn,
        long endOffset,
        Map<String, Long> dropped) {

    public RdbLoadReport {
        dropped = Map.copyOf(dropped);
    }

    /** Returns one line about the data left out because they cannot be kept here, or null if none were. */
    public @Nullable String droppedNote() {
        if (dropped.isEmpty()) {
            return null;
        }
        return dropped.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", ", "left out because it cannot be kept here: ", ""));
    }
}

package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.HeaderState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decision about a directory, by the states of the table's own file and of its other files. The same decision table is
 * in FORMAT.md; a test compares the two.
 */
public enum TableDecision {
    /** Makes the first file of buckets, then the table's own file. */
    CREATE,
    /** Makes the files again: a creation was interrupted before the table's own file had its name. */
    CREATE_AGAIN,
    /** Makes the last batch whole, and opens the table. */
    OPEN,
    REFUSE_TABLE_MISSING,
    REFUSE_TABLE_DAMAGED,
    REFUSE_TABLE_FOREIGN,
    REFUSE_VERSION,
    REFUSE_FILES_MISSING;

    /** State of the table's own file. */
    public enum TableFileState {
        ABSENT,
        VALID,
        DAMAGED,
        UNKNOWN_VERSION,
        FOREIGN;

        static TableFileState of(@Nullable HeaderState header) {
            if (header == null) {
                return ABSENT;
            }
            return switch (header) {
                case VALID -> VALID;
                case DAMAGED -> DAMAGED;
                case UNKNOWN_VERSION -> UNKNOWN_VERSION;
                case FOREIGN -> FOREIGN;
            };
        }
    }

    /** State of the files of heap and index. */
    public enum OtherFilesState {
        NONE,
        /** Only the first file of buckets exists. */
        FIRST_BUCKETS,
        PRESENT
    }

    /** Row of the decision table. */
    private record Rule(TableFileState table, OtherFilesState others, TableDecision decision) {}

    private static final List<Rule> TABLE = List.of(
            new Rule(TableFileState.ABSENT, OtherFilesState.NONE, CREATE),
            new Rule(TableFileState.ABSENT, OtherFilesState.FIRST_BUCKETS, CREATE_AGAIN),
            new Rule(TableFileState.ABSENT, OtherFilesState.PRESENT, REFUSE_TABLE_MISSING),
            new Rule(TableFileState.VALID, OtherFilesState.NONE, REFUSE_FILES_MISSING),
            new Rule(TableFileState.VALID, OtherFilesState.FIRST_BUCKETS, OPEN),
            new Rule(TableFileState.VALID, OtherFilesState.PRESENT, OPEN),
            new Rule(TableFileState.DAMAGED, OtherFilesState.NONE, REFUSE_TABLE_DAMAGED),
            new Rule(TableFileState.DAMAGED, OtherFilesState.FIRST_BUCKETS, REFUSE_TABLE_DAMAGED),
            new Rule(TableFileState.DAMAGED, OtherFilesState.PRESENT, REFUSE_TABLE_DAMAGED),
            new Rule(TableFileState.UNKNOWN_VERSION, OtherFilesState.NONE, REFUSE_VERSION),
            new Rule(TableFileState.UNKNOWN_VERSION, OtherFilesState.FIRST_BUCKETS, REFUSE_VERSION),
            new Rule(TableFileState.UNKNOWN_VERSION, OtherFilesState.PRESENT, REFUSE_VERSION),
            new Rule(TableFileState.FOREIGN, OtherFilesState.NONE, REFUSE_TABLE_FOREIGN),
            new Rule(TableFileState.FOREIGN, OtherFilesState.FIRST_BUCKETS, REFUSE_TABLE_FOREIGN),
            new Rule(TableFileState.FOREIGN, OtherFilesState.PRESENT, REFUSE_TABLE_FOREIGN));

    /** Returns the decision for these states. */
    public static TableDecision of(TableFileState table, OtherFilesState others) {
        return TABLE.stream()
                .filter(rule -> rule.table() == table && rule.others() == others)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}

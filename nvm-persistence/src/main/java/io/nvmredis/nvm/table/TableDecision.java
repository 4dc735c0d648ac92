package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.HeaderState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a directory, by what is found of the table's own file and of its others. The same table stands in
 * FORMAT.md; a test holds them together.
 */
public enum TableDecision {
    /** Make the first file of buckets, then the table's own. */
    CREATE,
    /** A creation was interrupted before the table's own file had its name: start it again. */
    CREATE_AGAIN,
    /** Make the last batch whole, and go on. */
    OPEN,
    REFUSE_TABLE_MISSING,
    REFUSE_TABLE_DAMAGED,
    REFUSE_TABLE_FOREIGN,
    REFUSE_VERSION,
    REFUSE_FILES_MISSING;

    /** What is found of the table's own file. */
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

    /** What is found of the files of heap and index. */
    public enum OtherFilesState {
        NONE,
        /** Only the first file of buckets. */
        FIRST_BUCKETS,
        PRESENT
    }

    /** One line of the table. */
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

    /** The table. */
    public static TableDecision of(TableFileState table, OtherFilesState others) {
        return TABLE.stream()
                .filter(rule -> rule.table() == table && rule.others() == others)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}

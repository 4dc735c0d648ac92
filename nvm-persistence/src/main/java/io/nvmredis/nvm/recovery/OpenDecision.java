package io.nvmredis.nvm.recovery;

import java.util.List;

/**
 * Decision about a directory, by the states of its log and of its table. The same decision table is in FORMAT.md; a
 * test compares the two.
 */
public enum OpenDecision {
    /** Makes a log, then a table: there is neither. */
    CREATE,
    /** Makes a table and replays all of the log, which has everything. */
    REPLAY_ALL,
    /** Replays the transactions that the checkpoint does not cover. */
    REPLAY,
    REFUSE_LOG_MISSING,
    REFUSE_TABLE_MISSING,
    /** Refuses the table, for the reason that {@code TableDecision} gives. */
    REFUSE_TABLE,
    REFUSE_OTHER_LOG,
    REFUSE_GAP;

    /** State of the log. */
    public enum LogState {
        /** No log, or only the beginnings of one. */
        ABSENT,
        /** Log that has every transaction ever, from LSN 1 on. */
        FROM_THE_FIRST,
        /** Log whose beginning has been recycled. */
        FROM_LATER
    }

    /** State of the table. */
    public enum TableState {
        /** None, or the beginnings of one. */
        ABSENT,
        /** Table that cannot be opened: damaged, foreign, of another version, or incomplete. */
        UNUSABLE,
        /** Table that was made for another log. */
        OF_ANOTHER_LOG,
        /** Table whose checkpoint is below the LSN before the log's first. */
        ENDS_BEFORE_THE_LOG,
        /** Table whose checkpoint the log reaches. Whether it is above the log's last LSN, only the scan finds out. */
        REACHES_THE_LOG
    }

    /** Row of the decision table. */
    private record Rule(LogState log, TableState table, OpenDecision decision) {}

    private static final List<Rule> TABLE = List.of(
            new Rule(LogState.ABSENT, TableState.ABSENT, CREATE),
            new Rule(LogState.ABSENT, TableState.UNUSABLE, REFUSE_LOG_MISSING),
            new Rule(LogState.ABSENT, TableState.OF_ANOTHER_LOG, REFUSE_LOG_MISSING),
            new Rule(LogState.ABSENT, TableState.ENDS_BEFORE_THE_LOG, REFUSE_LOG_MISSING),
            new Rule(LogState.ABSENT, TableState.REACHES_THE_LOG, REFUSE_LOG_MISSING),
            new Rule(LogState.FROM_THE_FIRST, TableState.ABSENT, REPLAY_ALL),
            new Rule(LogState.FROM_THE_FIRST, TableState.UNUSABLE, REFUSE_TABLE),
            new Rule(LogState.FROM_THE_FIRST, TableState.OF_ANOTHER_LOG, REFUSE_OTHER_LOG),
            new Rule(LogState.FROM_THE_FIRST, TableState.ENDS_BEFORE_THE_LOG, REFUSE_GAP),
            new Rule(LogState.FROM_THE_FIRST, TableState.REACHES_THE_LOG, REPLAY),
            new Rule(LogState.FROM_LATER, TableState.ABSENT, REFUSE_TABLE_MISSING),
            new Rule(LogState.FROM_LATER, TableState.UNUSABLE, REFUSE_TABLE),
            new Rule(LogState.FROM_LATER, TableState.OF_ANOTHER_LOG, REFUSE_OTHER_LOG),
            new Rule(LogState.FROM_LATER, TableState.ENDS_BEFORE_THE_LOG, REFUSE_GAP),
            new Rule(LogState.FROM_LATER, TableState.REACHES_THE_LOG, REPLAY));

    /** Returns the decision for these states. */
    public static OpenDecision of(LogState log, TableState table) {
        return TABLE.stream()
                .filter(rule -> rule.log() == log && rule.table() == table)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}

package io.nvmredis.nvm.recovery;

import java.util.List;

/**
 * What is done with a log and a table, by what is found of both. The same table stands in FORMAT.md; a test holds them
 * together.
 */
public enum OpenDecision {
    /** Nothing is there: make a log, then a table. */
    CREATE,
    /** The log has everything: make a table and replay all of it. */
    REPLAY_ALL,
    /** Replay what the checkpoint does not cover. */
    REPLAY,
    REFUSE_LOG_MISSING,
    REFUSE_TABLE_MISSING,
    /** As the table's own decision says. */
    REFUSE_TABLE,
    REFUSE_OTHER_LOG,
    REFUSE_GAP;

    /** What is found of the log. */
    public enum LogState {
        /** None, or the beginnings of one. */
        ABSENT,
        /** It has every transaction ever, from LSN 1 on. */
        FROM_THE_FIRST,
        /** Its beginning has been recycled. */
        FROM_LATER
    }

    /** What is found of the table. */
    public enum TableState {
        /** None, or the beginnings of one. */
        ABSENT,
        /** One that cannot be opened: damaged, foreign, of another version, incomplete. */
        UNUSABLE,
        /** One that was made for another log. */
        OF_ANOTHER_LOG,
        /** Its checkpoint is below the LSN before the log's first. */
        ENDS_BEFORE_THE_LOG,
        /** Its checkpoint is in reach of the log. Whether it is above the log's last LSN, only the scan can say. */
        REACHES_THE_LOG
    }

    /** One line of the table. */
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

    /** The table. */
    public static OpenDecision of(LogState log, TableState table) {
        return TABLE.stream()
                .filter(rule -> rule.log() == log && rule.table() == table)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}

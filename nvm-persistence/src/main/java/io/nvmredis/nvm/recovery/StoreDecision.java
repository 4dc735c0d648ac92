package io.nvmredis.nvm.recovery;

import java.util.List;

/**
 * Decision about a directory, by the states of its superblock and of its segments. The same decision table is in
 * FORMAT.md; a test compares the two.
 */
public enum StoreDecision {
    /** Makes the first segment, then the superblock. */
    CREATE,
    /** Makes both again: a creation was interrupted before the superblock had its name. */
    CREATE_AGAIN,
    /** Reads the log. */
    RECOVER,
    /** Reads the log, then writes the bad copy of the superblock again from the good one. */
    RECOVER_AND_REPAIR,
    REFUSE_SUPERBLOCK_MISSING,
    REFUSE_SUPERBLOCK_DAMAGED,
    REFUSE_SUPERBLOCK_FOREIGN,
    REFUSE_VERSION,
    REFUSE_SEGMENTS_MISSING;

    /** State of the superblock. */
    public enum SuperblockState {
        ABSENT,
        BOTH_VALID,
        /** One copy is good; the other is damaged. */
        ONE_VALID,
        /** Neither copy is good, and at least one begins with the magic. */
        DAMAGED,
        /** A copy is whole and of another version. */
        UNKNOWN_VERSION,
        /** Neither copy begins with the magic. */
        FOREIGN
    }

    /** State of the segments. */
    public enum SegmentsState {
        NONE,
        /** Only the segment of epoch 1, without a record. */
        FIRST_EMPTY,
        PRESENT
    }

    /** Row of the decision table. */
    private record Rule(SuperblockState superblock, SegmentsState segments, StoreDecision decision) {}

    private static final List<Rule> TABLE = List.of(
            new Rule(SuperblockState.ABSENT, SegmentsState.NONE, CREATE),
            new Rule(SuperblockState.ABSENT, SegmentsState.FIRST_EMPTY, CREATE_AGAIN),
            new Rule(SuperblockState.ABSENT, SegmentsState.PRESENT, REFUSE_SUPERBLOCK_MISSING),
            new Rule(SuperblockState.BOTH_VALID, SegmentsState.NONE, REFUSE_SEGMENTS_MISSING),
            new Rule(SuperblockState.BOTH_VALID, SegmentsState.FIRST_EMPTY, RECOVER),
            new Rule(SuperblockState.BOTH_VALID, SegmentsState.PRESENT, RECOVER),
            new Rule(SuperblockState.ONE_VALID, SegmentsState.NONE, REFUSE_SEGMENTS_MISSING),
            new Rule(SuperblockState.ONE_VALID, SegmentsState.FIRST_EMPTY, RECOVER_AND_REPAIR),
            new Rule(SuperblockState.ONE_VALID, SegmentsState.PRESENT, RECOVER_AND_REPAIR),
            new Rule(SuperblockState.DAMAGED, SegmentsState.NONE, REFUSE_SUPERBLOCK_DAMAGED),
            new Rule(SuperblockState.DAMAGED, SegmentsState.FIRST_EMPTY, REFUSE_SUPERBLOCK_DAMAGED),
            new Rule(SuperblockState.DAMAGED, SegmentsState.PRESENT, REFUSE_SUPERBLOCK_DAMAGED),
            new Rule(SuperblockState.UNKNOWN_VERSION, SegmentsState.NONE, REFUSE_VERSION),
            new Rule(SuperblockState.UNKNOWN_VERSION, SegmentsState.FIRST_EMPTY, REFUSE_VERSION),
            new Rule(SuperblockState.UNKNOWN_VERSION, SegmentsState.PRESENT, REFUSE_VERSION),
            new Rule(SuperblockState.FOREIGN, SegmentsState.NONE, REFUSE_SUPERBLOCK_FOREIGN),
            new Rule(SuperblockState.FOREIGN, SegmentsState.FIRST_EMPTY, REFUSE_SUPERBLOCK_FOREIGN),
            new Rule(SuperblockState.FOREIGN, SegmentsState.PRESENT, REFUSE_SUPERBLOCK_FOREIGN));

    /** Returns the decision for these states. */
    public static StoreDecision of(SuperblockState superblock, SegmentsState segments) {
        return TABLE.stream()
                .filter(rule -> rule.superblock() == superblock && rule.segments() == segments)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}

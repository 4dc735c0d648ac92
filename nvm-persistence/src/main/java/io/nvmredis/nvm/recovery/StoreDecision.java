package io.nvmredis.nvm.recovery;

import java.util.List;

/**
 * What is done with a directory, by what is found of the superblock and of the segments. The same table stands in
 * FORMAT.md; a test holds them together.
 */
public enum StoreDecision {
    /** Make the first segment, then the superblock. */
    CREATE,
    /** A creation was interrupted before the superblock had its name: start it again. */
    CREATE_AGAIN,
    /** Read the log. */
    RECOVER,
    /** Read the log, then write the bad copy of the superblock again from the good one. */
    RECOVER_AND_REPAIR,
    REFUSE_SUPERBLOCK_MISSING,
    REFUSE_SUPERBLOCK_DAMAGED,
    REFUSE_SUPERBLOCK_FOREIGN,
    REFUSE_VERSION,
    REFUSE_SEGMENTS_MISSING;

    /** What is found of the superblock. */
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

    /** What is found of the segments. */
    public enum SegmentsState {
        NONE,
        /** Only that of epoch 1, with nothing in it. */
        FIRST_EMPTY,
        PRESENT
    }

    /** One line of the table. */
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

    /** The table. */
    public static StoreDecision of(SuperblockState superblock, SegmentsState segments) {
        return TABLE.stream()
                .filter(rule -> rule.superblock() == superblock && rule.segments() == segments)
                .findFirst()
                .orElseThrow()
                .decision();
    }
}

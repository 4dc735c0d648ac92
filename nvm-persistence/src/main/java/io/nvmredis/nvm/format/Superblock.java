package io.nvmredis.nvm.format;

/**
 * Identity and beginning of a log.
 *
 * @param logId id drawn at random when the log was made
 * @param generation number of the write of the superblock, from 1
 * @param firstEpoch epoch of the oldest segment of the log
 * @param firstLsn LSN of the first transaction of the log
 * @param firstOffset offset in that segment at which it begins, unless it begins in the next one
 */
public record Superblock(long logId, long generation, long firstEpoch, long firstLsn, int firstOffset) {

    /**
     * Returns whether both are equal, compared field by field: the generated {@code equals} of a record takes
     * milliseconds when first used.
     */
    public boolean agreesWith(Superblock other) {
        return logId == other.logId
                && generation == other.generation
                && firstEpoch == other.firstEpoch
                && firstLsn == other.firstLsn
                && firstOffset == other.firstOffset;
    }

    /** Returns the superblock of the same log with a later beginning. */
    public Superblock beginningAt(long epoch, long lsn, int offset) {
        return new Superblock(logId, generation + 1, epoch, lsn, offset);
    }
}

package io.nvmredis.nvm.format;

/**
 * Which log this is and where it begins.
 *
 * @param logId drawn at random when the log was made
 * @param generation counts the writes of the superblock, from 1
 * @param firstEpoch epoch of the oldest segment of the log
 * @param firstLsn LSN of the first transaction of the log
 * @param firstOffset where in that segment it begins, if it does not begin in the next one
 */
public record Superblock(long logId, long generation, long firstEpoch, long firstLsn, int firstOffset) {

    /** Whether both say the same. Field by field: the equality that a record comes with takes milliseconds when first used. */
    public boolean agreesWith(Superblock other) {
        return logId == other.logId
                && generation == other.generation
                && firstEpoch == other.firstEpoch
                && firstLsn == other.firstLsn
                && firstOffset == other.firstOffset;
    }

    /** The same log, beginning later. */
    public Superblock beginningAt(long epoch, long lsn, int offset) {
        return new Superblock(logId, generation + 1, epoch, lsn, offset);
    }
}

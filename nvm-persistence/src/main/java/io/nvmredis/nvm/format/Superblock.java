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

    /** The same log, beginning later. */
    public Superblock beginningAt(long epoch, long lsn, int offset) {
        return new Superblock(logId, generation + 1, epoch, lsn, offset);
    }
}

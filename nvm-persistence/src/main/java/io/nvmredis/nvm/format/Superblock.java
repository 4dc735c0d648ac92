package io.nvmredis.nvm.format;

/**
 * Which log this is and where it begins.
 *
 * @param logId drawn at random when the log was made
 * @param generation counts the writes of the superblock, from 1
 * @param firstEpoch epoch of the oldest segment of the log
 * @param firstLsn LSN of the first transaction in that segment
 */
public record Superblock(long logId, long generation, long firstEpoch, long firstLsn) {}

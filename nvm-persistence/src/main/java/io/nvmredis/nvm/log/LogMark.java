package io.nvmredis.nvm.log;

/**
 * A place between two transactions of an open log.
 *
 * @param segment where the one before ends
 * @param offset where in it
 * @param nextLsn LSN of the one behind, which begins here or, if there is no room, with the next segment
 */
public record LogMark(LogSegment segment, int offset, long nextLsn) {}

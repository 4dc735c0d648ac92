package io.nvmredis.nvm.log;

/**
 * Mark: a boundary between two transactions of an open log.
 *
 * @param segment segment in which the transaction before ends
 * @param offset offset at which it ends
 * @param nextLsn LSN of the transaction behind, which begins here or, if there is no room, in the next segment
 */
public record LogMark(LogSegment segment, int offset, long nextLsn) {}

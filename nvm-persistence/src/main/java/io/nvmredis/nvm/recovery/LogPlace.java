package io.nvmredis.nvm.recovery;

/**
 * A place in the log, by segment.
 *
 * @param segmentIndex index in the list of segments
 * @param offset in that segment
 */
record LogPlace(int segmentIndex, int offset) {}

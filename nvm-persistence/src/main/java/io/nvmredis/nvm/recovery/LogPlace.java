package io.nvmredis.nvm.recovery;

/**
 * Place in the log, while it is recovered.
 *
 * @param segmentIndex index in the list of segments
 * @param offset offset in that segment
 */
record LogPlace(int segmentIndex, int offset) {}

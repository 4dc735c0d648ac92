package io.nvmredis.nvm.log;

/** Position in the log, packed into a long so that one store publishes it: epoch of a segment and offset in it. */
final class LogPosition {
    /** Bits of an offset, which is a multiple of 8 below 2^31. */
    private static final int OFFSET_BITS = 28;

    private static final int ALIGNMENT_BITS = 3;

    private LogPosition() {}

    static long of(long epoch, int offset) {
        return epoch << OFFSET_BITS | offset >>> ALIGNMENT_BITS;
    }

    static long epoch(long position) {
        return position >>> OFFSET_BITS;
    }

    static int offset(long position) {
        return (int) (position & (1L << OFFSET_BITS) - 1) << ALIGNMENT_BITS;
    }
}

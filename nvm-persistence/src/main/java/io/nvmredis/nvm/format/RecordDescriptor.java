package io.nvmredis.nvm.format;

/**
 * Record of the log: a header that certifies it, then its payload, a whole transaction or a fragment of one. It begins
 * at a multiple of 8; up to 7 bytes of padding of any content follow it.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *  0|        CRC32C of salt, bytes 8 to 31, payload                 |
 *   +---------------------------------------------------------------+
 *  4|            CRC32C of salt, bytes 8 to 31                      |
 *   +---------------------------------------------------------------+
 *  8|                   length of the payload                       |
 *   +---------------+---------------+-------------------------------+
 * 12|     flags     |     zero      |       fragment index          |
 *   +---------------+---------------+-------------------------------+
 * 16|                            LSN                                |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 24|                        durable LSN                            |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 32|                         payload ...
 *   +-------------------------------
 * </pre>
 *
 * <p>The salt, {@link SegmentDescriptor#salt}, is not stored: it takes the place of bytes 0 to 7 in the checksums.
 */
public final class RecordDescriptor {
    /** Guards against a torn record, against damage and against stale bytes. */
    public static final int CRC_OFFSET = 0;
    /**
     * Guards the header alone: a search through bytes of any content finds headers without taking a client's data for
     * one, and without a checksum over every length that it meets.
     */
    public static final int HEADER_CRC_OFFSET = 4;

    public static final int PAYLOAD_LENGTH_OFFSET = 8;
    /** Guards against half of a large transaction: recovery takes all its fragments, from first to last, or none. */
    public static final int FLAGS_OFFSET = 12;
    /** Guards against a missing fragment. */
    public static final int FRAGMENT_INDEX_OFFSET = 14;
    /** Guards against a missing record: the LSN of each transaction is one higher than that of the one before. */
    public static final int LSN_OFFSET = 16;
    /**
     * LSN up to which every transaction was durable before this record was written. Guards against taking damage for a
     * torn tail: a bad record that a later good record claims to be durable is damage.
     */
    public static final int DURABLE_LSN_OFFSET = 24;

    public static final int HEADER_LENGTH = 32;
    public static final int ALIGNMENT = 8;

    /** Flag of a record in which a transaction begins. */
    public static final int FLAG_FIRST = 1;
    /** Flag of a record in which a transaction ends. */
    public static final int FLAG_LAST = 2;

    public static final int MAX_FRAGMENT_INDEX = 0xffff;

    private RecordDescriptor() {}

    /** Returns the bytes that a payload takes in a segment, header and padding included. */
    public static long framedLength(long payloadLength) {
        return (HEADER_LENGTH + payloadLength + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Returns bytes 8 to 15 of a header as one number. */
    public static long shapeWord(int payloadLength, int flags, int fragmentIndex) {
        return payloadLength | (long) flags << 32 | (long) fragmentIndex << 48;
    }
}

package io.nvmredis.nvm.format;

/**
 * Record of the heap: a header that certifies itself and the key, the key, the payload, and up to 7 bytes of padding of
 * any content. It begins at a multiple of 8.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------------------------------------------------------+
 *  0|         CRC32C of salt, header from byte 4 on, key            |
 *   +---------------------------------------------------------------+
 *  4|                   length of the payload                       |
 *   +---------------------------------------------------------------+
 *  8|                            LSN                                |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 16|                   deadline of the key, or -1                  |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 24|                     length of the key                         |
 *   +---------------+---------------+---------------+---------------+
 * 28|     kind      |     type      |   database    |     flags     |
 *   +---------------+---------------+---------------+---------------+
 * 32|                 elements at least                             |
 *   +---------------------------------------------------------------+
 * 36|                 CRC32C of the payload                         |
 *   +---------------------------------------------------------------+
 *      of a DELTA only:
 *   +---------------------------------------------------------------+
 * 40|              LSN of the record before it                      |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 48|            position of the record before it                   |
 *   |                                                               |
 *   +---------------------------------------------------------------+
 * 56|                 deltas since the base                         |
 *   +---------------------------------------------------------------+
 * 60|         length of the base, in units of 8, low half           |
 *   +---------------------------------------------------------------+
 * 64|    length of the deltas, this one included, in units, low     |
 *   +-------------------------------+-------------------------------+
 * 68|     base: bits 32 to 47       |    deltas: bits 32 to 47      |
 *   +---------------------------------------------------------------+
 * </pre>
 */
public final class HeapRecordDescriptor {
    /** Guards against torn records, decay, stale bytes and wrong pointers. */
    public static final int CRC_OFFSET = 0;

    public static final int PAYLOAD_LENGTH_OFFSET = 4;
    /** LSN of the newest effect in the record. Guards against applying an effect twice. */
    public static final int LSN_OFFSET = 8;

    public static final int DEADLINE_OFFSET = 16;
    public static final int KEY_LENGTH_OFFSET = 24;
    public static final int KIND_OFFSET = 28;
    public static final int TYPE_OFFSET = 29;
    public static final int DATABASE_OFFSET = 30;
    public static final int FLAGS_OFFSET = 31;
    /**
     * Guards against overlooking that a collection has lost its last element: if this bound would reach zero, the
     * elements are counted.
     */
    public static final int ELEMENTS_OFFSET = 32;
    /** Guards the payload by itself, so that the header can be trusted without reading a large value. */
    public static final int PAYLOAD_CRC_OFFSET = 36;

    /** Length of the header of a BASE or TOMBSTONE. */
    public static final int BASE_LENGTH = 40;

    /** Guards against a chain that leads to another state of the key than the one this record builds on. */
    public static final int PREVIOUS_LSN_OFFSET = 40;

    public static final int PREVIOUS_POSITION_OFFSET = 48;
    public static final int DEPTH_OFFSET = 56;
    public static final int BASE_UNITS_OFFSET = 60;
    public static final int DELTA_UNITS_OFFSET = 64;
    public static final int BASE_UNITS_HIGH_OFFSET = 68;
    public static final int DELTA_UNITS_HIGH_OFFSET = 70;

    /** Length of the header of a DELTA. */
    public static final int DELTA_LENGTH = 72;

    public static final int ALIGNMENT = 8;

    /** Whole value: the bytes of a string, or the effects that make another value from nothing. */
    public static final int KIND_BASE = 1;
    /** Effects on the value that the chain behind this record makes. */
    public static final int KIND_DELTA = 2;
    /** Removal of the key. Kept until the checkpoint has passed it, so that older effects stay harmless. */
    public static final int KIND_TOMBSTONE = 3;

    /**
     * Flag of a BASE whose effects name each element once, in order, so that they can be shown without being gathered.
     */
    public static final int FLAG_PLAIN = 1;
    /** Flag of a DELTA that is a further part of the base, written together with the record before it. */
    public static final int FLAG_PART = 2;

    private HeapRecordDescriptor() {}

    /** Returns the length of the header of a record of this kind. */
    public static int headerLength(int kind) {
        return kind == KIND_DELTA ? DELTA_LENGTH : BASE_LENGTH;
    }

    /** Returns the bytes that a record takes, padding included. */
    public static long framedLength(int kind, long keyLength, long payloadLength) {
        return (headerLength(kind) + keyLength + payloadLength + ALIGNMENT - 1) & -ALIGNMENT;
    }
}

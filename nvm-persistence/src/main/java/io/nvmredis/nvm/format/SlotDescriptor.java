package io.nvmredis.nvm.format;

/**
 * Slot of the index: the position of the newest record of a key, in a {@link CheckedWord}; zero is an empty slot.
 *
 * <pre>
 *   | 63 ... 56 |  55   | 54 ......... 40 | 39 .................... 0 |
 *   |   CRC-8   | chain |       tag       |         position          |
 * </pre>
 *
 * <p>The tag is the low 15 bits of the key's hash; the index itself uses the high ones. The chain bit is set if the
 * record is a DELTA; if it is not set, no other record of the key is reachable, which the cleaner thus knows without
 * reading the record. A position counts units of 8 bytes: segment number times units per segment, plus offset in the
 * segment. 2^40 units are 8 TB.
 */
public final class SlotDescriptor {
    /** Length of a slot. */
    public static final int LENGTH = 8;

    public static final int POSITION_BITS = 40;
    public static final int TAG_BITS = 15;
    public static final long EMPTY = 0;

    /** Bit that is set if the record is a DELTA. */
    public static final long CHAIN = 1L << (POSITION_BITS + TAG_BITS);

    private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;
    /** Bits of the hash that are the tag. */
    public static final long TAG_MASK = (1L << TAG_BITS) - 1;
    /** Bits of a slot that tell to which keys it may belong, and whether it points at a chain. */
    public static final long CHAIN_AND_TAG = CHAIN | TAG_MASK << POSITION_BITS;

    private SlotDescriptor() {}

    /** Returns the slot for a record that is a chain's newest, or a whole chain by itself. */
    public static long of(long hash, long position, boolean isChain) {
        return CheckedWord.of((isChain ? CHAIN : 0) | ((hash & TAG_MASK) << POSITION_BITS) | position);
    }

    public static long position(long slot) {
        return slot & POSITION_MASK;
    }

    public static long tag(long slot) {
        return (slot >>> POSITION_BITS) & TAG_MASK;
    }
}

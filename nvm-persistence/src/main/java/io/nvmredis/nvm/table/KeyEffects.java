package io.nvmredis.nvm.table;

import java.util.Arrays;

/**
 * Effects that are to be applied to one key: those of one or more transactions, in their order, with their LSNs.
 *
 * <p>Every effect names the key as its first argument. All effects of one transaction on the key must be given
 * together, under its LSN; of a transaction with a FLUSHDB in the key's database, only those behind its last FLUSHDB.
 * Reused with {@link #reset}; the bytes are not copied. One thread.
 */
public final class KeyEffects {
    private static final byte[] NOTHING = {};

    private long[] lsns = new long[4];
    private byte[][] bytes = new byte[4][];
    private int[] offsets = new int[4];
    private int[] lengths = new int[4];
    private int count;

    /** Removes all effects. */
    public KeyEffects reset() {
        Arrays.fill(bytes, 0, count, NOTHING);
        count = 0;
        return this;
    }

    /** Adds effects in RESP, of a transaction whose LSN is not lower than the one before. */
    public KeyEffects add(long lsn, byte[] source, int offset, int length) {
        if (count > 0 && lsn < lsns[count - 1]) {
            throw new IllegalArgumentException("LSN " + lsn + " after " + lsns[count - 1]);
        }
        if (count == lsns.length) {
            lsns = Arrays.copyOf(lsns, 2 * count);
            bytes = Arrays.copyOf(bytes, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        lsns[count] = lsn;
        bytes[count] = source;
        offsets[count] = offset;
        lengths[count++] = length;
        return this;
    }

    public int count() {
        return count;
    }

    long lsn(int index) {
        return lsns[index];
    }

    byte[] bytes(int index) {
        return bytes[index];
    }

    int offset(int index) {
        return offsets[index];
    }

    int length(int index) {
        return lengths[index];
    }

    /** Returns the index of the first effects with an LSN above this one. */
    int firstAbove(long lsn) {
        int index = 0;
        while (index < count && lsns[index] <= lsn) {
            index++;
        }
        return index;
    }
}

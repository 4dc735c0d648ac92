package io.nvmredis.spi.effects;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;

/**
 * The effects of one top-level command, encoded in RESP one after the other, to be kept together or not at all.
 *
 * <p>A transaction stands by itself: it begins in database 0, and {@code SELECT} among its effects says where the next
 * ones happened. Made to be reused: {@link #reset} keeps the buffer. Written through {@link Effects}, by one thread at
 * a time.
 */
public final class Transaction {
    private static final int INITIAL_CAPACITY = 4 << 10;
    /** A buffer that one huge value has grown is given back at the next reset. */
    private static final int RETAINED_CAPACITY = BufferCapacity.kept(4 << 20);

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;
    private int effectCount;
    /** Arguments that the last effect still lacks. */
    private int missingArguments;

    private boolean isOverfull;

    /** The buffer; its first {@link #length()} bytes are the effects. Another array after the next write. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public int effectCount() {
        return effectCount;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    /**
     * Whether its last effect was written to its end. If not, something went wrong between the change and its record,
     * and it must not be kept.
     */
    public boolean isComplete() {
        return missingArguments == 0 && !isOverfull;
    }

    /** Makes it empty. */
    public void reset() {
        length = 0;
        effectCount = 0;
        missingArguments = 0;
        isOverfull = false;
        if (bytes.length > RETAINED_CAPACITY) {
            bytes = new byte[INITIAL_CAPACITY];
        }
    }

    void effectBegins(int argumentCount) {
        effectCount++;
        missingArguments += argumentCount;
    }

    void argumentEnds(int newLength) {
        length = newLength;
        missingArguments--;
    }

    /** Room for so many more bytes; returns where they begin. */
    int reserve(int count) {
        int start = length;
        if (count > bytes.length - start) {
            grow(count);
        }
        return start;
    }

    /** So much more is going to come, roughly: the buffer need not grow by doubling. */
    public void expect(long count) {
        long needed = length + count;
        if (needed > bytes.length && needed <= BufferCapacity.MAX) {
            bytes = Arrays.copyOf(bytes, (int) needed);
        }
    }

    private void grow(int count) {
        long needed = (long) length + count;
        if (needed > BufferCapacity.MAX) {
            isOverfull = true;
            throw new PersistenceException("a single command changed more than 2 GB of data; split it up");
        }
        bytes = Arrays.copyOf(bytes, BufferCapacity.grown(bytes.length, needed, RETAINED_CAPACITY));
    }

    void advanceTo(int newLength) {
        length = newLength;
    }
}

package io.nvmredis.spi.effects;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;

/**
 * Effects of one top-level command, encoded in RESP one after the other, to be kept together or not at all.
 *
 * <p>A transaction begins in database 0, whatever the one before selected; {@code SELECT} among its effects gives the
 * database of the next ones. It is reused: {@link #reset} keeps the buffer. It is written through {@link Effects}, by
 * one thread at a time.
 */
public final class Transaction {
    private static final int INITIAL_CAPACITY = 4 << 10;
    /** Longest buffer that is kept at a reset; a buffer that a huge value has grown beyond it is dropped. */
    private static final int RETAINED_CAPACITY = BufferCapacity.kept(4 << 20);

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;
    private int effectCount;
    /** Number of arguments that the last effect still lacks. */
    private int missingArguments;

    private boolean isOverfull;
    private boolean isSpeltAsInRedis = true;
    private boolean hasLibraries;

    /** Returns the buffer, whose first {@link #length()} bytes are the effects. The next write may replace it. */
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
     * Returns whether the last effect was written to its end. If not, recording the change has failed, and the
     * transaction must not be kept.
     */
    public boolean isComplete() {
        return missingArguments == 0 && !isOverfull;
    }

    /** Empties the transaction. */
    public void reset() {
        length = 0;
        effectCount = 0;
        missingArguments = 0;
        isOverfull = false;
        isSpeltAsInRedis = true;
        hasLibraries = false;
        if (bytes.length > RETAINED_CAPACITY) {
            bytes = new byte[INITIAL_CAPACITY];
        }
    }

    /**
     * Returns whether all effects are commands of Redis as they are, which an {@link Effect#XGROUP} is not, nor any of
     * the {@link LibraryEffects}.
     */
    public boolean isSpeltAsInRedis() {
        return isSpeltAsInRedis;
    }

    /** Returns whether there are {@link LibraryEffects} among the effects. */
    public boolean hasLibraries() {
        return hasLibraries;
    }

    /** Notes that {@link LibraryEffects} follow. */
    void concernsLibraries() {
        hasLibraries = true;
        isSpeltAsInRedis = false;
    }

    void effectBegins(Effect effect, int argumentCount) {
        effectCount++;
        isSpeltAsInRedis &= effect != Effect.XGROUP;
        missingArguments += argumentCount;
    }

    void argumentEnds(int newLength) {
        length = newLength;
        missingArguments--;
    }

    /** Makes room for {@code count} more bytes; returns where they begin. */
    int reserve(int count) {
        int start = length;
        if (count > bytes.length - start) {
            grow(count);
        }
        return start;
    }

    /** Makes room for about {@code count} more bytes at once, so that the buffer need not grow by doubling. */
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

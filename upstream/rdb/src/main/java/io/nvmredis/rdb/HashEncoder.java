package io.nvmredis.rdb;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;

/**
 * Encodes a hash: as the plain type while no field has a deadline, and from the first one that has as the type of Redis
 * 7.4, in which each field is preceded by its own.
 *
 * <p>That type counts deadlines from the earliest one of the hash, which is not known before the end, so they are counted
 * from 1 instead: a few bytes more, and no need to wait for the end. One thread.
 */
final class HashEncoder {
    /** Deadlines are counted from here; 0 stands for none. */
    private static final long BASE_MILLIS = 1;

    private final RdbOutput output;
    private final RdbBuffer buffer;
    private final StringEncoder strings;
    /** For what has been encoded without deadlines and has to move. */
    private final RdbBuffer moved = new RdbBuffer();

    private byte[] key = new byte[0];
    private int elementCount;
    private int putCount;
    /** Where the first field stands in the buffer, as long as it is held. */
    private int fieldsStart;

    private boolean hasDeadlines;

    HashEncoder(RdbOutput output, StringEncoder strings) {
        this.output = output;
        this.buffer = output.buffer();
        this.strings = strings;
    }

    void begin(byte[] newKey, int newElementCount) {
        key = newKey;
        elementCount = newElementCount;
        putCount = 0;
        hasDeadlines = false;
        output.hold();
        buffer.putByte(RdbFormat.TYPE_HASH);
        putString(newKey);
        buffer.putLength(newElementCount);
        fieldsStart = buffer.length() - output.heldFrom();
    }

    void put(byte[] field, byte[] value, long deadlineMillis) {
        boolean hasDeadline = deadlineMillis != ValueVisitor.NO_DEADLINE;
        if (hasDeadline && !hasDeadlines) {
            becomeOneWithDeadlines();
        }
        if (hasDeadlines) {
            // A time before 1970 has passed as much as its first millisecond.
            buffer.putLength(hasDeadline ? Math.max(deadlineMillis - BASE_MILLIS + 1, 1) : 0);
        }
        putString(field);
        putString(value);
        putCount++;
        if (output.isHeld() && buffer.length() - output.heldFrom() > RdbWriter.MAX_HELD_BYTES) {
            output.release();
        }
    }

    private void becomeOneWithDeadlines() {
        if (!output.isHeld()) {
            throw new PersistenceException("hash " + Shown.key(key) + " has a field with a deadline behind the first "
                    + putCount
                    + ", which have none and take more than 1 GB: the format cannot express that unless it is"
                    + " known before; give a deadline to one of its first fields, or split it up");
        }
        int start = output.heldFrom();
        int from = start + fieldsStart;
        moved.putBytes(buffer.bytes(), from, buffer.length() - from);
        buffer.setLength(start);
        buffer.putByte(RdbFormat.TYPE_HASH_METADATA);
        putString(key);
        buffer.putLittleEndian(BASE_MILLIS);
        buffer.putLength(elementCount);
        int at = 0;
        for (int i = 0; i < putCount; i++) {
            int end = EncodedStrings.end(moved.bytes(), EncodedStrings.end(moved.bytes(), at));
            buffer.putLength(0);
            buffer.putBytes(moved.bytes(), at, end - at);
            at = end;
        }
        moved.removeFirst(moved.length());
        output.release();
        hasDeadlines = true;
    }

    /** Returns whether it has fields with deadlines. */
    boolean end() {
        output.release();
        return hasDeadlines;
    }

    private void putString(byte[] string) {
        strings.put(string, 0, string.length, buffer);
    }
}

package io.nvmredis.rdb;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a hash. Its type is the plain one while no field has a deadline; from the first field with a deadline on, it
 * is the type of Redis 7.4, in which each field is preceded by its deadline.
 *
 * <p>The type of Redis 7.4 counts deadlines from the earliest deadline of the hash, which is known only at the end.
 * They are counted from 1 instead, which takes a few bytes more per field and does not wait for the end. One thread.
 */
final class HashEncoder {
    /** Time that deadlines are counted from; the number 0 stands for no deadline. */
    private static final long BASE_MILLIS = 1;

    private final RdbOutput output;
    private final RdbBuffer buffer;
    private final StringEncoder strings;
    /** Holds the fields encoded without deadlines while they are encoded again. */
    private final RdbBuffer moved = new RdbBuffer();

    /** Key behind the type; null if there is none. */
    private byte @Nullable [] key;

    private int elementCount;
    private int putCount;
    /** Distance of the first field from the first held byte, as long as bytes are held. */
    private int fieldsStart;

    private boolean hasDeadlines;

    HashEncoder(RdbOutput output, StringEncoder strings) {
        this.output = output;
        this.buffer = output.buffer();
        this.strings = strings;
    }

    void begin(byte @Nullable [] newKey, int newElementCount) {
        key = newKey;
        elementCount = newElementCount;
        putCount = 0;
        hasDeadlines = false;
        output.hold();
        buffer.putByte(RdbFormat.TYPE_HASH);
        putKey();
        buffer.putLength(newElementCount);
        fieldsStart = buffer.length() - output.heldFrom();
    }

    void put(byte[] field, byte[] value, long deadlineMillis) {
        boolean hasDeadline = deadlineMillis != ValueVisitor.NO_DEADLINE;
        if (hasDeadline && !hasDeadlines) {
            becomeOneWithDeadlines();
        }
        if (hasDeadlines) {
            // A deadline before 1970 is written as 1 ms after it: both have passed.
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
            throw new PersistenceException(
                    "hash " + (key == null ? "" : Shown.key(key)) + " has a field with a deadline behind the first "
                            + putCount
                            + ", which have none and take more than 1 GB: the format cannot express that unless it is"
                            + " known before; give a deadline to one of its first fields, or split it up");
        }
        int start = output.heldFrom();
        int from = start + fieldsStart;
        moved.putBytes(buffer.bytes(), from, buffer.length() - from);
        buffer.setLength(start);
        buffer.putByte(RdbFormat.TYPE_HASH_METADATA);
        putKey();
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

    /** Ends the hash. Returns whether it has fields with deadlines. */
    boolean end() {
        output.release();
        return hasDeadlines;
    }

    private void putKey() {
        if (key != null) {
            putString(key);
        }
    }

    private void putString(byte[] string) {
        strings.put(string, 0, string.length, buffer);
    }
}

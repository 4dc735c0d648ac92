package io.nvmredis.spi.effects;

import java.nio.charset.StandardCharsets;

/**
 * Encodes effects into a {@link Transaction}, as RESP arrays of bulk strings.
 *
 * <p>An effect is begun with its kind and the exact number of its arguments, which follow one by one. Nothing is
 * allocated unless the transaction's buffer has to grow. One thread at a time.
 */
public final class Effects {
    /** Elements per effect of large collections, as many as Redis has when it rewrites its own log. */
    public static final int ELEMENTS_PER_EFFECT = 64;

    private static final byte[] LONG_MIN_VALUE = "-9223372036854775808".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEGATIVE_ZERO = {'-', '0'};
    /** Word that Redis requires before the number of hash fields. */
    private static final byte[] FIELDS = "FIELDS".getBytes(StandardCharsets.US_ASCII);

    /** Number of arguments of an XCLAIM before its ids, the key included. */
    public static final int CLAIM_START = 4;
    /** Number of arguments of an XCLAIM behind its ids. */
    public static final int CLAIM_END = 6;

    private static final byte[] RETRYCOUNT = "RETRYCOUNT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TIME = "TIME".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FORCE = "FORCE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] JUSTID = "JUSTID".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENTRIESREAD = "ENTRIESREAD".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ENTRIESADDED = "ENTRIESADDED".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MAXDELETEDID = "MAXDELETEDID".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] POSITIVE_INFINITY = {'i', 'n', 'f'};
    private static final byte[] NEGATIVE_INFINITY = {'-', 'i', 'n', 'f'};
    /** Limit above which not every integer is a double, and a double's shortest spelling is not that of a long. */
    private static final double EXACT_INTEGER_LIMIT = 1L << 53;

    private final Transaction transaction;

    public Effects(Transaction transaction) {
        this.transaction = transaction;
    }

    /** Begins an effect with {@code argumentCount} arguments. */
    public Effects begin(Effect effect, int argumentCount) {
        transaction.effectBegins(effect, argumentCount);
        byte[] name = effect.encoded();
        int at = transaction.reserve(16 + name.length);
        byte[] bytes = transaction.bytes();
        bytes[at++] = '*';
        at = writeDecimal(bytes, at, argumentCount + 1);
        at = writeLineEnd(bytes, at);
        System.arraycopy(name, 0, bytes, at, name.length);
        transaction.advanceTo(at + name.length);
        return this;
    }

    void selectLibraries() {
        begin(Effect.SELECT, 1).argument((long) LibraryEffects.DATABASE);
        transaction.concernsLibraries();
    }

    public Effects argument(byte[] argument) {
        return argument(argument, 0, argument.length);
    }

    public Effects argument(byte[] source, int offset, int length) {
        int at = transaction.reserve(Math.addExact(length, 16));
        byte[] bytes = transaction.bytes();
        bytes[at++] = '$';
        at = writeDecimal(bytes, at, length);
        at = writeLineEnd(bytes, at);
        System.arraycopy(source, offset, bytes, at, length);
        transaction.argumentEnds(writeLineEnd(bytes, at + length));
        return this;
    }

    public Effects argument(long value) {
        if (value == Long.MIN_VALUE) {
            return argument(LONG_MIN_VALUE);
        }
        int digits = decimalLength(value);
        int at = transaction.reserve(32);
        byte[] bytes = transaction.bytes();
        bytes[at++] = '$';
        at = writeDecimal(bytes, at, digits);
        at = writeLineEnd(bytes, at);
        at = writeDecimal(bytes, at, value);
        transaction.argumentEnds(writeLineEnd(bytes, at));
        return this;
    }

    /** Appends a score, spelt so that reading it gives the same double again. */
    public Effects argument(double value) {
        if (value == 0 && 1 / value < 0) {
            return argument(NEGATIVE_ZERO);
        }
        if (value == Math.rint(value) && Math.abs(value) < EXACT_INTEGER_LIMIT) {
            return argument((long) value);
        }
        if (Double.isInfinite(value)) {
            return argument(value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY);
        }
        return argument(Double.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    /** Appends a stream id, {@code milliseconds-sequence}, both unsigned. */
    public Effects streamId(long millis, long sequence) {
        if (millis < 0 || sequence < 0) {
            String id = Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
            return argument(id.getBytes(StandardCharsets.US_ASCII));
        }
        int at = transaction.reserve(64);
        byte[] bytes = transaction.bytes();
        bytes[at++] = '$';
        at = writeDecimal(bytes, at, decimalLength(millis) + 1 + decimalLength(sequence));
        at = writeLineEnd(bytes, at);
        at = writeDecimal(bytes, at, millis);
        bytes[at++] = '-';
        at = writeDecimal(bytes, at, sequence);
        transaction.argumentEnds(writeLineEnd(bytes, at));
        return this;
    }

    /** Appends the arguments that an HPEXPIREAT of one field has behind the key. */
    public Effects fieldDeadline(long deadlineMillis, byte[] field) {
        return argument(deadlineMillis).argument(FIELDS).argument(1L).argument(field);
    }

    /** Appends what an XCLAIM has behind the key, up to the ids. */
    public Effects claimant(byte[] group, byte[] consumer) {
        return argument(group).argument(consumer).argument(0L);
    }

    /** Appends the arguments that end an XCLAIM, behind its ids: {@link #CLAIM_END} of them. */
    public Effects delivered(long deliveryCount, long deliveredMillis) {
        return argument(RETRYCOUNT)
                .argument(deliveryCount)
                .argument(TIME)
                .argument(deliveredMillis)
                .argument(FORCE)
                .argument(JUSTID);
    }

    /** Appends what an XGROUP has behind the key; for a consumer, its name follows. */
    public Effects groupChange(GroupChange change, byte[] group) {
        return argument(change.word()).argument(group);
    }

    /** Appends what an XGROUP CREATE or SETID has behind the name of the group. */
    public Effects groupState(long lastMillis, long lastSequence, long entriesRead) {
        return streamId(lastMillis, lastSequence).argument(ENTRIESREAD).argument(entriesRead);
    }

    /** Appends what an XSETID of all numbers has behind the key. */
    public Effects streamState(StreamState state) {
        return streamId(state.lastMillis(), state.lastSequence())
                .argument(ENTRIESADDED)
                .argument(state.entriesAdded())
                .argument(MAXDELETEDID)
                .streamId(state.maxDeletedMillis(), state.maxDeletedSequence());
    }

    private static int writeLineEnd(byte[] bytes, int at) {
        bytes[at] = '\r';
        bytes[at + 1] = '\n';
        return at + 2;
    }

    private static int decimalLength(long value) {
        int length = value < 0 ? 2 : 1;
        for (long rest = Math.abs(value) / 10; rest != 0; rest /= 10) {
            length++;
        }
        return length;
    }

    private static int writeDecimal(byte[] bytes, int start, long value) {
        int end = start + decimalLength(value);
        int at = end;
        long rest = Math.abs(value);
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            bytes[--at] = '-';
        }
        return end;
    }
}

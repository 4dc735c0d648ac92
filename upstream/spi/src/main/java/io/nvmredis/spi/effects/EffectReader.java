package io.nvmredis.spi.effects;

import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the effects of a transaction one after the other, in place.
 *
 * <p>A reader is reused with {@link #reset}, and allocates nothing per effect. One thread at a time.
 */
public final class EffectReader {
    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private int position;
    private Effect effect = Effect.SELECT;
    private int argumentCount;
    private int[] offsets = new int[16];
    private int[] lengths = new int[16];

    /** Begins at the first effect of a transaction. */
    public EffectReader reset(byte[] newBytes, int offset, int length) {
        bytes = newBytes;
        start = offset;
        position = offset;
        end = offset + length;
        return this;
    }

    /**
     * Reads the next effect.
     *
     * @return false at the end of the transaction
     * @throws PersistenceException if the next bytes are not an effect
     */
    public boolean next() {
        if (position == end) {
            return false;
        }
        int count = readCount('*');
        if (count < 1) {
            throw malformed("an array with no elements");
        }
        readBulk(0);
        Effect found = Effect.of(bytes, offsets[0], lengths[0]);
        if (found == null) {
            throw malformed("the unknown effect '" + new String(bytes, offsets[0], lengths[0], StandardCharsets.UTF_8)
                    + "'; was it written by a newer version?");
        }
        effect = found;
        argumentCount = count - 1;
        ensureCapacity(argumentCount);
        for (int i = 0; i < argumentCount; i++) {
            readBulk(i);
        }
        return true;
    }

    public Effect effect() {
        return effect;
    }

    public int argumentCount() {
        return argumentCount;
    }

    /** Returns the buffer that {@link #offset} points into. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns where in the buffer the effect that was read last ends, and the next one begins. */
    public int nextOffset() {
        return position;
    }

    public int offset(int argument) {
        return offsets[checked(argument)];
    }

    public int length(int argument) {
        return lengths[checked(argument)];
    }

    /** Returns a copy of an argument. */
    public byte[] argument(int argument) {
        int offset = offset(argument);
        return Arrays.copyOfRange(bytes, offset, offset + lengths[argument]);
    }

    public String text(int argument) {
        return new String(bytes, offset(argument), lengths[argument], StandardCharsets.ISO_8859_1);
    }

    public long number(int argument) {
        int at = offset(argument);
        int stop = at + lengths[argument];
        boolean negative = at < stop && bytes[at] == '-';
        if (negative) {
            at++;
        }
        if (at == stop || stop - at > 19) {
            throw malformed("'" + text(argument) + "' where a number belongs");
        }
        long value = 0;
        while (at < stop) {
            int digit = bytes[at++] - '0';
            if (digit < 0 || digit > 9) {
                throw malformed("'" + text(argument) + "' where a number belongs");
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw malformed("'" + text(argument) + "' where a number belongs");
        }
        return negative ? value : -value;
    }

    /** Returns an argument as a score, as {@link Effects#argument(double)} spells it. */
    public double score(int argument) {
        String text = text(argument);
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> parseScore(text);
        };
    }

    private double parseScore(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            PersistenceException malformed = malformed("'" + text + "' where a score belongs");
            malformed.initCause(e);
            throw malformed;
        }
    }

    private int checked(int argument) {
        if (argument >= argumentCount) {
            throw malformed(effect + " with " + argumentCount + " arguments, at least " + (argument + 1) + " expected");
        }
        return argument;
    }

    private void ensureCapacity(int count) {
        if (count > offsets.length) {
            if (count > end - position) {
                throw malformed("an effect of " + count + " arguments, more than there are bytes");
            }
            offsets = new int[Math.max(count, 2 * offsets.length)];
            lengths = new int[offsets.length];
        }
    }

    private void readBulk(int index) {
        int length = readCount('$');
        if (length > end - position - 2 || bytes[position + length] != '\r' || bytes[position + length + 1] != '\n') {
            throw malformed("an argument of " + length + " bytes that does not end there");
        }
        offsets[index] = position;
        lengths[index] = length;
        position += length + 2;
    }

    private int readCount(char type) {
        if (position >= end || bytes[position] != type) {
            throw malformed("no '" + type + "'");
        }
        position++;
        int first = position;
        long value = 0;
        while (position < end && bytes[position] >= '0' && bytes[position] <= '9' && position - first < 10) {
            value = value * 10 + bytes[position++] - '0';
        }
        if (position == first
                || value > Integer.MAX_VALUE
                || end - position < 2
                || bytes[position] != '\r'
                || bytes[position + 1] != '\n') {
            throw malformed("no length after '" + type + "'");
        }
        position += 2;
        return (int) value;
    }

    private PersistenceException malformed(String found) {
        return new PersistenceException(
                "malformed transaction: at byte " + (position - start) + " of " + (end - start) + " stands " + found);
    }
}

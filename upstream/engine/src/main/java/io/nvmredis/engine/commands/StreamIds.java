package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.bytes.Numbers;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the ids of entries of streams as Redis does. */
final class StreamIds {
    static final String INVALID = "ERR Invalid stream ID specified as stream command argument";
    static final StreamId FIRST = new StreamId(0, 0);
    static final StreamId LAST = new StreamId(-1, -1);

    private static final int MAX_LENGTH = 127;

    private StreamIds() {}

    /**
     * Reads an id of one or two numbers.
     *
     * @param missingSequence the second number if there is only one
     */
    static StreamId parse(byte[] word, long missingSequence) {
        int dash = dash(word);
        return dash < 0
                ? new StreamId(number(word), missingSequence)
                : new StreamId(
                        number(Arrays.copyOf(word, dash)), number(Arrays.copyOfRange(word, dash + 1, word.length)));
    }

    /** Reads an id; returns null if the word is none. */
    static @Nullable StreamId parseOrNull(byte[] word) {
        try {
            return parse(word, 0);
        } catch (ArgumentException e) {
            return null;
        }
    }

    /** Returns the milliseconds of an id whose sequence number is open, as in {@code 5-*}; null for any other word. */
    static @Nullable Long millisOfOpen(byte[] word) {
        boolean isOpen = word.length > 2 && word[word.length - 1] == '*' && dash(word) == word.length - 2;
        return isOpen ? (Long) number(Arrays.copyOf(word, word.length - 2)) : null;
    }

    /** Returns the index of the first dash of an id; -1 if there is none before a zero byte. */
    private static int dash(byte[] word) {
        if (word.length > MAX_LENGTH) {
            throw new ArgumentException(INVALID);
        }
        int at = 0;
        while (at < word.length && word[at] != '-') {
            if (word[at++] == 0) {
                return -1;
            }
        }
        return at == word.length ? -1 : at;
    }

    /** Reads a number, which may be written in C's way; refuses a negative number as Redis writes it. */
    private static long number(byte[] text) {
        OptionalLong written = Numbers.parseAny(text);
        OptionalLong number = written.isPresent() ? written : Numbers.parseUnsigned(text);
        if (number.isEmpty() || (written.isPresent() && written.getAsLong() < 0)) {
            throw new ArgumentException(INVALID);
        }
        return number.getAsLong();
    }

    /** Returns the first id of a range: {@code -}, {@code +}, an id, or with {@code (} the id that follows it. */
    static StreamId start(byte[] word) {
        return isExclusive(word) ? next(parse(within(word), 0)) : end(word, 0);
    }

    /** Returns the last id of a range: {@code -}, {@code +}, an id, or with {@code (} the id that precedes it. */
    static StreamId stop(byte[] word) {
        return isExclusive(word) ? previous(parse(within(word), -1)) : end(word, -1);
    }

    private static boolean isExclusive(byte[] word) {
        return word.length > 1 && word[0] == '(';
    }

    private static byte[] within(byte[] word) {
        return Arrays.copyOfRange(word, 1, word.length);
    }

    /** Reads an id, or {@code -} or {@code +}, which are the lowest and the highest. */
    static StreamId end(byte[] word, long missingSequence) {
        if (word.length == 1 && (word[0] == '-' || word[0] == '+')) {
            return word[0] == '-' ? FIRST : LAST;
        }
        return parse(word, missingSequence);
    }

    private static StreamId next(StreamId id) {
        if (id.equals(LAST)) {
            throw new ArgumentException("ERR invalid start ID for the interval");
        }
        return following(id);
    }

    /** Returns the id that follows an id, which must not be the last. */
    static StreamId following(StreamId id) {
        return id.getSecondPart() == -1
                ? new StreamId(id.getFirstPart() + 1, 0)
                : new StreamId(id.getFirstPart(), id.getSecondPart() + 1);
    }

    private static StreamId previous(StreamId id) {
        if (id.equals(FIRST)) {
            throw new ArgumentException("ERR invalid end ID for the interval");
        }
        return id.getSecondPart() == 0
                ? new StreamId(id.getFirstPart() - 1, -1)
                : new StreamId(id.getFirstPart(), id.getSecondPart() - 1);
    }
}

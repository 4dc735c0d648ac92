package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the ids of streams' entries as Redis does. */
final class StreamIds {
    static final String INVALID = "ERR Invalid stream ID specified as stream command argument";
    static final StreamId FIRST = new StreamId(0, 0);
    static final StreamId LAST = new StreamId(-1, -1);

    private static final int MAX_LENGTH = 127;
    /** Space and a plus may stand before a number, for C reads them. */
    private static final Pattern ID = Pattern.compile("(\\s*\\+?\\d+)(?:-(\\s*\\+?\\d+|\\*))?");

    private StreamIds() {}

    /**
     * An id of one number or two.
     *
     * @param missingSequence in the place of the second one
     */
    static StreamId parse(byte[] word, long missingSequence) {
        Matcher matcher = match(word);
        String sequence = matcher.group(2);
        if ("*".equals(sequence)) {
            throw new ArgumentException(INVALID);
        }
        return new StreamId(number(matcher.group(1)), sequence == null ? missingSequence : number(sequence));
    }

    /** The milliseconds of an id whose sequence is to be found, as in {@code 5-*}; null if it is not one. */
    static @Nullable Long millisOfOpen(byte[] word) {
        Matcher matcher = match(word);
        return "*".equals(matcher.group(2)) ? (Long) number(matcher.group(1)) : null;
    }

    private static Matcher match(byte[] word) {
        Matcher matcher = ID.matcher(word.length > MAX_LENGTH ? "" : new String(word, StandardCharsets.ISO_8859_1));
        if (!matcher.matches()) {
            throw new ArgumentException(INVALID);
        }
        return matcher;
    }

    private static long number(String digits) {
        try {
            return Long.parseUnsignedLong(digits.strip());
        } catch (NumberFormatException e) {
            throw new ArgumentException(INVALID);
        }
    }

    /** One end of a range, itself included: {@code -}, {@code +}, an id, or with {@code (} the one next to it. */
    static StreamId start(byte[] word) {
        return isExclusive(word) ? next(parse(within(word), 0)) : end(word, 0);
    }

    static StreamId stop(byte[] word) {
        return isExclusive(word) ? previous(parse(within(word), -1)) : end(word, -1);
    }

    private static boolean isExclusive(byte[] word) {
        return word.length > 1 && word[0] == '(';
    }

    private static byte[] within(byte[] word) {
        return Arrays.copyOfRange(word, 1, word.length);
    }

    private static StreamId end(byte[] word, long missingSequence) {
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

    /** The next one; there is one. */
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

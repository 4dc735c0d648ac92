package io.nvmredis.engine.catalog;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.List;
import java.util.OptionalLong;

/**
 * Words of a command behind its name, read as Redis reads them. Position 0 is the first of them. A word that cannot be
 * read causes an {@link ArgumentException} with Redis's text.
 */
public final class Arguments {
    public static final String NOT_POSITIVE = "ERR value is out of range, must be positive";

    private static final String NOT_AN_INT32 =
            "ERR value is out of range, value must between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE;

    private final List<Slice> words;

    public Arguments(List<Slice> words) {
        this.words = words;
    }

    public static ArgumentException syntaxError() {
        return new ArgumentException(ErrorReplies.SYNTAX);
    }

    public static ArgumentException wrongNumber(String command) {
        return new ArgumentException(ErrorReplies.wrongNumber(command));
    }

    public int count() {
        return words.size();
    }

    public Slice word(int position) {
        return words.get(position);
    }

    public byte[] bytes(int position) {
        return RawBytes.of(words.get(position));
    }

    public List<Slice> words(int from, int to) {
        return words.subList(from, to);
    }

    /** Tells whether there is a word at this position and it is the given one, in upper or lower case. */
    public boolean is(int position, String lowerCase) {
        return position < words.size() && Words.equalsIgnoreCase(bytes(position), lowerCase);
    }

    public long integer(int position) {
        return integer(position, Numbers.NOT_AN_INTEGER);
    }

    public long integer(int position, String error) {
        OptionalLong number = Numbers.parseAny(bytes(position));
        if (number.isEmpty()) {
            throw new ArgumentException(error);
        }
        return number.getAsLong();
    }

    /** Reads a number of C's type int, for example the index of a database. */
    public int int32(int position) {
        long number = integer(position);
        if (number != (int) number) {
            throw new ArgumentException(NOT_AN_INT32);
        }
        return (int) number;
    }

    /** Reads a number that must not be negative, for example the count of elements to be taken. */
    public long positive(int position, String error) {
        long number = integer(position, error);
        if (number < 0) {
            throw new ArgumentException(error);
        }
        return number;
    }

    public double score(int position, String error) {
        double score = ScoreWords.parse(bytes(position));
        if (Double.isNaN(score)) {
            throw new ArgumentException(error);
        }
        return score;
    }
}

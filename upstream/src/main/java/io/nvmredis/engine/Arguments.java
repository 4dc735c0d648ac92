package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.Session.Words;
import java.util.List;
import java.util.OptionalLong;

/**
 * The words of a command that follow its name, read as Redis reads them. Position 0 is the first of them. What cannot be
 * read is an {@link ArgumentException} with Redis's text.
 */
final class Arguments {
    static final String SYNTAX_ERROR = "ERR syntax error";
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String NOT_POSITIVE = "ERR value is out of range, must be positive";
    static final String NOT_A_FLOAT = "ERR value is not a valid float";

    private static final int MAX_DIGITS = 19;

    private final List<Slice> words;

    Arguments(List<Slice> words) {
        this.words = words;
    }

    static ArgumentException syntaxError() {
        return new ArgumentException(SYNTAX_ERROR);
    }

    static ArgumentException wrongNumber(String command) {
        return new ArgumentException("ERR wrong number of arguments for '" + command + "' command");
    }

    int count() {
        return words.size();
    }

    Slice word(int position) {
        return words.get(position);
    }

    byte[] bytes(int position) {
        return RawBytes.of(words.get(position));
    }

    List<Slice> words(int from, int to) {
        return words.subList(from, to);
    }

    /** Whether this word is there and is that one, in upper or lower case. */
    boolean is(int position, String lowerCase) {
        return position < words.size() && Words.equalsIgnoreCase(bytes(position), lowerCase);
    }

    long integer(int position) {
        return integer(position, NOT_AN_INTEGER);
    }

    long integer(int position, String error) {
        OptionalLong number = parseInteger(bytes(position));
        if (number.isEmpty()) {
            throw new ArgumentException(error);
        }
        return number.getAsLong();
    }

    /** A number that is not negative, as of elements to be taken. */
    long positive(int position, String error) {
        long number = integer(position, error);
        if (number < 0) {
            throw new ArgumentException(error);
        }
        return number;
    }

    double score(int position, String error) {
        double score = ScoreWords.parse(bytes(position));
        if (Double.isNaN(score)) {
            throw new ArgumentException(error);
        }
        return score;
    }

    /** Whole numbers as Redis reads them: no plus, no leading zeros, no space, within 64 bits. */
    static OptionalLong parseInteger(byte[] text) {
        boolean isNegative = text.length > 0 && text[0] == '-';
        int first = isNegative ? 1 : 0;
        int digits = text.length - first;
        if (digits < 1 || digits > MAX_DIGITS || (text[first] == '0' && text.length > 1)) {
            return OptionalLong.empty();
        }
        // Counted downwards, because negative numbers reach one further.
        long number = 0;
        for (int i = first; i < text.length; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9 || number < (Long.MIN_VALUE + digit) / 10) {
                return OptionalLong.empty();
            }
            number = number * 10 - digit;
        }
        if (isNegative) {
            return OptionalLong.of(number);
        }
        return number == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(-number);
    }
}

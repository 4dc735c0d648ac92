package io.nvmredis.spi.support;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes words as Redis has them in its own files: a word with other than printable characters in it stands
 * in double quotes. Strings here have one character per byte.
 */
public final class QuotedWords {

    private QuotedWords() {}

    /** Returns the word, in quotes if it needs them. */
    public static String quote(String word) {
        if (!word.isEmpty() && word.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '\\')) {
            return word;
        }
        StringBuilder quoted = new StringBuilder("\"");
        word.chars().forEach(c -> quoted.append(escape((char) c)));
        return quoted.append('"').toString();
    }

    private static String escape(char c) {
        return switch (c) {
            case '\\', '"' -> "\\" + c;
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case 0x07 -> "\\a";
            case '\b' -> "\\b";
            default -> c >= ' ' && c < 0x7f ? String.valueOf(c) : "\\x" + hex(c >> 4) + hex(c);
        };
    }

    private static char hex(int digit) {
        return Character.forDigit(digit & 15, 16);
    }

    /** Returns the words of a line; null if a quote is not closed, or is not followed by a space. */
    public static @Nullable List<String> split(String line) {
        return new Splitter(line).split();
    }

    private static final class Splitter {
        private final String line;
        private int at;

        Splitter(String line) {
            this.line = line;
        }

        @Nullable
        List<String> split() {
            List<String> words = new ArrayList<>();
            while (true) {
                while (at < line.length() && isSpace(line.charAt(at))) {
                    at++;
                }
                if (at == line.length()) {
                    return words;
                }
                String word = word();
                if (word == null) {
                    return null;
                }
                words.add(word);
            }
        }

        private @Nullable String word() {
            StringBuilder word = new StringBuilder();
            while (at < line.length() && !isSpace(line.charAt(at))) {
                char c = line.charAt(at++);
                if (c == '"' || c == '\'') {
                    return quoted(word, c) ? word.toString() : null;
                }
                word.append(c);
            }
            return word.toString();
        }

        /** Takes the rest of a quoted word, up to the closing quote, which must end it. */
        private boolean quoted(StringBuilder word, char quote) {
            while (at < line.length()) {
                char c = line.charAt(at++);
                if (c == quote) {
                    return at == line.length() || isSpace(line.charAt(at));
                }
                boolean isEscape = c == '\\' && at < line.length();
                if (isEscape && quote == '"') {
                    word.append(escaped());
                } else if (isEscape && line.charAt(at) == '\'') {
                    at++;
                    word.append('\'');
                } else {
                    word.append(c);
                }
            }
            return false;
        }

        private char escaped() {
            char c = line.charAt(at++);
            if (c == 'x' && at + 2 <= line.length()) {
                int high = Character.digit(line.charAt(at), 16);
                int low = Character.digit(line.charAt(at + 1), 16);
                if (high >= 0 && low >= 0) {
                    at += 2;
                    return (char) (high << 4 | low);
                }
            }
            return switch (c) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'b' -> '\b';
                case 'a' -> 0x07;
                default -> c;
            };
        }

        private static boolean isSpace(char c) {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }
    }
}

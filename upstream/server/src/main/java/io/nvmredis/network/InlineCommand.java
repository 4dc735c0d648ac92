package io.nvmredis.network;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a line that a human typed into arguments, by Redis's rules of quoting: in double quotes {@code \xHH}, {@code
 * \n}, {@code \r}, {@code \t}, {@code \b}, {@code \a} and a backslash before anything else stand for one byte; in
 * single quotes {@code \'} does; a closing quote ends the argument.
 */
final class InlineCommand {
    private final byte[] line;
    private final int length;
    private int position;

    private InlineCommand(byte[] line, int length) {
        this.line = line;
        this.length = length;
    }

    /** Returns the arguments, none for a blank line; null if a quote is not closed or not followed by a space. */
    static @Nullable List<byte[]> split(byte[] line, int length) {
        return new InlineCommand(line, lengthBeforeNul(line, length)).split();
    }

    /** Returns the length before the first NUL: Redis reads the line as a C string. */
    private static int lengthBeforeNul(byte[] line, int length) {
        int end = 0;
        while (end < length && line[end] != 0) {
            end++;
        }
        return end;
    }

    private @Nullable List<byte[]> split() {
        List<byte[]> arguments = new ArrayList<>();
        while (true) {
            while (position < length && isBlank(line[position])) {
                position++;
            }
            if (position == length) {
                return arguments;
            }
            byte[] argument = readArgument();
            if (argument == null) {
                return null;
            }
            arguments.add(argument);
        }
    }

    private byte @Nullable [] readArgument() {
        ByteArrayOutputStream argument = new ByteArrayOutputStream();
        while (position < length) {
            byte next = line[position++];
            switch (next) {
                case ' ', '\n', '\r', '\t' -> {
                    return argument.toByteArray();
                }
                case '"' -> {
                    return readDoubleQuoted(argument) ? argument.toByteArray() : null;
                }
                case '\'' -> {
                    return readSingleQuoted(argument) ? argument.toByteArray() : null;
                }
                default -> argument.write(next);
            }
        }
        return argument.toByteArray();
    }

    private boolean readDoubleQuoted(ByteArrayOutputStream argument) {
        while (position < length) {
            byte next = line[position++];
            if (next == '"') {
                return isAtArgumentEnd();
            }
            if (next == '\\' && position < length) {
                argument.write(readEscape());
            } else {
                argument.write(next);
            }
        }
        return false;
    }

    private int readEscape() {
        byte escape = line[position++];
        if (escape == 'x' && length - position >= 2) {
            int high = Character.digit(line[position], 16);
            int low = Character.digit(line[position + 1], 16);
            if (high >= 0 && low >= 0) {
                position += 2;
                return high << 4 | low;
            }
        }
        return switch (escape) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> escape;
        };
    }

    private boolean readSingleQuoted(ByteArrayOutputStream argument) {
        while (position < length) {
            byte next = line[position++];
            if (next == '\'') {
                return isAtArgumentEnd();
            }
            if (next == '\\' && position < length && line[position] == '\'') {
                argument.write(line[position++]);
            } else {
                argument.write(next);
            }
        }
        return false;
    }

    private boolean isAtArgumentEnd() {
        return position == length || isBlank(line[position]);
    }

    /** Tells whether a byte is white space as in C's {@code isspace}. */
    private static boolean isBlank(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r');
    }
}

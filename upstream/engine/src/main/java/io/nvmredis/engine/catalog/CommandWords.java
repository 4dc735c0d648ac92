package io.nvmredis.engine.catalog;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reader of commands in RESP that follow one another. An instance is used once. */
public final class CommandWords {
    private static final int MAX_DIGITS = 10;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int position;

    private CommandWords(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        start = offset;
        position = offset;
        end = offset + length;
    }

    /**
     * Reads the words of each command.
     *
     * @throws PersistenceException if the bytes are not such commands
     */
    public static List<List<byte[]>> read(byte[] bytes, int offset, int length) {
        CommandWords reader = new CommandWords(bytes, offset, length);
        List<List<byte[]>> commands = new ArrayList<>();
        while (reader.position < reader.end) {
            commands.add(reader.command());
        }
        return commands;
    }

    private List<byte[]> command() {
        int count = number('*');
        if (count < 1 || count > end - position) {
            throw malformed("a command of " + count + " words");
        }
        List<byte[]> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            words.add(word());
        }
        return words;
    }

    private byte[] word() {
        int length = number('$');
        if (length > end - position - 2 || !isLineEnd(position + length)) {
            throw malformed("a word of " + length + " bytes that does not end there");
        }
        int from = position;
        position += length + 2;
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    private int number(char type) {
        if (position >= end || bytes[position] != type) {
            throw malformed("no '" + type + "'");
        }
        int first = ++position;
        long value = 0;
        while (position < end && bytes[position] >= '0' && bytes[position] <= '9' && position - first < MAX_DIGITS) {
            value = value * 10 + bytes[position++] - '0';
        }
        if (position == first || value > Integer.MAX_VALUE || !isLineEnd(position)) {
            throw malformed("no length after '" + type + "'");
        }
        position += 2;
        return (int) value;
    }

    private boolean isLineEnd(int at) {
        return at + 1 < end && bytes[at] == '\r' && bytes[at + 1] == '\n';
    }

    private PersistenceException malformed(String found) {
        return new PersistenceException(
                "malformed commands: at byte " + (position - start) + " of " + (end - start) + " stands " + found);
    }
}

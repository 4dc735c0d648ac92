package io.nvmredis.stock.aof;

import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Reads commands in RESP, one after the other, and skips lines that begin with #. It tells a file that ends too early
 * from one with a wrong byte in it, because a crash leaves only the first.
 *
 * <p>It allocates nothing for a length that the file cannot have. One thread.
 */
final class CommandReader {
    /** Annotation with the LSN of the last transaction that a base file contains. */
    static final String LSN_ANNOTATION = "#NVM-REDIS-LSN:";

    private static final int MAX_NOTED = 64;
    private static final byte[] ARRAY = {'*'};
    private static final byte[] BULK = {'$'};
    private static final byte[] LINE_END = {'\r', '\n'};

    private final AofInput input;
    private final LongConsumer onLsn;
    private RespBuffer out = new RespBuffer();
    private int[] offsets = new int[16];
    private int[] lengths = new int[16];
    private int wordCount;
    private long commandOffset;

    /**
     * Creates a reader of the commands that come next.
     *
     * @param onLsn receives each LSN that is annotated
     */
    CommandReader(AofInput input, LongConsumer onLsn) {
        this.input = input;
        this.onLsn = onLsn;
    }

    /**
     * Appends the next command to a buffer.
     *
     * @return false at the end of the file
     * @throws TruncatedFileException if the file ends within the command
     * @throws BadFormatException if the next bytes are no command
     */
    boolean next(RespBuffer to) throws IOException, TruncatedFileException {
        out = to;
        while (true) {
            commandOffset = input.offset();
            int first = input.read();
            if (first < 0) {
                return false;
            } else if (first == '#') {
                readAnnotation();
            } else if (first == '*') {
                readCommand();
                return true;
            } else {
                throw badFormat(commandOffset, "'*' or '#'", first);
            }
        }
    }

    private void readAnnotation() throws IOException, TruncatedFileException {
        StringBuilder noted = new StringBuilder("#");
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new TruncatedFileException("an annotation without an end");
            }
            if (noted.length() < MAX_NOTED) {
                noted.append((char) next);
            }
        }
        String line = noted.toString().strip();
        if (line.startsWith(LSN_ANNOTATION)) {
            String number = line.substring(LSN_ANNOTATION.length());
            if (!number.matches("[0-9]{1,18}")) {
                throw new BadFormatException(commandOffset, "an LSN", "'" + number + "'");
            }
            onLsn.accept(Long.parseLong(number));
        }
    }

    private void readCommand() throws IOException, TruncatedFileException {
        int count = readNumber();
        if (count < 1) {
            throw new BadFormatException(commandOffset, "at least one word", "none");
        }
        out.put(ARRAY);
        putNumber(count);
        wordCount = 0;
        while (wordCount < count) {
            readWord();
        }
    }

    private void readWord() throws IOException, TruncatedFileException {
        long offset = input.offset();
        int first = input.read();
        if (first < 0) {
            throw new TruncatedFileException("another word expected");
        }
        if (first != '$') {
            throw badFormat(offset, "'$'", first);
        }
        int length = readNumber();
        out.put(BULK);
        putNumber(length);
        if (wordCount == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * wordCount);
            lengths = Arrays.copyOf(lengths, 2 * wordCount);
        }
        offsets[wordCount] = out.start() + out.length();
        lengths[wordCount++] = length;
        input.copyTo(out, length);
        readLineEnd();
        out.put(LINE_END);
    }

    private void putNumber(int number) {
        out.putDecimal(number);
        out.put(LINE_END);
    }

    /** Reads a number and the end of its line. */
    private int readNumber() throws IOException, TruncatedFileException {
        long value = 0;
        for (int digits = 0; ; digits++) {
            long offset = input.offset();
            int next = input.read();
            if (next == '\r' && digits > 0) {
                expect('\n');
                return (int) value;
            }
            if (next < 0) {
                throw new TruncatedFileException("a number without an end");
            }
            if (next < '0' || next > '9') {
                throw badFormat(offset, "a digit", next);
            }
            value = value * 10 + next - '0';
            if (value > BufferCapacity.MAX) {
                throw new BadFormatException(offset, "a number up to " + BufferCapacity.MAX, value + " or more");
            }
        }
    }

    private void readLineEnd() throws IOException, TruncatedFileException {
        expect('\r');
        expect('\n');
    }

    private void expect(char expected) throws IOException, TruncatedFileException {
        long offset = input.offset();
        int found = input.read();
        if (found < 0) {
            throw new TruncatedFileException("the end of a line expected");
        }
        if (found != expected) {
            throw badFormat(offset, expected == '\r' ? "a carriage return" : "a line feed", found);
        }
    }

    private static BadFormatException badFormat(long offset, String expected, int found) {
        String shown = found > ' ' && found < 0x7f ? "'" + (char) found + "'" : "byte " + found;
        return new BadFormatException(offset, expected, shown);
    }

    /** Returns the offset in the file of the command read last. */
    long commandOffset() {
        return commandOffset;
    }

    /** Returns the number of words of the command read last, its name included. */
    int wordCount() {
        return wordCount;
    }

    /** Returns the index of a word's first byte in the buffer's array. */
    int wordOffset(int index) {
        return offsets[index];
    }

    int wordLength(int index) {
        return lengths[index];
    }

    byte byteAt(int index, int position) {
        return out.bytes()[offsets[index] + position];
    }

    String word(int index) {
        return new String(out.bytes(), offsets[index], lengths[index], StandardCharsets.ISO_8859_1);
    }

    /** Returns whether a word is this one, which is given in lower case, ignoring case. */
    boolean isWord(int index, String lowerCase) {
        if (lengths[index] != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lengths[index]; i++) {
            if ((out.bytes()[offsets[index] + i] | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Thrown for a wrong byte in the file being read. */
    static final class BadFormatException extends PersistenceException {
        private static final long serialVersionUID = 1L;

        BadFormatException(long offset, String expected, String found) {
            super("offset " + offset + ": " + expected + " expected, " + found + " found");
        }
    }
}

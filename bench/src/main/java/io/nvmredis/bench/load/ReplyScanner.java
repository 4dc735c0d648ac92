package io.nvmredis.bench.load;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds where replies end in what a connection receives, piece by piece, and which of them are errors; values are
 * skipped. Knows RESP2: simple strings, errors, numbers, bulk strings, arrays of all these.
 */
public final class ReplyScanner {
    private static final int LONGEST_ERROR = 512;

    private final byte[] line = new byte[LONGEST_ERROR];
    private int lineLength;
    private int type;
    private long bulkLeft;
    /** Elements still to come, of all arrays that are open; an open array's own end is that of its last element. */
    private long elementsLeft;

    private long errorCount;
    private long nilCount;
    private @Nullable String firstError;

    /**
     * Goes through what has arrived.
     *
     * @return replies that ended in it
     */
    public int scan(byte[] bytes, int offset, int length) {
        int count = 0;
        int end = offset + length;
        int at = offset;
        while (at < end) {
            if (bulkLeft > 0) {
                int skipped = (int) Math.min(bulkLeft, end - at);
                at += skipped;
                bulkLeft -= skipped;
                count += bulkLeft == 0 ? endElement() : 0;
            } else {
                count += take(bytes[at++]);
            }
        }
        return count;
    }

    private int take(byte next) {
        if (type == 0) {
            type = next;
        } else if (next == '\n') {
            return endLine();
        } else if (next != '\r' && type != '+' && lineLength < LONGEST_ERROR) {
            line[lineLength++] = next;
        }
        return 0;
    }

    private int endLine() {
        int ended = type;
        type = 0;
        int count = switch (ended) {
            case '+', ':' -> endElement();
            case '$' -> beginBulk(number());
            case '*' -> beginArray(number());
            case '-' -> error("");
            default -> error("not a reply of RESP2: " + (char) ended);
        };
        lineLength = 0;
        return count;
    }

    private int beginBulk(long length) {
        if (length < 0) {
            nilCount++;
            return endElement();
        }
        bulkLeft = length + 2;
        return 0;
    }

    private int beginArray(long count) {
        if (count <= 0) {
            nilCount += count < 0 ? 1 : 0;
            return endElement();
        }
        // The array is an element of what surrounds it, which its last element ends in its stead.
        elementsLeft += elementsLeft == 0 ? count : count - 1;
        return 0;
    }

    private int error(String prefix) {
        errorCount++;
        if (firstError == null) {
            firstError = prefix + new String(line, 0, lineLength, StandardCharsets.UTF_8);
        }
        return endElement();
    }

    private int endElement() {
        if (elementsLeft > 0) {
            elementsLeft--;
        }
        return elementsLeft == 0 ? 1 : 0;
    }

    private long number() {
        long number = 0;
        for (int i = line[0] == '-' ? 1 : 0; i < lineLength; i++) {
            number = number * 10 + line[i] - '0';
        }
        return line[0] == '-' ? -number : number;
    }

    /** Errors so far, those within arrays included. */
    public long errorCount() {
        return errorCount;
    }

    public @Nullable String firstError() {
        return firstError;
    }

    /** Nil replies so far. */
    public long nilCount() {
        return nilCount;
    }
}

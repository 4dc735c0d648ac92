package io.nvmredis.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Counts the replies in what a connection has received, piece by piece: simple strings, errors, numbers, bulk strings. */
final class Replies {
    private final StringBuilder line = new StringBuilder();
    private int type;
    private long bulkLeft;
    private long missingCount;

    /** Nil replies so far. */
    long missingCount() {
        return missingCount;
    }

    /**
     * Goes through what is in the buffer.
     *
     * @return replies that ended in it
     * @throws IOException with the text of the first error among them
     */
    int count(ByteBuffer buffer) throws IOException {
        int count = 0;
        while (buffer.hasRemaining()) {
            if (bulkLeft > 0) {
                int skipped = (int) Math.min(bulkLeft, buffer.remaining());
                buffer.position(buffer.position() + skipped);
                bulkLeft -= skipped;
                count += bulkLeft == 0 ? 1 : 0;
                continue;
            }
            byte next = buffer.get();
            if (type == 0) {
                type = next;
            } else if (next == '\n') {
                count += endLine() ? 1 : 0;
            } else if (next != '\r' && type != '+') {
                line.append((char) next);
            }
        }
        return count;
    }

    /** Whether the reply ends with the line. */
    private boolean endLine() throws IOException {
        int ended = type;
        type = 0;
        switch (ended) {
            case '+', ':' -> {
                line.setLength(0);
                return true;
            }
            case '$' -> {
                long length = Long.parseLong(line, 0, line.length(), 10);
                line.setLength(0);
                if (length < 0) {
                    missingCount++;
                    return true;
                }
                bulkLeft = length + 2;
                return false;
            }
            default -> throw new IOException("the server answered: " + (char) ended + line);
        }
    }
}

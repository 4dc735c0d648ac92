package io.nvmredis.transfer;

import io.nvmredis.spi.effects.BufferCapacity;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Commands of one transaction in RESP, one after the other. The buffer is reused. */
final class CommandBuffer {
    /** Size above which the memory of a huge transaction is given back. */
    private static final int RETAINED_BYTES = BufferCapacity.kept(8 << 20);

    private ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int commandCount;

    void add(List<byte[]> command) {
        head('*', command.size());
        for (byte[] word : command) {
            head('$', word.length);
            bytes.write(word, 0, word.length);
            lineEnd();
        }
        commandCount++;
    }

    private void head(char type, int number) {
        bytes.write(type);
        byte[] digits = WordText.bytes(number);
        bytes.write(digits, 0, digits.length);
        lineEnd();
    }

    private void lineEnd() {
        bytes.write('\r');
        bytes.write('\n');
    }

    int commandCount() {
        return commandCount;
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    void reset() {
        commandCount = 0;
        if (bytes.size() > RETAINED_BYTES) {
            bytes = new ByteArrayOutputStream();
        } else {
            bytes.reset();
        }
    }
}

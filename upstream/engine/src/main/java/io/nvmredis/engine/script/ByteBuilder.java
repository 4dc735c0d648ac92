package io.nvmredis.engine.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.luaj.vm2.LuaString;

/** Bytes that a function puts together. The buffer asks the script's memory for each growth beforehand. */
final class ByteBuilder {
    private static final int FIRST_CAPACITY = 64;
    private static final int MAX_LENGTH = Integer.MAX_VALUE - 16;

    private final ScriptRun run;
    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;
    private long heldBytes;

    ByteBuilder(ScriptRun run) {
        this.run = run;
    }

    int length() {
        return length;
    }

    private void require(int more) {
        if (bytes.length - length >= more) {
            return;
        }
        long needed = (long) length + more;
        if (needed > MAX_LENGTH) {
            throw run.failure("not enough memory");
        }
        int capacity = (int) Math.min(MAX_LENGTH, Math.max(needed, 2L * bytes.length));
        run.memory().take(capacity);
        bytes = Arrays.copyOf(bytes, capacity);
        hold(capacity);
    }

    private void hold(long nowHeld) {
        run.memory().hold(nowHeld - heldBytes);
        heldBytes = nowHeld;
    }

    ByteBuilder append(int oneByte) {
        require(1);
        bytes[length++] = (byte) oneByte;
        return this;
    }

    ByteBuilder append(byte[] from, int offset, int count) {
        require(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        run.steps(count >> 8);
        return this;
    }

    ByteBuilder append(LuaString string) {
        return append(string.m_bytes, string.m_offset, string.m_length);
    }

    ByteBuilder append(String text) {
        byte[] added = text.getBytes(StandardCharsets.ISO_8859_1);
        return append(added, 0, added.length);
    }

    void set(int position, int oneByte) {
        bytes[position] = (byte) oneByte;
    }

    /** Makes a string of the bytes: a copy, unless they are many and fill most of the array. */
    LuaString toLuaString() {
        if (length > FIRST_CAPACITY && length > bytes.length / 4 * 3) {
            return LuaString.valueUsing(bytes, 0, length);
        }
        run.memory().take(length);
        return LuaString.valueOf(bytes, 0, length);
    }

    byte[] toBytes() {
        if (length == bytes.length) {
            return bytes;
        }
        run.memory().take(length);
        return Arrays.copyOf(bytes, length);
    }

    /** Ends the count of the buffer, which is no longer needed or belongs to a string now. */
    void release() {
        hold(0);
    }
}

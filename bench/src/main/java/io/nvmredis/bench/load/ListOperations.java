package io.nvmredis.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** LPUSH and RPOP in turn: what goes in comes out, and the lists stay short. */
final class ListOperations implements Operations {
    private static final int LIST_COUNT = 10;
    private static final int OVERHEAD = 64;
    private static final byte[] LPUSH = RespWriter.command(3, "LPUSH");
    private static final byte[] RPOP = RespWriter.command(2, "RPOP");
    private static final byte[] KEY = "$5\r\nlist".getBytes(StandardCharsets.US_ASCII);

    private final byte[] value;
    private final int valueLength;
    private long next;

    ListOperations(DataShape shape, long seed) {
        valueLength = shape.valueLength();
        value = RespWriter.argument("x".repeat(valueLength));
        next = seed * 2 * LIST_COUNT;
    }

    @Override
    public int next(ByteBuffer buffer) {
        long number = next++;
        boolean pushes = number % 2 == 0;
        buffer.put(pushes ? LPUSH : RPOP).put(KEY).put((byte) ('0' + number / 2 % LIST_COUNT));
        buffer.put((byte) '\r').put((byte) '\n');
        if (!pushes) {
            return 0;
        }
        RespWriter.value(buffer, value, value.length - valueLength - 2, number);
        return valueLength;
    }

    @Override
    public int largestLength() {
        return valueLength + OVERHEAD;
    }
}

package io.nvmredis.bench.load;

import java.nio.ByteBuffer;

/** INCR. */
final class CounterOperations implements Operations {
    private static final int LARGEST = 64;
    /** What a counter of a few digits takes. */
    private static final int NUMBER_BYTES = 3;

    private static final byte[] INCR = RespWriter.command(2, "INCR");
    private static final byte[] NAME = RespWriter.name("ctr:");

    private final KeyChoice keys;

    CounterOperations(DataShape shape, long seed) {
        keys = new EvenChoice(shape.keyCount(), seed);
    }

    @Override
    public int next(ByteBuffer buffer) {
        buffer.put(INCR);
        RespWriter.name(buffer, NAME, keys.next());
        return RespWriter.NAME_LENGTH + NUMBER_BYTES;
    }

    @Override
    public int largestLength() {
        return LARGEST;
    }
}

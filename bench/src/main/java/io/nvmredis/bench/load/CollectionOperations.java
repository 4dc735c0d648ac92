package io.nvmredis.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** HSET key field value, and ZADD key score member: one element of a large collection. */
final class CollectionOperations implements Operations {
    private static final int COLLECTION_COUNT = 10;
    private static final int OVERHEAD = 128;

    private final byte[] command;
    private final byte[] key;
    private final boolean scored;
    private final byte[] field;
    private final byte[] value;
    private final int valueLength;
    private final int fieldCount;
    private final SplittableRandom random;

    /**
     * Operations on one type.
     *
     * @param fieldPrefix of what comes before the value; empty for a score
     */
    CollectionOperations(String command, String type, String fieldPrefix, DataShape shape, long seed) {
        this.command = RespWriter.command(4, command);
        this.key = ("$5\r\n" + type).getBytes(StandardCharsets.US_ASCII);
        this.scored = fieldPrefix.isEmpty();
        this.field = RespWriter.name(scored ? "mem:" : fieldPrefix);
        this.valueLength = shape.valueLength();
        this.value = RespWriter.argument("x".repeat(valueLength));
        this.fieldCount = Math.max(1, shape.keyCount() / COLLECTION_COUNT);
        this.random = new SplittableRandom(seed);
    }

    @Override
    public int next(ByteBuffer buffer) {
        long number = random.nextInt(fieldCount);
        buffer.put(command).put(key).put((byte) ('0' + random.nextInt(COLLECTION_COUNT)));
        buffer.put((byte) '\r').put((byte) '\n');
        if (scored) {
            RespWriter.number(buffer, random.nextInt(1_000_000));
            RespWriter.name(buffer, field, number);
            return RespWriter.NAME_LENGTH + Double.BYTES;
        }
        RespWriter.name(buffer, field, number);
        RespWriter.value(buffer, value, value.length - valueLength - 2, number);
        return RespWriter.NAME_LENGTH + valueLength;
    }

    @Override
    public int largestLength() {
        return valueLength + OVERHEAD;
    }
}

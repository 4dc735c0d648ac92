package io.nvmredis.bench.load;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** HGET and HSET of one field, in hashes of {@link #FIELD_COUNT} fields each; all fields of all hashes are numbered. */
final class FieldOperations implements Operations {
    static final int FIELD_COUNT = 1_000;

    private static final int OVERHEAD = 64;
    private static final byte[] HGET = RespWriter.command(3, "HGET");
    private static final byte[] HSET = RespWriter.command(4, "HSET");
    private static final byte[] HASH = RespWriter.name("hsh:");
    private static final byte[] FIELD = RespWriter.name("fld:");

    private final byte[] value;
    private final int valueLength;
    private final KeyChoice fields;
    private final int readPercent;
    private final SplittableRandom random;

    FieldOperations(DataShape shape, KeyChoice fields, int readPercent, long seed) {
        this.valueLength = shape.valueLength();
        this.value = RespWriter.argument("x".repeat(valueLength));
        this.fields = fields;
        this.readPercent = readPercent;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public int next(ByteBuffer buffer) {
        long number = fields.next();
        boolean isRead = readPercent > 0 && random.nextInt(100) < readPercent;
        buffer.put(isRead ? HGET : HSET);
        RespWriter.name(buffer, HASH, number / FIELD_COUNT);
        RespWriter.name(buffer, FIELD, number % FIELD_COUNT);
        if (isRead) {
            return 0;
        }
        RespWriter.value(buffer, value, value.length - valueLength - 2, number);
        return RespWriter.NAME_LENGTH + valueLength;
    }

    @Override
    public int largestLength() {
        return valueLength + 2 * RespWriter.NAME_LENGTH + OVERHEAD;
    }
}

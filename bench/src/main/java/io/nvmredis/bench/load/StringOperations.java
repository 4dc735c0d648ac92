package io.nvmredis.bench.load;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** GET and SET, or HGET and HSET of the fields of one hash. */
final class StringOperations implements Operations {
    private static final int OVERHEAD = 64;
    private static final byte[] GET = RespWriter.command(2, "GET");
    private static final byte[] SET = RespWriter.command(3, "SET");
    private static final byte[] HGET = RespWriter.command(3, "HGET", "hash");
    private static final byte[] HSET = RespWriter.command(4, "HSET", "hash");

    private final byte[] read;
    private final byte[] write;
    private final byte[] name;
    private final byte[] value;
    private final int valueLength;
    private final int firstValueByte;
    private final KeyChoice keys;
    private final int readPercent;
    private final SplittableRandom random;

    StringOperations(DataShape shape, KeyChoice keys, int readPercent, long seed) {
        this(shape, "key:", keys, readPercent, seed);
    }

    StringOperations(DataShape shape, String prefix, KeyChoice keys, int readPercent, long seed) {
        this(GET, SET, prefix, shape, keys, readPercent, seed);
    }

    private StringOperations(
            byte[] read, byte[] write, String prefix, DataShape shape, KeyChoice keys, int readPercent, long seed) {
        this.read = read;
        this.write = write;
        this.name = RespWriter.name(prefix);
        this.valueLength = shape.valueLength();
        this.value = RespWriter.argument("x".repeat(valueLength));
        this.firstValueByte = value.length - valueLength - 2;
        this.keys = keys;
        this.readPercent = readPercent;
        this.random = new SplittableRandom(seed);
    }

    /** The fields of one hash in the place of keys. */
    static StringOperations ofHash(DataShape shape, KeyChoice fields, int readPercent, long seed) {
        return new StringOperations(HGET, HSET, "fld:", shape, fields, readPercent, seed);
    }

    @Override
    public int next(ByteBuffer buffer) {
        long key = keys.next();
        if (readPercent > 0 && random.nextInt(100) < readPercent) {
            buffer.put(read);
            RespWriter.name(buffer, name, key);
            return 0;
        }
        buffer.put(write);
        RespWriter.name(buffer, name, key);
        RespWriter.value(buffer, value, firstValueByte, key);
        return RespWriter.NAME_LENGTH + valueLength;
    }

    @Override
    public int largestLength() {
        return valueLength + RespWriter.NAME_LENGTH + OVERHEAD;
    }
}

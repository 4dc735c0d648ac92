package io.nvmredis.engine.hyperloglog;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a HyperLogLog tells, from a string that {@link HyperLogLog#isOne is one}. Such strings are only read here. */
public final class Registers {
    /** How many there are. */
    public static final int COUNT = Encoding.REGISTER_COUNT;

    /** Stands for a count that is not known. */
    public static final long STALE = -1;

    /** Where the cached count begins, and how long it is. */
    public static final int CACHED_COUNT_OFFSET = Encoding.COUNT_OFFSET;

    private Registers() {}

    /** Told of registers that have a value other than zero. */
    @FunctionalInterface
    interface RunAction {
        void run(int firstIndex, int count, int value);
    }

    /** The count that is cached in it, or {@link #STALE}. */
    public static long cachedCount(byte[] string) {
        long count = littleEndian(string).getLong(Encoding.COUNT_OFFSET);
        return count < 0 ? STALE : count;
    }

    /** The bytes of a count as they stand in a header. */
    public static byte[] encodeCount(long count) {
        return littleEndian(new byte[Long.BYTES]).putLong(count).array();
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Counts.
     *
     * @throws CorruptedException if the string is none after all
     */
    public static long count(byte[] string) {
        int[] histogram = new int[Encoding.MAX_REGISTER + 1];
        if (HyperLogLog.isDense(string)) {
            for (int index = 0; index < COUNT; index++) {
                histogram[Encoding.register(string, index)]++;
            }
        } else {
            histogram[0] = COUNT;
            forEachRun(string, string.length, (first, run, value) -> {
                histogram[0] -= run;
                histogram[value] += run;
            });
        }
        return Estimator.estimate(histogram);
    }

    /** Counts what registers say, one a byte. */
    public static long countMerged(byte[] registers) {
        int[] histogram = new int[Encoding.MAX_REGISTER + 1];
        for (byte value : registers) {
            histogram[value]++;
        }
        return Estimator.estimate(histogram);
    }

    /**
     * Raises registers, one a byte, to what this one has.
     *
     * @throws CorruptedException if the string is none after all
     */
    public static void merge(byte[] string, byte[] registers) {
        if (HyperLogLog.isDense(string)) {
            for (int index = 0; index < COUNT; index++) {
                raise(registers, index, Encoding.register(string, index));
            }
            return;
        }
        forEachRun(string, string.length, (first, run, value) -> {
            for (int index = first; index < first + run; index++) {
                raise(registers, index, value);
            }
        });
    }

    private static void raise(byte[] registers, int index, int value) {
        if (registers[index] < value) {
            registers[index] = (byte) value;
        }
    }

    /** Shows the runs of a sparse one. */
    static void forEachRun(byte[] bytes, int length, RunAction action) {
        int index = 0;
        for (int at = Encoding.HEADER_LENGTH; at < length; at += Encoding.codeLength(bytes[at])) {
            int run = Encoding.runLength(bytes, at, length);
            int value = Encoding.runValue(bytes[at]);
            if (run > COUNT - index) {
                throw new CorruptedException();
            }
            if (value > 0) {
                action.run(index, run, value);
            }
            index += run;
        }
        if (index != COUNT) {
            throw new CorruptedException();
        }
    }
}

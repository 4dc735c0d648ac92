package io.nvmredis.engine.hyperloglog;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reading of the registers and the count of a HyperLogLog, from a string for which {@link HyperLogLog#isOne} is true.
 * This class only reads such strings.
 */
public final class Registers {
    /** Number of registers. */
    public static final int COUNT = Encoding.REGISTER_COUNT;

    /** Result for a count that is not known. */
    public static final long STALE = -1;

    /** Offset of the cached count. */
    public static final int CACHED_COUNT_OFFSET = Encoding.COUNT_OFFSET;

    private Registers() {}

    /** Receiver of runs of registers whose value is not zero. */
    @FunctionalInterface
    interface RunAction {
        void run(int firstIndex, int count, int value);
    }

    /** Returns the cached count, or {@link #STALE}. */
    public static long cachedCount(byte[] string) {
        long count = littleEndian(string).getLong(Encoding.COUNT_OFFSET);
        return count < 0 ? STALE : count;
    }

    /** Returns the bytes of a count as they stand in a header. */
    public static byte[] encodeCount(long count) {
        return littleEndian(new byte[Long.BYTES]).putLong(count).array();
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns the estimated number of elements.
     *
     * @throws CorruptedException if the string is no HyperLogLog after all
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

    /** Returns the estimated number of elements of registers, one register per byte. */
    public static long countMerged(byte[] registers) {
        int[] histogram = new int[Encoding.MAX_REGISTER + 1];
        for (byte value : registers) {
            histogram[value]++;
        }
        return Estimator.estimate(histogram);
    }

    /**
     * Raises registers, one register per byte, to the values of a HyperLogLog where these are higher.
     *
     * @throws CorruptedException if the string is no HyperLogLog after all
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

    /** Passes the runs of a sparse HyperLogLog to an action, except those of value zero. */
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

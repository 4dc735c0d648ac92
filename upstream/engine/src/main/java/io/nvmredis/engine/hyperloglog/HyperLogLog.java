package io.nvmredis.engine.hyperloglog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * HyperLogLog under change. It is made from a string and becomes one again. In between it grows, and changes from
 * sparse to dense at the same elements as in Redis.
 */
public final class HyperLogLog {
    private static final byte[] MAGIC = "HYLL".getBytes(StandardCharsets.US_ASCII);
    /** Maximum growth of a sparse HyperLogLog per element, in bytes: XZERO becomes XZERO, VAL, XZERO. */
    private static final int MAX_GROWTH = 3;
    /** Number of runs, from the one before a change on, among which runs are merged. */
    private static final int MERGED_RUNS = 5;

    private byte[] bytes;
    /** Length of the string, which may be shorter than the array. */
    private int length;

    private HyperLogLog(byte[] bytes) {
        this.bytes = bytes;
        length = bytes.length;
    }

    /** Returns a HyperLogLog that has counted no element. */
    public static HyperLogLog empty() {
        byte[] bytes = Arrays.copyOf(MAGIC, Encoding.HEADER_LENGTH + 2);
        bytes[Encoding.ENCODING_OFFSET] = Encoding.SPARSE;
        Encoding.putRun(bytes, Encoding.HEADER_LENGTH, 0, Encoding.REGISTER_COUNT);
        return new HyperLogLog(bytes);
    }

    /** Returns the HyperLogLog that a string holds: see {@link #isOne}. */
    public static HyperLogLog copyOf(byte[] string) {
        return new HyperLogLog(string.clone());
    }

    /** Tells whether a string is a HyperLogLog, as far as its header and length show. */
    public static boolean isOne(byte[] string) {
        if (string.length < Encoding.HEADER_LENGTH || Arrays.mismatch(string, MAGIC) != MAGIC.length) {
            return false;
        }
        byte encoding = string[Encoding.ENCODING_OFFSET];
        return encoding == Encoding.SPARSE || (encoding == Encoding.DENSE && string.length == Encoding.DENSE_LENGTH);
    }

    /** Tells whether a HyperLogLog is dense, and so is changed in place: see {@link DenseAddition}. */
    public static boolean isDense(byte[] string) {
        return string[Encoding.ENCODING_OFFSET] == Encoding.DENSE;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Makes the cached count stale. */
    public void forgetCount() {
        bytes[Encoding.STALE_OFFSET] |= (byte) Encoding.STALE_BIT;
    }

    /**
     * Counts an element.
     *
     * @return whether that has changed anything
     * @throws CorruptedException if the string is no HyperLogLog after all
     */
    public boolean add(byte[] element) {
        long hash = ElementHash.of(element);
        return raise(ElementHash.index(hash), ElementHash.value(hash));
    }

    /**
     * Merges registers, one register per byte.
     *
     * @throws CorruptedException if the string is no HyperLogLog after all
     */
    public void merge(byte[] registers) {
        for (int index = 0; index < registers.length; index++) {
            if (registers[index] != 0) {
                raise(index, registers[index]);
            }
        }
    }

    /** Raises a register to this value unless its value is as high already; returns whether it was raised. */
    private boolean raise(int index, int value) {
        if (!isDense(bytes)) {
            if (value <= Encoding.MAX_SPARSE_VALUE) {
                int run = raiseSparse(index, value);
                if (run != PROMOTED) {
                    return run == CHANGED;
                }
            }
            becomeDense();
        }
        if (Encoding.register(bytes, index) >= value) {
            return false;
        }
        Encoding.putRegister(bytes, index, value);
        return true;
    }

    /** Result of a change that the register does not need. */
    private static final int UNCHANGED = 0;
    /** Result of a change that was made. */
    private static final int CHANGED = 1;
    /** Result of a change for which the sparse form has no room. */
    private static final int PROMOTED = 2;

    private int raiseSparse(int index, int value) {
        int before = -1;
        int at = Encoding.HEADER_LENGTH;
        int first = 0;
        while (at < length && first + Encoding.runLength(bytes, at, length) <= index) {
            first += Encoding.runLength(bytes, at, length);
            before = at;
            at += Encoding.codeLength(bytes[at]);
        }
        if (at + (at < length ? Encoding.codeLength(bytes[at]) : 1) > length) {
            throw new CorruptedException();
        }
        if (Encoding.runValue(bytes[at]) >= value) {
            return UNCHANGED;
        }
        if (!split(at, index - first, value)) {
            return PROMOTED;
        }
        mergeRuns(before < 0 ? Encoding.HEADER_LENGTH : before);
        return CHANGED;
    }

    /**
     * Gives one register of the run that begins here another value; returns false if the string would become too long.
     */
    private boolean split(int at, int position, int value) {
        int run = Encoding.runLength(bytes, at, length);
        int old = Encoding.runValue(bytes[at]);
        int codeLength = Encoding.codeLength(bytes[at]);
        byte[] runs = new byte[2 + MAX_GROWTH];
        int end = Encoding.putRun(runs, 0, old, position);
        end = Encoding.putRun(runs, end, value, 1);
        end = Encoding.putRun(runs, end, old, run - 1 - position);
        int growth = end - codeLength;
        if (growth > 0 && length + growth > Encoding.MAX_SPARSE_LENGTH) {
            return false;
        }
        if (length + growth > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + growth, bytes.length * 2));
        }
        int next = at + codeLength;
        System.arraycopy(bytes, next, bytes, next + growth, length - next);
        System.arraycopy(runs, 0, bytes, at, end);
        length += growth;
        return true;
    }

    /** Merges two adjacent runs of the same value if one run can be as long as both. */
    private void mergeRuns(int from) {
        int at = from;
        for (int i = 0; i < MERGED_RUNS && at < length; i++) {
            if (!Encoding.isValueRun(bytes[at])) {
                at += Encoding.codeLength(bytes[at]);
            } else if (!mergeWithNext(at)) {
                at++;
            }
        }
    }

    private boolean mergeWithNext(int at) {
        if (at + 1 >= length || !Encoding.isValueRun(bytes[at + 1])) {
            return false;
        }
        int value = Encoding.runValue(bytes[at]);
        int run = Encoding.runLength(bytes, at, length) + Encoding.runLength(bytes, at + 1, length);
        if (value != Encoding.runValue(bytes[at + 1]) || run > Encoding.MAX_VALUE_RUN) {
            return false;
        }
        bytes[at + 1] = Encoding.valueRun(value, run);
        System.arraycopy(bytes, at + 1, bytes, at, length - at - 1);
        length--;
        return true;
    }

    /**
     * Makes the HyperLogLog dense if it is sparse.
     *
     * @throws CorruptedException if the string is no HyperLogLog after all
     */
    public void becomeDense() {
        if (isDense(bytes)) {
            return;
        }
        byte[] dense = Arrays.copyOf(Arrays.copyOf(bytes, Encoding.HEADER_LENGTH), Encoding.DENSE_LENGTH);
        dense[Encoding.ENCODING_OFFSET] = Encoding.DENSE;
        Registers.forEachRun(bytes, length, (first, run, value) -> {
            for (int index = first; index < first + run; index++) {
                Encoding.putRegister(dense, index, value);
            }
        });
        bytes = dense;
        length = dense.length;
    }
}

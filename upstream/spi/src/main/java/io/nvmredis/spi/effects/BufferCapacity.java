package io.nvmredis.spi.effects;

/**
 * Computes the capacities of arrays that hold transactions or values and are reused: up to which capacity one is kept,
 * and to which one grows.
 */
public final class BufferCapacity {
    /** Length of the longest array that every JVM can make. */
    public static final int MAX = Integer.MAX_VALUE - 8;

    private static final int HEAP_PART = 256;
    private static final int MIN_KEPT = 256 << 10;

    private BufferCapacity() {}

    /**
     * Returns the capacity up to which an array is kept: {@code most} bytes, and on a small heap a 256th of it, but 256
     * KB at least. Otherwise several arrays, each grown by one huge value and within its own bound, would fill a small
     * heap together.
     */
    public static int kept(int most) {
        return kept(most, Runtime.getRuntime().maxMemory());
    }

    static int kept(int most, long heapBytes) {
        return (int) Math.min(most, Math.max(MIN_KEPT, heapBytes / HEAP_PART));
    }

    /**
     * Returns the next capacity of an array that must have room for {@code needed} bytes: twice its capacity, or, if it
     * is too large to be kept, a quarter more than needed, since the old and the new array are in memory at once.
     */
    public static int grown(int capacity, long needed, int kept) {
        long roomy = capacity < kept ? Math.max(needed, 2L * capacity) : needed + (needed >> 2);
        return (int) Math.min(roomy, MAX);
    }
}

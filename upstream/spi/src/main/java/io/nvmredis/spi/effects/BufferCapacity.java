package io.nvmredis.spi.effects;

/**
 * Says how large an array may be that holds transactions or values on their way and is kept to be used again, and how large
 * one becomes that was too small.
 */
public final class BufferCapacity {
    /** The longest array that every JVM can make. */
    public static final int MAX = Integer.MAX_VALUE - 8;

    private static final int HEAP_PART = 256;
    private static final int MIN_KEPT = 256 << 10;

    private BufferCapacity() {}

    /**
     * The capacity up to which an array is kept: so many bytes, and on a small heap a 256th of it. Arrays that one huge
     * value has grown would otherwise fill a small heap between them, each within bounds of its own.
     */
    public static int kept(int most) {
        return kept(most, Runtime.getRuntime().maxMemory());
    }

    static int kept(int most, long heapBytes) {
        return (int) Math.min(most, Math.max(MIN_KEPT, heapBytes / HEAP_PART));
    }

    /**
     * The next capacity of an array that must have room for so many bytes: twice what it was, but of one that is too large
     * to be kept a quarter more than is needed, since old and new array are in memory at once.
     */
    public static int grown(int capacity, long needed, int kept) {
        long roomy = capacity < kept ? Math.max(needed, 2L * capacity) : needed + (needed >> 2);
        return (int) Math.min(roomy, MAX);
    }
}

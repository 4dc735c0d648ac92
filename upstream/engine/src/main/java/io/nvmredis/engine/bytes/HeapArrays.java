package io.nvmredis.engine.bytes;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * What arrays of bytes take on the heap. The JVM's usual collector divides the heap into regions, and gives an array that
 * is longer than half of one whole regions of its own, which nothing else uses: in small heaps, of regions of 1 MB, a
 * string of 1 MB takes 2.
 */
public final class HeapArrays {
    /** The header of an array. */
    public static final int HEADER_BYTES = 16;

    private static final int ALIGNMENT = 8;
    private static final long REGION_BYTES = regionBytes();

    private HeapArrays() {}

    /** What an array of this length takes. */
    public static long bytesOf(long length) {
        return bytesOf(length, REGION_BYTES);
    }

    /** What it takes beyond its bytes because nothing else may use the rest of its regions. */
    public static long wasteOf(long length) {
        return length < REGION_BYTES / 4 ? 0 : bytesOf(length) - bytesOf(length, 0);
    }

    /**
     * A length above this one, of about twice as much, for an array that grows: it and its header take whole regions.
     *
     * @param most the longest that is wanted
     */
    public static int grown(int length, long most) {
        return (int) Math.min(most, 2L * Integer.highestOneBit(length + HEADER_BYTES) - HEADER_BYTES);
    }

    /** Likewise with regions of this length; 0: there are none. */
    static long bytesOf(long length, long regionBytes) {
        long bytes = (HEADER_BYTES + length + ALIGNMENT - 1) & -ALIGNMENT;
        return regionBytes == 0 || bytes <= regionBytes / 2
                ? bytes
                : (bytes + regionBytes - 1) / regionBytes * regionBytes;
    }

    private static long regionBytes() {
        try {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return Boolean.parseBoolean(bean.getVMOption("UseG1GC").getValue())
                    ? Long.parseLong(bean.getVMOption("G1HeapRegionSize").getValue())
                    : 0;
        } catch (RuntimeException e) {
            // Another JVM, of which nothing is known.
            return 0;
        }
    }
}

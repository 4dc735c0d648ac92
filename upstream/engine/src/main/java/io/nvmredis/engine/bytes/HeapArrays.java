package io.nvmredis.engine.bytes;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Bytes that arrays take on the heap. The JVM's usual collector divides the heap into regions. An array longer than
 * half a region gets whole regions of its own, which nothing else uses: in a small heap, with regions of 1 MB, a string
 * of 1 MB takes 2 MB.
 */
public final class HeapArrays {
    /** Bytes of the header of an array. */
    public static final int HEADER_BYTES = 16;

    private static final int ALIGNMENT = 8;
    private static final long REGION_BYTES = regionBytes();

    private HeapArrays() {}

    /** Returns the bytes that an array of this length takes. */
    public static long bytesOf(long length) {
        return bytesOf(length, REGION_BYTES);
    }

    /** Returns the bytes that are lost because nothing else may use the rest of the array's regions. */
    public static long wasteOf(long length) {
        return length < REGION_BYTES / 4 ? 0 : bytesOf(length) - bytesOf(length, 0);
    }

    /**
     * Returns a greater length, about twice as much, for an array that grows: with its header it fills whole regions.
     *
     * @param most maximum length wanted
     */
    public static int grown(int length, long most) {
        return (int) Math.min(most, 2L * Integer.highestOneBit(length + HEADER_BYTES) - HEADER_BYTES);
    }

    /**
     * Returns the bytes that an array takes with regions of this length; 0 as the length means that there are no
     * regions.
     */
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
            // Nothing is known of this JVM.
            return 0;
        }
    }
}

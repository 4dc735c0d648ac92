package io.nvmredis.transfer;

import java.util.Locale;

/** Amount of work done in a time, with its wording. */
record Rate(long bytes, long keys, long nanos) {
    private static final double MEGABYTE = 1 << 20;

    private double perSecond(double amount) {
        return amount * 1e9 / Math.max(1, nanos);
    }

    /** Returns a size in words, such as {@code 412.3 MB}. */
    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE);
    }

    /** Returns the throughput in words, such as {@code 98.1 MB/s, 980000 keys/s}. */
    String throughput() {
        return String.format(
                Locale.ROOT, "%.1f MB/s, %.0f keys/s", perSecond(bytes / MEGABYTE), perSecond((double) keys));
    }

    double seconds() {
        return nanos / 1e9;
    }

    /**
     * Returns the seconds that the rest will take at this rate, by bytes if their total is known, otherwise by keys.
     */
    long secondsLeft(long totalBytes, long totalKeys) {
        double doneShare = totalBytes > 0 ? (double) bytes / totalBytes : (double) keys / Math.max(1, totalKeys);
        return doneShare == 0 ? 0 : Math.max(0, Math.round(seconds() / doneShare - seconds()));
    }
}

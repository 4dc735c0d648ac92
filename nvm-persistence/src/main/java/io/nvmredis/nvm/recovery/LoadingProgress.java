package io.nvmredis.nvm.recovery;

import io.nvmredis.spi.LoadingListener;
import java.util.concurrent.TimeUnit;

/** Reports to a listener how far the opening has come, at most once per 40 ms. One thread. */
final class LoadingProgress {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    /** Bytes after which the clock is read. */
    private static final int STEP_BYTES = 256 << 10;

    private final LoadingListener listener;
    private long totalBytes;
    private long passedBytes;
    private long lookedBytes;
    private long toldNanos = System.nanoTime();

    LoadingProgress(LoadingListener listener) {
        this.listener = listener;
    }

    /** Sets how many bytes there are to be read, as far as is known now. */
    void expect(long newTotalBytes) {
        totalBytes = newTotalBytes;
        tell();
    }

    /** Notes that more bytes have been read. */
    void passed(long bytes) {
        passedBytes += bytes;
        if (passedBytes - lookedBytes >= STEP_BYTES) {
            lookedBytes = passedBytes;
            if (System.nanoTime() - toldNanos >= INTERVAL_NANOS) {
                tell();
            }
        }
    }

    /** Notes that all bytes have been read. */
    void done() {
        totalBytes = passedBytes;
        tell();
    }

    long passedBytes() {
        return passedBytes;
    }

    private void tell() {
        toldNanos = System.nanoTime();
        listener.onProgress(Math.min(passedBytes, totalBytes), totalBytes);
    }
}

package io.nvmredis.nvm.recovery;

import io.nvmredis.spi.LoadingListener;
import java.util.concurrent.TimeUnit;

/** Tells a listener how far the opening has come: not more often than it is worth, and often enough. One thread. */
final class LoadingProgress {
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    /** The clock is not looked at for less. */
    private static final int STEP_BYTES = 256 << 10;

    private final LoadingListener listener;
    private long totalBytes;
    private long passedBytes;
    private long lookedBytes;
    private long toldNanos = System.nanoTime();

    LoadingProgress(LoadingListener listener) {
        this.listener = listener;
    }

    /** Says how much there is to be done, as far as is known now. */
    void expect(long newTotalBytes) {
        totalBytes = newTotalBytes;
        tell();
    }

    /** So many bytes more have been done. */
    void passed(long bytes) {
        passedBytes += bytes;
        if (passedBytes - lookedBytes >= STEP_BYTES) {
            lookedBytes = passedBytes;
            if (System.nanoTime() - toldNanos >= INTERVAL_NANOS) {
                tell();
            }
        }
    }

    /** All is done. */
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

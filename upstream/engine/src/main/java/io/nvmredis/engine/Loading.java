package io.nvmredis.engine;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.TimeUnit;

/**
 * How far the persister has come that is opening, and whether it is to stop there. Written by the opening thread, read
 * by all.
 */
final class Loading implements LoadingListener {
    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();
    private volatile boolean isOver;
    private volatile boolean isAborted;
    private volatile long loadedBytes;
    private volatile long totalBytes;

    @Override
    public void onProgress(long newLoadedBytes, long newTotalBytes) {
        loadedBytes = newLoadedBytes;
        totalBytes = newTotalBytes;
        requireWanted();
    }

    /** On the opening thread: ends the opening if nobody wants it any more. */
    void requireWanted() {
        if (isAborted) {
            throw new PersistenceException("the server was stopped while it was loading");
        }
    }

    void abort() {
        isAborted = true;
    }

    boolean isAborted() {
        return isAborted;
    }

    void end() {
        isOver = true;
    }

    boolean isOver() {
        return isOver;
    }

    long startSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(startMillis);
    }

    long loadedBytes() {
        return loadedBytes;
    }

    long totalBytes() {
        return Math.max(totalBytes, loadedBytes);
    }

    double loadedPercent() {
        return totalBytes() == 0 ? 0 : 100.0 * loadedBytes / totalBytes();
    }

    /** As long as it has taken so far for each byte. */
    long etaSeconds() {
        long loaded = loadedBytes;
        if (loaded == 0) {
            return 1;
        }
        double secondsSoFar = (System.nanoTime() - startNanos) / 1e9;
        return Math.round(secondsSoFar / loaded * (totalBytes() - loaded));
    }
}

package io.nvmredis.engine.core;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.TimeUnit;

/**
 * How far the persister has come that is opening, and whether it is to stop there. Written by the opening thread, read
 * by all.
 */
public final class Loading implements LoadingListener {
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
    public void requireWanted() {
        if (isAborted) {
            throw new PersistenceException("the server was stopped while it was loading");
        }
    }

    public void abort() {
        isAborted = true;
    }

    boolean isAborted() {
        return isAborted;
    }

    public void end() {
        isOver = true;
    }

    public boolean isOver() {
        return isOver;
    }

    public long startSeconds() {
        return TimeUnit.MILLISECONDS.toSeconds(startMillis);
    }

    public long loadedBytes() {
        return loadedBytes;
    }

    public long totalBytes() {
        return Math.max(totalBytes, loadedBytes);
    }

    public double loadedPercent() {
        return totalBytes() == 0 ? 0 : 100.0 * loadedBytes / totalBytes();
    }

    /** As long as it has taken so far for each byte. */
    public long etaSeconds() {
        long loaded = loadedBytes;
        if (loaded == 0) {
            return 1;
        }
        double secondsSoFar = (System.nanoTime() - startNanos) / 1e9;
        return Math.round(secondsSoFar / loaded * (totalBytes() - loaded));
    }
}

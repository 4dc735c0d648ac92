package io.nvmredis.engine.core;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.TimeUnit;

/**
 * Progress of the persister that is opening, and whether it has to stop. The opening thread reports the progress; any
 * thread may read it, and may {@link #abort} the opening.
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

    /** Ends the opening with an exception if {@link #abort} was called. Called by the opening thread. */
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

    /** Returns the estimated seconds until the end, at the mean time per byte so far. */
    public long etaSeconds() {
        long loaded = loadedBytes;
        if (loaded == 0) {
            return 1;
        }
        double secondsSoFar = (System.nanoTime() - startNanos) / 1e9;
        return Math.round(secondsSoFar / loaded * (totalBytes() - loaded));
    }
}

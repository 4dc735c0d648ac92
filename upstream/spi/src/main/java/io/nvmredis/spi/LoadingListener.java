package io.nvmredis.spi;

/** Receives the progress of a persister that is opening. */
@FunctionalInterface
public interface LoadingListener {
    /** Ignores the progress. */
    LoadingListener NONE = (loadedBytes, totalBytes) -> {};

    /**
     * Receives how many bytes of how many have been loaded. Called on the opening thread, often enough to show
     * progress.
     */
    void onProgress(long loadedBytes, long totalBytes);
}

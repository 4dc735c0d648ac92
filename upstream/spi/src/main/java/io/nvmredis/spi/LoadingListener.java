package io.nvmredis.spi;

/** Told how far a persister has come that is opening. */
@FunctionalInterface
public interface LoadingListener {
    /** For those who do not want to know. */
    LoadingListener NONE = (loadedBytes, totalBytes) -> {};

    /** So many of so many bytes have been loaded. Called on the opening thread, often enough to show progress. */
    void onProgress(long loadedBytes, long totalBytes);
}

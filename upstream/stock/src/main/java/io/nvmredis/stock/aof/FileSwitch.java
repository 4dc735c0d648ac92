package io.nvmredis.stock.aof;

import java.io.IOException;
import java.io.RandomAccessFile;
import org.jspecify.annotations.Nullable;

/**
 * Order to {@link AofWriter} to write to another file from some transaction on.
 *
 * <p>It is carried out under the writer's {@code fileLock}; only the holder of that lock reads and writes the outcome.
 */
final class FileSwitch {

    /** Makes the set with the new file the valid one. */
    @FunctionalInterface
    interface Publication {
        void run() throws IOException;
    }

    private final RandomAccessFile newFile;
    private final Publication publication;
    private @Nullable RandomAccessFile oldFile;
    private @Nullable IOException failure;

    /**
     * Creates an order, not yet given.
     *
     * @param newFile empty file that is on the medium
     */
    FileSwitch(RandomAccessFile newFile, Publication publication) {
        this.newFile = newFile;
        this.publication = publication;
    }

    RandomAccessFile newFile() {
        return newFile;
    }

    void publish() throws IOException {
        publication.run();
    }

    void done(RandomAccessFile file) {
        oldFile = file;
    }

    void failed(IOException e) {
        failure = e;
    }

    /** Returns the old file once nothing is written to it any more, otherwise null. */
    @Nullable
    RandomAccessFile oldFile() {
        return oldFile;
    }

    @Nullable
    IOException failure() {
        return failure;
    }
}

package io.nvmredis.stock.aof;

import java.io.IOException;
import java.io.RandomAccessFile;
import org.jspecify.annotations.Nullable;

/**
 * An order to {@link AofWriter} to go on in another file from some transaction on.
 *
 * <p>Carried out under the writer's lock of the file, whose holder alone reads and writes the outcome.
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
     * An order not yet given.
     *
     * @param newFile empty, and on the medium
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

    /** The file that nothing is written to any more, or null as long as that is not so. */
    @Nullable
    RandomAccessFile oldFile() {
        return oldFile;
    }

    @Nullable
    IOException failure() {
        return failure;
    }
}

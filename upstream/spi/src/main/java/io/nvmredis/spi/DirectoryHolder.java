package io.nvmredis.spi;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Locks a directory itself, which the JDK cannot do. It is a service found by {@link java.util.ServiceLoader}; without
 * one, directories are not locked themselves. Any thread.
 */
public interface DirectoryHolder {

    /** Loads the code that {@link #hold} needs, so that a call takes no time for that. */
    default void warmUp() {}

    /**
     * Locks a directory until the hold is closed or this process ends.
     *
     * @return null if another process has locked it
     * @throws IOException if this file system or this machine has no such lock
     */
    @Nullable
    Hold hold(Path directory) throws IOException;

    /**
     * Locks a directory as {@link #hold} does, but together with others that share it. Changes nothing in it, and takes
     * no right to write there.
     *
     * @return null if another process has locked it for itself
     * @throws IOException if this file system or this machine has no such lock
     */
    default @Nullable Hold share(Path directory) throws IOException {
        throw new IOException("locks of " + directory + " cannot be shared");
    }

    /** Lock on a directory. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }
}

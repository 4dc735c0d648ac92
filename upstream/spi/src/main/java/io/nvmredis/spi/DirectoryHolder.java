package io.nvmredis.spi;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Locks a directory itself, which the JDK cannot. A service: found by {@link java.util.ServiceLoader}, and done without
 * where there is none. Any thread.
 */
public interface DirectoryHolder {

    /** Loads what it needs, so that {@link #hold} takes no time for that. */
    default void warmUp() {}

    /**
     * Takes a directory for as long as this process lives, or until it is closed.
     *
     * @return null if somebody else has it
     * @throws IOException if this file system or this machine has no such lock
     */
    @Nullable
    Hold hold(Path directory) throws IOException;

    /** A directory that is held. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }
}

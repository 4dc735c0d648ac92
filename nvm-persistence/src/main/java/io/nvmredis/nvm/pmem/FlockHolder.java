package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.DirectoryHolder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Locks directories by flock(2). The lock belongs to the descriptor opened here, which a program that this process starts
 * does not inherit. Any thread.
 */
public final class FlockHolder implements DirectoryHolder {

    @Override
    public void warmUp() {
        Libc.isBound();
    }

    @Override
    public @Nullable Hold hold(Path directory) throws IOException {
        return lock(directory, false);
    }

    @Override
    public @Nullable Hold share(Path directory) throws IOException {
        return lock(directory, true);
    }

    private static @Nullable Hold lock(Path directory, boolean isShared) throws IOException {
        int descriptor = Libc.openDirectory(directory);
        if (descriptor < 0) {
            throw new IOException(directory + " cannot be opened to be locked");
        }
        int result = Libc.tryLock(descriptor, isShared);
        if (result == Libc.OK) {
            return () -> Libc.close(descriptor);
        }
        Libc.close(descriptor);
        if (result == Libc.EWOULDBLOCK) {
            return null;
        }
        throw new IOException(directory + " cannot be locked: error " + result + " of flock(2)");
    }
}

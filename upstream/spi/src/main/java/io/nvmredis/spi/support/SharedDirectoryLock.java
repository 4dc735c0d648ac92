package io.nvmredis.spi.support;

import io.nvmredis.spi.DirectoryHolder;
import io.nvmredis.spi.DirectoryHolder.Hold;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reserves a directory for readers: several may share it, and no {@link DirectoryLock} is taken beside them. Makes and
 * writes nothing, so it also works where nothing may be written.
 *
 * <p>As with a {@link DirectoryLock}, the directory itself is locked, and the file {@code LOCK} too if it is there and
 * can be read: old servers lock that alone. Any thread.
 */
public final class SharedDirectoryLock implements AutoCloseable {
    private final @Nullable Hold hold;
    private final @Nullable FileChannel channel;

    private SharedDirectoryLock(@Nullable Hold hold, @Nullable FileChannel channel) {
        this.hold = hold;
        this.channel = channel;
    }

    /**
     * Locks a directory, which must exist.
     *
     * @throws PersistenceException if there is none, or if it is in use; names the owner's process id
     */
    public static SharedDirectoryLock take(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new PersistenceException("there are no data: " + directory + " is not a directory");
        }
        try {
            Path realPath = directory.toRealPath();
            if (DirectoryLock.isHeldHere(realPath)) {
                throw DirectoryLock.inUse(
                        directory, Long.toString(ProcessHandle.current().pid()));
            }
            Hold hold = hold(directory, realPath);
            try {
                return new SharedDirectoryLock(hold, lockFile(directory, realPath.resolve(DirectoryLock.FILE_NAME)));
            } catch (IOException | RuntimeException e) {
                if (hold != null) {
                    hold.close();
                }
                throw e;
            }
        } catch (IOException e) {
            throw DirectoryLock.unusable(directory, e);
        }
    }

    /** Locks the directory itself. Returns null if that is not possible here. */
    private static @Nullable Hold hold(Path directory, Path realPath) {
        for (DirectoryHolder holder : DirectoryLock.Holders.ALL) {
            try {
                Hold hold = holder.share(realPath);
                if (hold == null) {
                    throw inUse(directory, realPath);
                }
                return hold;
            } catch (IOException e) {
                // This holder cannot lock on this file system; another one may.
            }
        }
        return null;
    }

    private static PersistenceException inUse(Path directory, Path realPath) {
        return DirectoryLock.inUse(directory, DirectoryLock.ownerIn(realPath.resolve(DirectoryLock.FILE_NAME)));
    }

    /** Locks the lock file. Returns null if there is none, or this user may not read it. */
    private static @Nullable FileChannel lockFile(Path directory, Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return null;
        }
        FileChannel channel = PrivateFiles.open(file, StandardOpenOption.READ);
        try {
            if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
                throw DirectoryLock.inUse(directory, DirectoryLock.ownerIn(file));
            }
            return channel;
        } catch (OverlappingFileLockException e) {
            // Another reader within this process has locked it.
            channel.close();
            return null;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new PersistenceException("a lock cannot be released: " + e, e);
        } finally {
            if (hold != null) {
                hold.close();
            }
        }
    }
}

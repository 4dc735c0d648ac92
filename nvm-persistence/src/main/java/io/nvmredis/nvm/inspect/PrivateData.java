package io.nvmredis.nvm.inspect;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.pmem.PrivateDirectory;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.SharedDirectoryLock;
import java.nio.file.Path;

/** Directory with data, locked against servers, and seen so that nothing which is done to it reaches it. One thread. */
final class PrivateData implements AutoCloseable {
    private final SharedDirectoryLock lock;
    private final PrivateDirectory directory;

    /**
     * Locks a directory, and lists it.
     *
     * @throws PersistenceException if it is in use, has no data, or cannot be read
     */
    PrivateData(Path path) {
        lock = SharedDirectoryLock.take(path);
        try {
            directory = new PrivateDirectory(path);
            if (directory.list().stream().noneMatch(PrivateData::isOurs)) {
                throw new PersistenceException("there are no data of nvm-aof in " + path);
            }
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /** Returns whether a file of this name belongs to a log or a table. */
    static boolean isOurs(String name) {
        return name.equals(LogFileNames.SUPERBLOCK) || LogFileNames.epochOf(name) >= 0 || TableFileNames.isTables(name);
    }

    PrivateDirectory directory() {
        return directory;
    }

    @Override
    public void close() {
        try {
            directory.close();
        } finally {
            lock.close();
        }
    }
}

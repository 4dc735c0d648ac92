package io.nvmredis.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a directory for one open persister: an exclusive lock on its file {@code LOCK}, which holds the owner's process
 * id. The kernel drops it when the process ends, however it ends, so the file may stay.
 *
 * <p>A lock of fcntl(2) is lost when the process closes any descriptor of the file. Hence the second opener within one
 * process is turned away by a set of paths, before it touches the file. Any thread.
 */
public final class DirectoryLock implements AutoCloseable {
    /** Name of the lock file. */
    public static final String FILE_NAME = "LOCK";

    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path realPath;
    private final FileChannel channel;

    private DirectoryLock(Path realPath, FileChannel channel) {
        this.realPath = realPath;
        this.channel = channel;
    }

    /**
     * Takes a directory, made if it is not there.
     *
     * @throws PersistenceException if it cannot be made or written, or is taken; names the owner's process id
     */
    public static DirectoryLock take(Path directory) {
        Path realPath = prepared(directory);
        if (!HELD.add(realPath)) {
            throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            return locked(directory, realPath);
        } catch (IOException e) {
            HELD.remove(realPath);
            throw unusable(directory, e);
        } catch (RuntimeException e) {
            HELD.remove(realPath);
            throw e;
        }
    }

    private static Path prepared(Path directory) {
        try {
            Directories.create(directory.toAbsolutePath());
            return directory.toRealPath();
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private static DirectoryLock locked(Path directory, Path realPath) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve(FILE_NAME),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(directory, ownerOf(channel));
            }
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            return new DirectoryLock(realPath, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String ownerOf(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(32);
        channel.read(content, 0);
        String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).trim();
        return pid.isEmpty() ? "unknown" : pid;
    }

    private static PersistenceException inUse(Path directory, String pid) {
        return new PersistenceException("directory " + directory + " is in use by process " + pid
                + "; stop that server or choose another directory");
    }

    private static PersistenceException unusable(Path directory, IOException e) {
        return new PersistenceException(
                "directory " + directory + " cannot be used: " + reason(e)
                        + "; it must be a directory that this user may read and write",
                e);
    }

    /** In the words of a user, not of Java, where there are any. */
    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "it is a file";
        }
        String reason = e instanceof FileSystemException failed ? failed.getReason() : null;
        return reason == null ? e.toString() : reason;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new PersistenceException("the lock of " + realPath + " cannot be released: " + e, e);
        } finally {
            HELD.remove(realPath);
        }
    }
}

package io.nvmredis.spi.support;

import io.nvmredis.spi.DirectoryHolder;
import io.nvmredis.spi.DirectoryHolder.Hold;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reserves a directory for one open persister, by two locks. The kernel drops both when the process ends in any way.
 *
 * <p>The first lock is on the directory itself, by a {@link DirectoryHolder}. The directory always exists: it cannot be
 * deleted while it holds files, and no rename replaces it as one replaces the manifest or {@code dump.rdb}. And
 * flock(2), unlike fcntl(2), is not lost when other code of this process closes another descriptor of it.
 *
 * <p>The second lock is Java's, by fcntl(2), on a file {@code LOCK} with the owner's process id. It serves old servers,
 * file systems on which a directory cannot be locked, and users, who can read the id. The file may stay when the server
 * ends. A second opener within one process is refused by a set of paths before it touches the file, because closing the
 * file would lose the lock. Once per second the file is checked: if it has been deleted or replaced, this is reported
 * to {@code onTrouble}, and the file is made and locked again.
 *
 * <p>Any thread; a thread of the lock's own checks the file.
 */
public final class DirectoryLock implements AutoCloseable {
    /** Name of the lock file. */
    public static final String FILE_NAME = "LOCK";

    private static final long LOOK_MILLIS = 1_000;

    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path realPath;
    private final Path file;
    private final @Nullable Object directoryKey;
    private final @Nullable Hold hold;
    private final Consumer<String> onTrouble;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watcher = new Thread(this::lookUntilClosed, "nvm-redis-lock");
    /** Lock file as it was locked. Guarded by the monitor. */
    private FileChannel channel;

    /** Identity of the lock file, or null if the file system has none. Guarded by the monitor. */
    private @Nullable Object fileKey;

    /** Trouble reported last; empty if there is none. Guarded by the monitor. */
    private String told = "";

    private DirectoryLock(Path realPath, @Nullable Hold hold, FileChannel channel, Consumer<String> onTrouble) {
        this.realPath = realPath;
        this.file = realPath.resolve(FILE_NAME);
        this.hold = hold;
        this.channel = channel;
        this.onTrouble = onTrouble;
        this.directoryKey = keyOf(realPath);
        this.fileKey = keyOf(file);
    }

    static final class Holders {
        static final List<DirectoryHolder> ALL = ServiceLoader.load(DirectoryHolder.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** Loads the code that locks a directory, which may take 150 ms. Any thread. */
    public static void warmUp() {
        Holders.ALL.forEach(DirectoryHolder::warmUp);
    }

    /**
     * Locks a directory, which is made if it does not exist.
     *
     * @param onTrouble receives a sentence when the lock file has been deleted or replaced, on a thread of the lock's
     *     own
     * @throws PersistenceException if the directory cannot be made or written, or is in use; names the owner's process
     *     id
     */
    public static DirectoryLock take(Path directory, Consumer<String> onTrouble) {
        Path realPath = prepared(directory);
        if (!HELD.add(realPath)) {
            throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
        }
        try {
            DirectoryLock lock = locked(directory, realPath, onTrouble);
            lock.watcher.setDaemon(true);
            lock.watcher.start();
            return lock;
        } catch (IOException e) {
            HELD.remove(realPath);
            throw unusable(directory, e);
        } catch (RuntimeException | Error e) {
            HELD.remove(realPath);
            throw e;
        }
    }

    /** Returns whether this process has locked a directory. */
    static boolean isHeldHere(Path realPath) {
        return HELD.contains(realPath);
    }

    private static Path prepared(Path directory) {
        try {
            Directories.create(directory.toAbsolutePath());
            return directory.toRealPath();
        } catch (IOException e) {
            throw unusable(directory, e);
        }
    }

    private static DirectoryLock locked(Path directory, Path realPath, Consumer<String> onTrouble) throws IOException {
        Hold hold = hold(directory, realPath);
        try {
            FileChannel channel = openLockFile(realPath);
            try {
                if (!lock(channel)) {
                    throw inUse(directory, ownerIn(channel));
                }
                return new DirectoryLock(realPath, hold, channel, onTrouble);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            if (hold != null) {
                hold.close();
            }
            throw e;
        }
    }

    /** Locks the directory itself. Returns null if that is not possible here; then only the lock file is locked. */
    private static @Nullable Hold hold(Path directory, Path realPath) {
        for (DirectoryHolder holder : Holders.ALL) {
            try {
                Hold hold = holder.hold(realPath);
                if (hold == null) {
                    throw inUse(directory, ownerIn(realPath.resolve(FILE_NAME)));
                }
                return hold;
            } catch (IOException e) {
                // This holder cannot lock on this file system; another one may.
            }
        }
        return null;
    }

    private static FileChannel openLockFile(Path realPath) throws IOException {
        return PrivateFiles.open(
                realPath.resolve(FILE_NAME),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    /** Locks the lock file and writes this process's id into it. Returns false if another process has locked it. */
    private static boolean lock(FileChannel channel) throws IOException {
        if (channel.tryLock() == null) {
            return false;
        }
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid), 0);
        return true;
    }

    /**
     * Returns the process id in a lock file that this process has not locked: closing a file that it has locked would
     * lose that lock.
     */
    static String ownerIn(Path file) {
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.READ)) {
            return ownerIn(channel);
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String ownerIn(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(32);
        channel.read(content, 0);
        String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).trim();
        return pid.isEmpty() ? "unknown" : pid;
    }

    /** Checks the lock file once per second: any process that may write to the directory may delete it. */
    private void lookUntilClosed() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            // No code interrupts this thread, and only this thread would miss the interrupt.
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        if (closed.getCount() == 0) {
            return;
        }
        Object found = keyOf(file);
        if (fileKey == null || fileKey.equals(found)) {
            told = "";
            return;
        }
        String what = found == null ? file + " has been deleted" : file + " has been replaced by another file";
        tell(what + " while this server runs; " + retake());
    }

    /**
     * Returns the identity of a file, or null if there is none. An inode that has been open all the time cannot have
     * been given to another file.
     */
    private static @Nullable Object keyOf(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Makes and locks the lock file again. Returns the outcome, for the message. The caller holds the monitor. */
    private String retake() {
        if (directoryKey != null && !directoryKey.equals(keyOf(realPath))) {
            return "and so has the directory: what is written is not where --dir says it is";
        }
        try {
            FileChannel made = openLockFile(realPath);
            try {
                if (!lock(made)) {
                    String owner = ownerIn(made);
                    made.close();
                    return "process " + owner + " has it now, and may write to the directory: stop one of the two";
                }
            } catch (IOException | RuntimeException e) {
                made.close();
                throw e;
            }
            channel.close();
            channel = made;
            fileKey = keyOf(file);
            return "it has been made and locked again";
        } catch (IOException e) {
            return "it cannot be made again: " + reason(e);
        }
    }

    private void tell(String trouble) {
        if (!trouble.equals(told)) {
            told = trouble;
            onTrouble.accept(trouble);
        }
    }

    static PersistenceException inUse(Path directory, String pid) {
        return new PersistenceException("directory " + directory + " is in use by process " + pid
                + "; stop that server or choose another directory");
    }

    static PersistenceException unusable(Path directory, IOException e) {
        return new PersistenceException(
                "directory " + directory + " cannot be used: " + reason(e)
                        + "; it must be a directory that this user may read and write",
                e);
    }

    /** Returns a reason in the words of a user and not of Java, where there are any. */
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

    /** Releases the directory. The watching thread has ended when this returns, unless it is the caller. */
    @Override
    public void close() {
        closed.countDown();
        try {
            release();
        } finally {
            // Not under the monitor, which the thread may be waiting for.
            if (watcher != Thread.currentThread()) {
                ThreadJoins.join(watcher);
            }
        }
    }

    private synchronized void release() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new PersistenceException("the lock of " + realPath + " cannot be released: " + e, e);
        } finally {
            if (hold != null) {
                hold.close();
            }
            HELD.remove(realPath);
        }
    }
}

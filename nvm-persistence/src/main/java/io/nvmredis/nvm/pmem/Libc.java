package io.nvmredis.nvm.pmem;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Out;
import org.jspecify.annotations.Nullable;

/**
 * The C library's {@code posix_fallocate(3)}, {@code madvise(2)} and {@code flock(2)}, which Java lacks, and {@code
 * statvfs(3)}, for which Java reads the table of all mounts: 100 to 190 microseconds where this takes one or two.
 *
 * <p>Declared here and not taken from jnr-posix, which has open, close and flock and none of the other three: a start
 * locks its directory first of all, and to bind the hundreds of functions of jnr-posix for that takes twice as long as
 * these six take: 620 to 930 ms and 330 to 360 ms, each in a JVM of its own on two busy cores. Files are synced by
 * FileChannel.force, which is fdatasync(2) or fsync(2), tries again when it was interrupted, and throws where it fails;
 * jnr-posix would need the number of the descriptor, which Java keeps to itself.
 */
final class Libc {
    static final int OK = 0;
    static final int EINTR = 4;
    static final int EWOULDBLOCK = 11;
    static final int ENOSPC = 28;

    private static final int O_RDWR_CLOEXEC = 02000002;
    private static final int O_RDONLY_CLOEXEC = 02000000;
    private static final int LOCK_EX_NB = 6;
    /** Since Linux 5.14. */
    private static final int MADV_POPULATE_WRITE = 23;

    /** The functions, as in their manual pages; posix_fallocate returns the error number. */
    public interface Functions {
        int open(String path, int flags);

        int close(int descriptor);

        int flock(int descriptor, int operation);

        int posix_fallocate(int descriptor, long offset, long length);

        int madvise(long address, long length, int advice);

        int statvfs(String path, @Out byte[] result);
    }

    /** Longer than {@code struct statvfs} anywhere. */
    private static final int STATVFS_LENGTH = 256;
    /** In {@code struct statvfs} of a 64-bit Linux: bytes of a block, and blocks for those without privileges. */
    private static final int FRAGMENT_SIZE_OFFSET = 8;

    private static final int AVAILABLE_BLOCKS_OFFSET = 32;
    private static final boolean IS_64_BIT = Runtime.getSystemRuntime().longSize() == Long.BYTES;

    private static final class Loaded {
        private static final @Nullable Functions FUNCTIONS = load();

        private static @Nullable Functions load() {
            try {
                return LibraryLoader.create(Functions.class).failImmediately().load("libc.so.6");
            } catch (LinkageError | RuntimeException e) {
                // No glibc: the caller writes zeroes instead, which takes longer and does the same.
                return null;
            }
        }
    }

    private Libc() {}

    /** Whether there are these functions. Binds them if that has not been done. */
    static boolean isBound() {
        return Loaded.FUNCTIONS != null;
    }

    /**
     * Allocates the blocks of a file.
     *
     * @return {@link #OK}, {@link #ENOSPC}, or another error number if it cannot be done this way here
     */
    static int allocate(Path file, long length) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions == null) {
            return -1;
        }
        int descriptor = functions.open(file.toString(), O_RDWR_CLOEXEC);
        if (descriptor < 0) {
            return -1;
        }
        try {
            int result;
            do {
                result = functions.posix_fallocate(descriptor, 0, length);
            } while (result == EINTR);
            return result;
        } finally {
            functions.close(descriptor);
        }
    }

    /**
     * Maps the pages of a whole mapping for writing, with one call in place of a fault for each.
     *
     * @return whether it could be done; if not, a store to each page does the same
     */
    static boolean populate(ByteBuffer mapped) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions == null) {
            return false;
        }
        long address = Pointer.wrap(Runtime.getSystemRuntime(), mapped).address();
        return functions.madvise(address, mapped.capacity(), MADV_POPULATE_WRITE) == 0;
    }

    /** A descriptor of a directory, to be closed; negative if there is none. */
    static int openDirectory(Path directory) {
        Functions functions = Loaded.FUNCTIONS;
        return functions == null ? -1 : functions.open(directory.toString(), O_RDONLY_CLOEXEC);
    }

    /**
     * Locks a file for this descriptor alone, without waiting.
     *
     * @return {@link #OK}, {@link #EWOULDBLOCK} if another one has it, or another error number
     */
    static int tryLock(int descriptor) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions == null) {
            return -1;
        }
        int error;
        do {
            error = functions.flock(descriptor, LOCK_EX_NB) == 0
                    ? OK
                    : Runtime.getSystemRuntime().getLastError();
        } while (error == EINTR);
        return error;
    }

    static void close(int descriptor) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions != null) {
            functions.close(descriptor);
        }
    }

    /** Bytes that an unprivileged process may add to the file system of a directory, or -1 if it cannot be told so. */
    static long availableBytes(Path directory) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions == null || !IS_64_BIT) {
            return -1;
        }
        byte[] result = new byte[STATVFS_LENGTH];
        if (functions.statvfs(directory.toString(), result) != OK) {
            return -1;
        }
        ByteBuffer fields = ByteBuffer.wrap(result).order(ByteOrder.nativeOrder());
        return fields.getLong(FRAGMENT_SIZE_OFFSET) * fields.getLong(AVAILABLE_BLOCKS_OFFSET);
    }
}

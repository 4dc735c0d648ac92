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
 * Functions of the C library: {@code posix_fallocate(3)}, {@code madvise(2)} and {@code flock(2)}, which Java lacks,
 * and {@code statvfs(3)}, in place of which Java reads the table of all mounts, which takes 100 to 190 µs per call
 * where this takes 1 or 2 µs.
 *
 * <p>They are declared here and not taken from jnr-posix, which has open, close and flock and none of the other three:
 * a start locks its directory first of all, and binding the hundreds of functions of jnr-posix for that takes 620 to
 * 930 ms, where binding these six takes 330 to 360 ms, each in a JVM of its own on two busy cores. Files are synced by
 * FileChannel.force, which is fdatasync(2) or fsync(2), is repeated after an interrupt, and throws where it fails;
 * jnr-posix would need the number of the descriptor, which Java does not reveal.
 */
final class Libc {
    static final int OK = 0;
    static final int EINTR = 4;
    static final int EWOULDBLOCK = 11;
    static final int ENOSPC = 28;

    private static final int O_RDWR_CLOEXEC = 02000002;
    private static final int O_RDONLY_CLOEXEC = 02000000;
    private static final int LOCK_EX_NB = 6;
    private static final int LOCK_SH_NB = 5;
    private static final int MADV_RANDOM = 1;
    private static final int MADV_WILLNEED = 3;
    /** Advice of madvise(2) since Linux 5.14. */
    private static final int MADV_POPULATE_WRITE = 23;

    /**
     * Bytes of one request to read ahead. Linux cuts a longer one short at what it reads ahead on that device, which is
     * 128 KiB by default.
     */
    private static final int READ_AHEAD_LENGTH = 128 << 10;

    /** Functions as in their manual pages; posix_fallocate returns the error number. */
    public interface Functions {
        int open(String path, int flags);

        int close(int descriptor);

        int flock(int descriptor, int operation);

        int posix_fallocate(int descriptor, long offset, long length);

        int madvise(long address, long length, int advice);

        int statvfs(String path, @Out byte[] result);
    }

    /** Length that {@code struct statvfs} exceeds on no system. */
    private static final int STATVFS_LENGTH = 256;
    /** Offset, in {@code struct statvfs} of a 64-bit Linux, of the bytes of a block. */
    private static final int FRAGMENT_SIZE_OFFSET = 8;

    /** Offset, in the same structure, of the number of blocks for processes without privileges. */
    private static final int AVAILABLE_BLOCKS_OFFSET = 32;

    private static final boolean IS_64_BIT = Runtime.getSystemRuntime().longSize() == Long.BYTES;

    private static final class Loaded {
        private static final @Nullable Functions FUNCTIONS = load();

        private static @Nullable Functions load() {
            try {
                return LibraryLoader.create(Functions.class).failImmediately().load("libc.so.6");
            } catch (LinkageError | RuntimeException e) {
                // Without glibc the caller writes zeroes instead, which takes longer and has the same result.
                return null;
            }
        }
    }

    private Libc() {}

    /** Returns whether these functions are available. Binds them if that has not been done. */
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
     * Maps the pages of a whole mapping for writing, with one call instead of one fault per page.
     *
     * @return whether it was possible; if not, a store to each page has the same result
     */
    static boolean populate(ByteBuffer mapped) {
        return advise(mapped, 0, mapped.capacity(), MADV_POPULATE_WRITE);
    }

    /** Tells the kernel that a mapping is read in no order: each fault reads one page into the page cache. */
    static void expectRandomReads(ByteBuffer mapped) {
        advise(mapped, 0, mapped.capacity(), MADV_RANDOM);
    }

    /** Lets the kernel read a range of a mapping into the page cache, page by page, without waiting for it. */
    static void readAhead(ByteBuffer mapped, int offset, int length) {
        long end = Math.min((long) offset + length, mapped.capacity());
        for (long at = offset & -PmemRegion.PAGE_LENGTH; at < end; at += READ_AHEAD_LENGTH) {
            advise(mapped, at, Math.min(READ_AHEAD_LENGTH, end - at), MADV_WILLNEED);
        }
    }

    private static boolean advise(ByteBuffer mapped, long offset, long length, int advice) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions == null) {
            return false;
        }
        long address = Pointer.wrap(Runtime.getSystemRuntime(), mapped).address();
        return functions.madvise(address + offset, length, advice) == 0;
    }

    /** Opens a directory. Returns a descriptor, to be closed, or a negative number if there is none. */
    static int openDirectory(Path directory) {
        Functions functions = Loaded.FUNCTIONS;
        return functions == null ? -1 : functions.open(directory.toString(), O_RDONLY_CLOEXEC);
    }

    /**
     * Locks a file for this descriptor, alone or together with others that share it, without waiting.
     *
     * @return {@link #OK}, {@link #EWOULDBLOCK} if another descriptor has the lock, or another error number
     */
    static int tryLock(int descriptor, boolean isShared) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions == null) {
            return -1;
        }
        int error;
        do {
            error = functions.flock(descriptor, isShared ? LOCK_SH_NB : LOCK_EX_NB) == 0
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

    /**
     * Returns the bytes that an unprivileged process may add to the file system of a directory, or -1 if they cannot be
     * told in this way.
     */
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

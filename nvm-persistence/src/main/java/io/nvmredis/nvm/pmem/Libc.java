package io.nvmredis.nvm.pmem;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/** The C library's {@code posix_fallocate(3)} and {@code madvise(2)}, which Java lacks. */
final class Libc {
    static final int OK = 0;
    static final int EINTR = 4;
    static final int ENOSPC = 28;

    private static final int O_RDWR_CLOEXEC = 02000002;
    /** Since Linux 5.14. */
    private static final int MADV_POPULATE_WRITE = 23;

    /** The functions, as in their manual pages; posix_fallocate returns the error number. */
    public interface Functions {
        int open(String path, int flags);

        int close(int descriptor);

        int posix_fallocate(int descriptor, long offset, long length);

        int madvise(long address, long length, int advice);
    }

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
}

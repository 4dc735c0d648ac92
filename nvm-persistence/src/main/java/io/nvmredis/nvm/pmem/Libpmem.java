package io.nvmredis.nvm.pmem;

import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/**
 * Functions of PMDK's libpmem 1, bound with jnr-ffi: 9 ns per call, the same as hand-written JNI (to measure it again,
 * run {@code pmem_drain} in a loop).
 */
final class Libpmem {
    private static final int PMEM_FILE_CREATE = 1;
    private static final int PMEM_FILE_EXCL = 2;

    /** Functions of the library; see libpmem(7), pmem_flush(3), pmem_is_pmem(3). */
    public interface Functions {
        @IgnoreError
        void pmem_flush(long address, @size_t long length);

        @IgnoreError
        void pmem_drain();

        Pointer pmem_map_file(
                String path, @size_t long length, int flags, int mode, @Nullable Pointer mappedLength, int[] isPmem);

        int pmem_unmap(Pointer address, @size_t long length);

        String pmem_errormsg();
    }

    /** The library, or the reason why there is none. Loaded once per process. */
    private static final class Loaded {
        private static final @Nullable Functions FUNCTIONS;
        private static final String REASON;

        static {
            Functions functions = null;
            String reason = "";
            try {
                functions =
                        LibraryLoader.create(Functions.class).failImmediately().load("libpmem.so.1");
            } catch (LinkageError | RuntimeException e) {
                reason = "libpmem.so.1 cannot be loaded (Debian: apt-get install libpmem1): " + e.getMessage();
            }
            FUNCTIONS = functions;
            REASON = reason;
        }
    }

    private Libpmem() {}

    static @Nullable Functions functions() {
        return Loaded.FUNCTIONS;
    }

    /** Returns the reason why {@link #functions()} is null. */
    static String missingReason() {
        return Loaded.REASON;
    }

    /**
     * Asks libpmem whether files in a directory are persistent memory.
     *
     * <p>{@code pmem_is_pmem} knows only of mappings that libpmem has made itself, so a scratch file is mapped with
     * {@code pmem_map_file}, which reports the same.
     *
     * @return null if they are, otherwise the reason why not
     */
    static @Nullable String whyNotPmem(Functions functions, Path scratch) {
        int[] isPmem = new int[1];
        long length = 1 << 20;
        Pointer address = functions.pmem_map_file(
                scratch.toString(), length, PMEM_FILE_CREATE | PMEM_FILE_EXCL, 0600, null, isPmem);
        if (address == null || address.address() == 0) {
            return "libpmem cannot map a file there: " + functions.pmem_errormsg();
        }
        functions.pmem_unmap(address, length);
        return isPmem[0] == 0 ? "not persistent memory (pmem_is_pmem is 0): no DAX file system" : null;
    }
}

package io.nvmredis.nvm.pmem;

import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;

/**
 * Mappings to which what is stored stays in this process, by {@code mmap(2)}: they take the right to read a file alone,
 * where Java's private mappings take the right to write, too.
 *
 * <p>Its functions are bound apart from those of {@link Libc}, because a server needs none of them.
 */
final class PrivateMappings {
    private static final int O_RDONLY_CLOEXEC = 02000000;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_ANONYMOUS = 0x20;

    /** Functions as in their manual pages. */
    public interface Functions {
        int open(String path, int flags);

        int close(int descriptor);

        /**
         * Maps. The numbers are declared as they are, and the address as a pointer: jnr-ffi 2.3.4 passes six numbers in a
         * wrong way.
         */
        Pointer mmap(
                @Nullable Pointer address,
                @size_t long length,
                int protection,
                int flags,
                int descriptor,
                @off_t long offset);

        int munmap(long address, long length);
    }

    private static final class Loaded {
        private static final @Nullable Functions FUNCTIONS = load();

        private static @Nullable Functions load() {
            try {
                return LibraryLoader.create(Functions.class).failImmediately().load("libc.so.6");
            } catch (LinkageError | RuntimeException e) {
                // Without glibc the caller says that nothing can be mapped.
                return null;
            }
        }
    }

    private PrivateMappings() {}

    /** Maps a file. Returns the address, or -1 if it cannot be mapped this way here. */
    static long ofFile(Path file, long length) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions == null) {
            return -1;
        }
        int descriptor = functions.open(file.toString(), O_RDONLY_CLOEXEC);
        if (descriptor < 0) {
            return -1;
        }
        try {
            return map(functions, length, MAP_PRIVATE | MAP_NORESERVE, descriptor);
        } finally {
            functions.close(descriptor);
        }
    }

    /** Maps zeroes that belong to no file. Returns the address, or -1. */
    static long ofZeroes(long length) {
        Functions functions = Loaded.FUNCTIONS;
        return functions == null ? -1 : map(functions, length, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
    }

    private static long map(Functions functions, long length, int flags, int descriptor) {
        return functions
                .mmap(null, length, PROT_READ_WRITE, flags, descriptor, 0)
                .address();
    }

    /** Unmaps what has been mapped here; nobody may use it any more. */
    static void unmap(long address, long length) {
        Functions functions = Loaded.FUNCTIONS;
        if (functions != null) {
            functions.munmap(address, length);
        }
    }
}

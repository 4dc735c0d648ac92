package io.nvmredis.nvm.pmem;

import com.kenai.jffi.MemoryIO;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Directory whose files are only read: what is stored to them, made, renamed or deleted stays in the memory of this
 * process and is gone when it is closed. So all code that opens a directory, which also repairs and replays, can be run
 * on one without a trace, and does exactly what it does at a start.
 *
 * <p>Files are mapped copy-on-write: only pages that are stored to take memory. A mapping lives until the directory is
 * closed, so that a file which is opened again has what was stored to it before. Files are opened for reading alone.
 *
 * <p>One thread makes, opens and closes; regions are as others are.
 */
public final class PrivateDirectory implements PmemDirectory, AutoCloseable {
    /** More than any medium has: what is made here takes memory and no space. */
    private static final long USABLE_BYTES = 1L << 60;

    private final Path directory;
    /** Files by their names here; a file that has not been opened yet has no memory. */
    private final Map<String, File> files = new TreeMap<>();

    private final Map<Long, Long> mappings = new HashMap<>();

    /** File as it is in the directory, or as it was made here. */
    private static final class File {
        private final @Nullable Path source;
        private final long length;
        private @Nullable ByteBuffer memory;

        File(@Nullable Path source, long length) {
            this.source = source;
            this.length = length;
        }
    }

    /**
     * Lists a directory.
     *
     * @throws PersistenceException if it cannot be read
     */
    public PrivateDirectory(Path directory) {
        this.directory = directory;
        try {
            for (String name : MappedDirectory.namesIn(directory)) {
                Path source = directory.resolve(name);
                files.put(name, new File(source, Files.size(source)));
            }
        } catch (IOException e) {
            throw new PersistenceException(directory + " cannot be listed: " + e, e);
        }
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public String pathOf(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public long length(String name) {
        return file(name).length;
    }

    private File file(String name) {
        File file = files.get(name);
        if (file == null) {
            throw new PersistenceException(pathOf(name) + " does not exist");
        }
        return file;
    }

    @Override
    public PmemRegion create(String name, int length) {
        if (files.containsKey(name)) {
            throw new PersistenceException(pathOf(name) + " exists already");
        }
        files.put(name, new File(null, length));
        return open(name);
    }

    @Override
    public PmemRegion open(String name) {
        File file = file(name);
        ByteBuffer memory = file.memory;
        if (memory == null) {
            memory = map(name, file);
            file.memory = memory;
        }
        return new PmemRegion(pathOf(name), memory.duplicate(), 0, new NoFlusher(), () -> {});
    }

    private ByteBuffer map(String name, File file) {
        if (file.length == 0) {
            return ByteBuffer.allocateDirect(0);
        }
        if (file.length > Integer.MAX_VALUE) {
            throw new PersistenceException(pathOf(name) + " has " + file.length + " bytes, more than any file of ours");
        }
        Path source = file.source;
        long address =
                source == null ? PrivateMappings.ofZeroes(file.length) : PrivateMappings.ofFile(source, file.length);
        if (address == -1) {
            throw new PersistenceException(
                    pathOf(name) + " cannot be mapped for reading; may this user read it, and is the C library glibc?");
        }
        mappings.put(address, file.length);
        return MemoryIO.getInstance().newDirectByteBuffer(address, (int) file.length);
    }

    /** Flushes nothing: there is nothing to make durable. */
    private static final class NoFlusher implements LineFlusher {
        @Override
        public void flush(PersistSite site, PmemRegion region, int offset, int length) {
            // What is stored is to be forgotten.
        }

        @Override
        public void drain(PersistSite site) {
            // As above.
        }

        @Override
        public void readAhead(PmemRegion region, int offset, int length) {
            Libc.readAhead(region.buffer(), offset, length);
        }
    }

    @Override
    public void syncFile(PersistSite site, String name) {
        // What is made is to be forgotten.
    }

    @Override
    public void rename(String from, String to) {
        if (files.containsKey(to)) {
            throw new PersistenceException(pathOf(to) + " exists already");
        }
        replace(from, to);
    }

    @Override
    public void replace(String from, String to) {
        File file = file(from);
        files.remove(from);
        files.put(to, file);
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void sync(PersistSite site) {
        // What is renamed is to be forgotten.
    }

    @Override
    public long usableBytes() {
        return USABLE_BYTES;
    }

    /** Returns a domain that prefaults nothing: each page that is stored to takes memory. */
    @Override
    public PersistenceDomain domain() {
        return new PersistenceDomain("private", false, false, "nothing is kept", MapMode.PRIVATE, new NoFlusher());
    }

    /** Unmaps everything. No region of it may be used any more. */
    @Override
    public void close() {
        mappings.forEach(PrivateMappings::unmap);
        mappings.clear();
        files.clear();
    }
}

package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Directory of the file system, whose files are mapped. */
public final class MappedDirectory implements PmemDirectory {
    private static final int ZEROES_LENGTH = 256 << 10;

    private final Path directory;
    private final PersistenceDomain domain;
    private final CountingFlusher flusher;

    public MappedDirectory(Path directory, PersistenceDomain domain) {
        this.directory = directory;
        this.domain = domain;
        this.flusher = new CountingFlusher(domain.flusher());
    }

    @Override
    public List<String> list() {
        try {
            return namesIn(directory);
        } catch (IOException e) {
            throw failed(directory, "cannot be listed", e);
        }
    }

    /** Returns the names of the files in a directory, which need not be opened, sorted. */
    public static List<String> namesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /**
     * Checks that nothing has a path.
     *
     * @throws PersistenceException if something has
     */
    public static void requireNew(Path path) {
        if (Files.exists(path)) {
            throw new PersistenceException(path + " is there already; give a path that nothing has");
        }
    }

    /**
     * Makes a directory, durably, and those above it that are missing.
     *
     * @throws PersistenceException if it cannot be made or is there already
     */
    public static Path makeNew(Path path) {
        requireNew(path);
        try {
            Directories.create(path.toAbsolutePath());
            return path;
        } catch (IOException e) {
            throw failed(path, "cannot be made", e);
        }
    }

    @Override
    public String pathOf(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public long length(String name) {
        try {
            return Files.size(directory.resolve(name));
        } catch (IOException e) {
            throw failed(directory.resolve(name), "cannot be read", e);
        }
    }

    @Override
    public PmemRegion create(String name, int length) {
        Path file = directory.resolve(name);
        try {
            PrivateFiles.create(file);
        } catch (FileAlreadyExistsException e) {
            throw new PersistenceException(file + " exists already", e);
        } catch (IOException e) {
            throw noSpaceOr(file, length, "cannot be created", e);
        }
        try {
            allocate(file, length);
            PmemRegion region = open(name);
            prefault(region);
            return region;
        } catch (RuntimeException | Error e) {
            deleteQuietly(file, e);
            throw e;
        }
    }

    /**
     * Allocates the blocks of a file: finds a full disk now, where it is an error, and not at a later store, where it
     * would be a SIGBUS.
     */
    private void allocate(Path file, int length) {
        int result = Libc.allocate(file, length);
        if (result == Libc.ENOSPC) {
            throw new NoSpaceException(file.toString(), length, usableBytes(), null);
        }
        if (result != Libc.OK) {
            writeZeroes(file, length);
        }
    }

    private void writeZeroes(Path file, int length) {
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer zeroes = ByteBuffer.allocateDirect(ZEROES_LENGTH);
            while (channel.position() < length) {
                zeroes.clear().limit((int) Math.min(ZEROES_LENGTH, length - channel.position()));
                channel.write(zeroes);
            }
        } catch (IOException e) {
            throw noSpaceOr(file, length, "cannot be written", e);
        }
    }

    /**
     * Takes the page faults of a new file, and the writes of the file system's journal, now and not on the hot path.
     */
    private static void prefault(PmemRegion region) {
        if (Libc.populate(region.buffer())) {
            return;
        }
        for (int offset = 0; offset < region.length(); offset += PmemRegion.PAGE_LENGTH) {
            region.putLong(offset, 0);
        }
    }

    @Override
    public PmemRegion open(String name) {
        Path file = directory.resolve(name);
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(domain.mapMode(), 0, channel.size());
            if (domain.writesPages()) {
                // Before the first fault: the page cache keeps what it reads ahead in large folios, and msync(2) of one
                // page writes the whole folio that it belongs to.
                Libc.expectRandomReads(mapped);
            }
            return new PmemRegion(file.toString(), mapped, addressOf(mapped), flusher, () -> Unmapper.unmap(mapped));
        } catch (IOException e) {
            throw failed(file, "cannot be mapped", e);
        }
    }

    private long addressOf(MappedByteBuffer mapped) {
        return flusher.needsAddress()
                ? Pointer.wrap(Runtime.getSystemRuntime(), mapped).address()
                : 0;
    }

    @Override
    public void syncFile(PersistSite site, String name) {
        Path file = directory.resolve(name);
        try (FileChannel channel = PrivateFiles.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            throw failed(file, "cannot be made durable", e);
        }
    }

    @Override
    public void rename(String from, String to) {
        if (Files.exists(directory.resolve(to))) {
            throw new PersistenceException(pathOf(to) + " exists already");
        }
        replace(from, to);
    }

    @Override
    public void replace(String from, String to) {
        try {
            Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw noSpaceOr(directory.resolve(from), 0, "cannot be renamed to " + to, e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw failed(directory.resolve(name), "cannot be deleted", e);
        }
    }

    @Override
    public void sync(PersistSite site) {
        try {
            Directories.sync(directory);
        } catch (IOException e) {
            throw failed(directory, "its entries cannot be made durable", e);
        }
    }

    @Override
    public long usableBytes() {
        long availableBytes = Libc.availableBytes(directory);
        if (availableBytes >= 0) {
            return availableBytes;
        }
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw failed(directory, "its free space cannot be read", e);
        }
    }

    @Override
    public PersistenceDomain domain() {
        return domain;
    }

    /** Returns the bytes flushed so far, in whole cache lines. */
    public long flushedBytes() {
        return flusher.flushedBytes();
    }

    /** Returns the bytes flushed so far, in whole blocks of {@link PmemRegion#BLOCK_LENGTH} bytes. */
    public long flushedBlockBytes() {
        return flusher.flushedBlockBytes();
    }

    private PersistenceException noSpaceOr(Path file, long neededBytes, String what, IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota")
                ? new NoSpaceException(file.toString(), neededBytes, usableBytes(), e)
                : failed(file, what, e);
    }

    private static PersistenceException failed(Path file, String what, IOException e) {
        return new PersistenceException(file + " " + what + ": " + e, e);
    }

    private static void deleteQuietly(Path file, Throwable cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}

package io.nvmredis.bench.arm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A fresh directory for the data of a benchmark, deleted with all that is in it. */
public final class BenchDirectory implements AutoCloseable {
    private final Path path;

    public BenchDirectory(String parent) throws IOException {
        path = Files.createTempDirectory(Path.of(parent), "nvm-redis-bench");
    }

    public Path path() {
        return path;
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    /** Bytes that the files below a directory occupy. */
    public static long bytes(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.mapToLong(BenchDirectory::length).sum();
        }
    }

    /** Files come and go while a server runs. */
    private static long length(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        delete(path);
    }

    /** Deletes a directory with all that is in it. */
    public static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

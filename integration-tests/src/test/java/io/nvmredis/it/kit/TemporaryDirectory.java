package io.nvmredis.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that is gone when the test is over. */
public record TemporaryDirectory(Path path) implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /** On whatever file system temporary files are. */
    public static TemporaryDirectory create() throws IOException {
        return new TemporaryDirectory(Files.createTempDirectory("nvm-redis-it-"));
    }

    /** The same, for initialisers. */
    static TemporaryDirectory createUnchecked() {
        try {
            return create();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In memory where that is possible: what the domain {@code emulated} is made for. */
    public static TemporaryDirectory inMemory() throws IOException {
        if (Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY)) {
            return new TemporaryDirectory(Files.createTempDirectory(SHARED_MEMORY, "nvm-redis-it-"));
        }
        return create();
    }

    public static TemporaryDirectory forDomain(String domain) throws IOException {
        return domain.equals("emulated") ? inMemory() : create();
    }

    /** Where a server may keep its data. */
    public Path data() {
        return path.resolve("data");
    }

    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(path)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : deepestFirst) {
            Files.deleteIfExists(each);
        }
    }

    /** The same, for shutdown hooks. */
    void closeUnchecked() {
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

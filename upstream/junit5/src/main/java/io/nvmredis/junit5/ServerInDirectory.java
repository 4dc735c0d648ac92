package io.nvmredis.junit5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Server in a temporary directory of its own, which goes with it. JUnit's store closes it. */
final class ServerInDirectory implements AutoCloseable {
    private final Path directory;
    private final EmbeddedRedis redis;

    ServerInDirectory(Map<String, String> asked) {
        directory = create();
        Map<String, String> settings = new TreeMap<>(asked);
        settings.putIfAbsent("dir", directory.resolve("data").toString());
        try {
            redis = new EmbeddedRedis(settings);
        } catch (RuntimeException | Error e) {
            delete();
            throw e;
        }
    }

    EmbeddedRedis redis() {
        return redis;
    }

    /** Ends the server and deletes the directory, however it ends. */
    @Override
    public void close() {
        try {
            redis.close();
        } finally {
            delete();
        }
    }

    private static Path create() {
        try {
            return Files.createTempDirectory("nvm-redis-junit-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete() {
        try {
            Files.walkFileTree(directory, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
        }
    }
}

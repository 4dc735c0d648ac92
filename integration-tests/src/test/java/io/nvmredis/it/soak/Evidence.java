package io.nvmredis.it.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** What is kept of a run that has found a fault. */
final class Evidence {
    private static final Path KEPT = Path.of("target", "soak");

    private final Path folder;

    /** In a folder with this name, in place of what was there before. */
    Evidence(String name) {
        folder = KEPT.resolve(name).toAbsolutePath();
    }

    Path folder() {
        return folder;
    }

    /** Copies the files of a server that has ended. */
    void keep(Path data) throws IOException {
        if (!Files.isDirectory(data)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(data)) {
            all = files.toList();
        }
        for (Path file : all) {
            Path copy = folder.resolve("data").resolve(data.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(copy);
            } else {
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    void keep(String name, List<String> lines) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(name), lines);
    }
}

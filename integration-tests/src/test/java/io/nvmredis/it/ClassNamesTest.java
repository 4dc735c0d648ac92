package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One name means one class in the main code of all modules. Read from the sources, since no module has the classes of all
 * others, and some builds leave a module out.
 */
class ClassNamesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path MAIN_CODE = Path.of("src", "main", "java");

    private static List<Path> moduleFolders() throws IOException {
        try (Stream<Path> folders = Files.walk(ROOT, 2)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve(MAIN_CODE)))
                    .toList();
        }
    }

    private static List<Path> sources(Path module) {
        try (Stream<Path> files = Files.walk(module.resolve(MAIN_CODE))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("package-info.java"))
                    .map(ROOT::relativize)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldFindTheModules() throws IOException {
        assertThat(moduleFolders())
                .contains(ROOT.resolve("upstream/engine"), ROOT.resolve("nvm-persistence"), ROOT.resolve("bench"));
    }

    @Test
    void shouldGiveEachNameToOneClass() throws IOException {
        Map<String, List<Path>> sourcesByName = moduleFolders().stream()
                .flatMap(module -> sources(module).stream())
                .collect(Collectors.groupingBy(
                        source -> source.getFileName().toString(), TreeMap::new, Collectors.toList()));
        assertThat(sourcesByName).hasSizeGreaterThan(300);
        sourcesByName.values().removeIf(sources -> sources.size() == 1);
        assertThat(sourcesByName).as("names of more than one class").isEmpty();
    }
}

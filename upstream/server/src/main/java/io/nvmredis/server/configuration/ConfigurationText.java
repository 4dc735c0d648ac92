package io.nvmredis.server.configuration;

import io.nvmredis.spi.support.QuotedWords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reads the lines of configuration files, of the files that they include, and of standard input, with Redis's rules for
 * words and quotes. Collects all faults. An included file is read where the line {@code include} stands; its name is
 * relative to the working directory, and a pattern that no file matches is no fault, as in Redis. Used by one thread.
 */
public final class ConfigurationText {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_BYTES = 16 << 20;
    private static final String INCLUDE = "include";

    private final List<Directive> directives = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int bytesLeft = MAX_BYTES;

    /** Reads a file. */
    public void readFile(Path file) {
        readFile(file, file.toString(), 0);
    }

    private void readFile(Path file, String from, int depth) {
        try (InputStream in = Files.newInputStream(file)) {
            read(in, file.toString(), depth);
        } catch (NoSuchFileException e) {
            faults.add(from + ": there is no configuration file " + file);
        } catch (IOException e) {
            faults.add(from + ": cannot read the configuration file " + file + ": " + e.getMessage());
        }
    }

    /** Reads lines from a stream until it ends; it is not closed. */
    public void readStream(InputStream in, String name) {
        try {
            read(in, name, 0);
        } catch (IOException e) {
            faults.add(name + ": cannot be read: " + e.getMessage());
        }
    }

    private void read(InputStream in, String name, int depth) throws IOException {
        byte[] bytes = in.readNBytes(bytesLeft + 1);
        bytesLeft -= bytes.length;
        if (bytesLeft < 0) {
            bytesLeft = 0;
            throw new IOException("all configuration together is longer than " + MAX_BYTES + " bytes");
        }
        int number = 0;
        for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            number++;
            readLine(line.strip(), name + ":" + number, depth);
        }
    }

    private void readLine(String line, String place, int depth) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        List<String> words = QuotedWords.split(line);
        if (words == null) {
            faults.add(place + ": a quote is not closed, or not followed by a blank");
            return;
        }
        String name = decoded(words.get(0)).toLowerCase(Locale.ROOT);
        // The rules of users have patterns of any bytes, and stay as they are.
        boolean isText = !name.equals(GivenSettings.USER);
        Directive directive = new Directive(
                name,
                words.stream()
                        .skip(1)
                        .map(word -> isText ? decoded(word) : word)
                        .toList(),
                place);
        if (name.equals(INCLUDE)) {
            include(directive, depth);
        } else {
            directives.add(directive);
        }
    }

    private static String decoded(String characterPerByte) {
        return new String(characterPerByte.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private void include(Directive directive, int depth) {
        if (directive.words().size() != 1) {
            faults.add(directive.fault("include takes one file or pattern"));
            return;
        }
        if (depth == MAX_DEPTH) {
            faults.add(directive.fault("files include one another more than " + MAX_DEPTH + " deep"));
            return;
        }
        String name = directive.words().get(0);
        try {
            if (isPattern(name)) {
                matching(name).forEach(file -> readFile(file, directive.place(), depth + 1));
            } else {
                readFile(Path.of(name), directive.place(), depth + 1);
            }
        } catch (IOException | InvalidPathException e) {
            faults.add(directive.fault("cannot include " + name + ": " + e.getMessage()));
        }
    }

    private static boolean isPattern(String name) {
        return name.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
    }

    /** Returns the files that match, in the order of their names. */
    private static List<Path> matching(String pattern) throws IOException {
        List<Path> found = List.of(Path.of(pattern.startsWith("/") ? "/" : ""));
        for (String part : pattern.split("/+", -1)) {
            if (!part.isEmpty()) {
                found = matching(found, part);
            }
        }
        return found;
    }

    private static List<Path> matching(List<Path> folders, String part) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders) {
            if (!isPattern(part)) {
                Path next = folder.resolve(part);
                if (Files.exists(next)) {
                    found.add(next);
                }
            } else if (Files.isDirectory(folder)) {
                found.addAll(entries(folder, part));
            }
        }
        return found;
    }

    private static List<Path> entries(Path folder, String pattern) throws IOException {
        // Braces mean something to the JDK, and nothing to glob(3), which Redis calls.
        PathMatcher matcher = FileSystems.getDefault()
                .getPathMatcher("glob:" + pattern.replace("{", "\\{").replace("}", "\\}"));
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> matcher.matches(entry.getFileName()))
                    .filter(entry -> pattern.startsWith(".")
                            || !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .map(entry -> folder.toString().isEmpty() ? entry.getFileName() : entry)
                    .toList();
        }
    }

    /** Returns what was read, in order. */
    public List<Directive> directives() {
        return List.copyOf(directives);
    }

    /** Returns what could not be read or understood. */
    public List<String> faults() {
        return List.copyOf(faults);
    }
}

package io.nvmredis.it.suites;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tests that are known to pass on a redis-server and not on this server, read from a text file.
 *
 * <p>A line has the name of a test, a tab, and the reason; a {@code *} in the name stands for any text. Empty lines and
 * lines that begin with {@code # } are passed over.
 */
final class ExpectedDifferences {
    private static final String COMMENT = "# ";

    record Entry(String test, Pattern pattern, String reason) {
        private boolean covers(String name) {
            return pattern.matcher(name).matches();
        }
    }

    private final List<Entry> entries;

    private ExpectedDifferences(List<Entry> entries) {
        this.entries = entries;
    }

    static ExpectedDifferences read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith(COMMENT) && !line.equals(COMMENT.strip())) {
                entries.add(entry(line, file + ", line " + (i + 1)));
            }
        }
        return new ExpectedDifferences(entries);
    }

    private static Entry entry(String line, String place) throws IOException {
        int tab = line.indexOf('\t');
        if (tab <= 0 || line.substring(tab).isBlank()) {
            throw new IOException(place + ": expected the name of a test, a tab and the reason, found: " + line);
        }
        String test = line.substring(0, tab).strip();
        String expression =
                Arrays.stream(test.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return new Entry(test, Pattern.compile(expression), line.substring(tab).strip());
    }

    boolean cover(String name) {
        return entries.stream().anyMatch(entry -> entry.covers(name));
    }

    /** The entries that none of these tests is covered by. */
    List<Entry> staleWith(Collection<String> differences) {
        return entries.stream()
                .filter(entry -> differences.stream().noneMatch(entry::covers))
                .toList();
    }
}

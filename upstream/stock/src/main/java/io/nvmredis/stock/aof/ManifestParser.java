package io.nvmredis.stock.aof;

import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.QuotedWords;
import io.nvmredis.stock.aof.ManifestEntry.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses a manifest, whose lines, one per file, read {@code file NAME seq NUMBER type b|h|i}. Unknown keys are ignored,
 * lines that begin with # are skipped. It accepts and refuses what Redis 7.0 accepts and refuses.
 */
final class ManifestParser {
    /** Size in bytes of the buffer into which Redis reads a line, its end included. */
    static final int MAX_LINE_LENGTH = 1024;

    private static final Set<String> DOTS = Set.of(".", "..");
    private static final String HINT = "; a line reads 'file NAME seq NUMBER type b|h|i': restore the manifest from a"
            + " backup, or name the files that are there";

    private final Path file;
    private final List<ManifestEntry> history = new ArrayList<>();
    private final List<ManifestEntry> incrementals = new ArrayList<>();
    private @Nullable ManifestEntry base;
    private int lineNumber;

    private ManifestParser(Path file) {
        this.file = file;
    }

    /**
     * Parses the text of a manifest.
     *
     * @param text the bytes of the file, one character per byte
     * @throws PersistenceException naming file and line
     */
    static Manifest parse(Path file, String text) {
        return new ManifestParser(file).parse(text);
    }

    private Manifest parse(String text) {
        if (text.isEmpty()) {
            throw new PersistenceException(
                    "AOF manifest " + file
                            + " is empty, at least one line expected; restore it from a backup, or delete it if there are no data");
        }
        for (int start = 0; start < text.length(); ) {
            lineNumber++;
            int end = text.indexOf('\n', start);
            int next = end < 0 ? text.length() : end + 1;
            boolean isTooLong = end < 0 || next - start > MAX_LINE_LENGTH;
            String line = text.substring(start, next);
            start = next;
            if (line.charAt(0) == '#' && line.length() <= MAX_LINE_LENGTH) {
                continue;
            }
            if (isTooLong) {
                throw fault("the line has " + line.length() + " bytes"
                        + (end < 0 ? " and no end" : ", at most " + MAX_LINE_LENGTH + " expected"));
            }
            add(entry(line.strip()));
        }
        return new Manifest(base, history, incrementals);
    }

    private ManifestEntry entry(String line) {
        if (line.isEmpty()) {
            throw fault("the line is blank");
        }
        List<String> words = QuotedWords.split(line);
        if (words == null || words.size() < 6 || words.size() % 2 != 0) {
            throw fault("'" + line + "' is not pairs of words");
        }
        String name = null;
        long sequence = 0;
        String type = "";
        for (int i = 0; i < words.size(); i += 2) {
            String value = words.get(i + 1);
            switch (words.get(i).toLowerCase(Locale.ROOT)) {
                case "file" -> name = fileName(value);
                case "seq" -> sequence = sequence(value);
                case "type" -> type = value;
                default -> {
                    // A newer Redis has written this key.
                }
            }
        }
        if (name == null || name.isEmpty() || sequence == 0 || type.isEmpty()) {
            throw fault("'" + line + "' lacks file, seq or type");
        }
        return new ManifestEntry(name, sequence, kind(type));
    }

    private String fileName(String name) {
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.indexOf('\0') >= 0 || DOTS.contains(name)) {
            throw fault("'" + name + "' is a path, and only a file's name may stand there");
        }
        return name;
    }

    private long sequence(String word) {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            PersistenceException fault = fault("seq is '" + word + "', a number expected");
            fault.initCause(e);
            throw fault;
        }
    }

    private Kind kind(String type) {
        for (Kind kind : Kind.values()) {
            if (kind.letter() == type.charAt(0)) {
                return kind;
            }
        }
        throw fault("unknown type '" + type + "', b, h or i expected");
    }

    private void add(ManifestEntry entry) {
        switch (entry.kind()) {
            case BASE -> {
                if (base != null) {
                    throw fault("a second base file, '" + entry.fileName() + "', beside '" + base.fileName() + "'");
                }
                base = entry;
            }
            case HISTORY -> history.add(entry);
            case INCREMENTAL -> {
                long last = incrementals.isEmpty()
                        ? 0
                        : incrementals.get(incrementals.size() - 1).sequence();
                if (entry.sequence() <= last) {
                    throw fault(
                            "seq of an incremental file is " + entry.sequence() + ", more than " + last + " expected");
                }
                incrementals.add(entry);
            }
        }
    }

    private PersistenceException fault(String what) {
        return new PersistenceException("AOF manifest " + file + ", line " + lineNumber + ": " + what + HINT);
    }
}

package io.nvmredis.stock.aof;

import io.nvmredis.stock.aof.ManifestEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which files make up the append-only file: the base, then the incremental ones in their order; and which are to be
 * deleted. Immutable; what changes it returns another.
 *
 * @param history files that a newer base has taken the place of, newest first
 * @param incrementals in rising order of their sequences
 */
record Manifest(@Nullable ManifestEntry base, List<ManifestEntry> history, List<ManifestEntry> incrementals) {
    static final Manifest EMPTY = new Manifest(null, List.of(), List.of());

    Manifest {
        history = List.copyOf(history);
        incrementals = List.copyOf(incrementals);
    }

    /** Whether it names no data. */
    boolean isEmpty() {
        return base == null && incrementals.isEmpty();
    }

    /** The files with data, in the order in which they are loaded. */
    List<ManifestEntry> dataFiles() {
        return base == null
                ? incrementals
                : Stream.concat(Stream.of(base), incrementals.stream()).toList();
    }

    @Nullable
    ManifestEntry lastIncremental() {
        return incrementals.isEmpty() ? null : incrementals.get(incrementals.size() - 1);
    }

    long nextBaseSequence() {
        return base == null ? 1 : base.sequence() + 1;
    }

    long nextIncrementalSequence() {
        ManifestEntry last = lastIncremental();
        return last == null ? 1 : last.sequence() + 1;
    }

    Manifest withIncremental(ManifestEntry added) {
        List<ManifestEntry> all = new ArrayList<>(incrementals);
        all.add(added);
        return new Manifest(base, history, all);
    }

    /** The set after a rewrite: everything that this base contains is history, all but the last incremental file. */
    Manifest rewritten(ManifestEntry newBase) {
        List<ManifestEntry> gone = new ArrayList<>(history);
        if (base != null) {
            gone.add(0, base.asHistory());
        }
        int last = incrementals.size() - 1;
        incrementals.subList(0, last).forEach(entry -> gone.add(0, entry.asHistory()));
        return new Manifest(newBase, gone, incrementals.subList(last, last + 1));
    }

    Manifest withoutHistory() {
        return new Manifest(base, List.of(), incrementals);
    }

    /** As Redis writes it. */
    String format() {
        StringBuilder text = new StringBuilder();
        if (base != null) {
            text.append(line(base)).append('\n');
        }
        history.forEach(entry -> text.append(line(entry)).append('\n'));
        incrementals.forEach(entry -> text.append(line(entry)).append('\n'));
        return text.toString();
    }

    static String line(ManifestEntry entry) {
        return "file " + QuotedWords.quote(entry.fileName()) + " seq " + entry.sequence() + " type "
                + entry.kind().letter();
    }

    static ManifestEntry base(String fileName, long sequence) {
        return new ManifestEntry(fileName, sequence, Kind.BASE);
    }

    static ManifestEntry incremental(String fileName, long sequence) {
        return new ManifestEntry(fileName, sequence, Kind.INCREMENTAL);
    }
}

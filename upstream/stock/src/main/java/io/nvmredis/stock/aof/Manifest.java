package io.nvmredis.stock.aof;

import io.nvmredis.spi.support.QuotedWords;
import io.nvmredis.stock.aof.ManifestEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names of the files that make up the append-only file: the base, the incremental files in their order, and files to be
 * deleted. Immutable: changes return another manifest.
 *
 * @param history files that a newer base has replaced, newest first
 * @param incrementals incremental files in rising order of their sequences
 */
record Manifest(@Nullable ManifestEntry base, List<ManifestEntry> history, List<ManifestEntry> incrementals) {
    static final Manifest EMPTY = new Manifest(null, List.of(), List.of());

    Manifest {
        history = List.copyOf(history);
        incrementals = List.copyOf(incrementals);
    }

    /** Returns whether it names no data. */
    boolean isEmpty() {
        return base == null && incrementals.isEmpty();
    }

    /** Returns the files with data, in the order in which they are loaded. */
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

    /** Returns the set after a rewrite: the old base and all incremental files but the last become history. */
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

    /** Returns the text of the manifest as Redis writes it. */
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

package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.LibraryEffects;
import java.util.List;

/** Snapshot of the libraries of functions alone, whose codes nobody changes. One thread. */
public final class LibrarySnapshot implements Snapshot {
    private final long lsn;
    private List<LibraryCodes.Library> libraries;

    public LibrarySnapshot(List<LibraryCodes.Library> libraries, long lsn) {
        this.libraries = libraries;
        this.lsn = lsn;
    }

    /** Shows libraries as one hash that is no key, if there are any. */
    static void show(List<LibraryCodes.Library> libraries, SnapshotVisitor visitor) {
        if (!libraries.isEmpty()) {
            visitor.key(LibraryEffects.DATABASE, LibraryEffects.key(), ValueVisitor.NO_DEADLINE);
            visitor.begin(ValueType.HASH, libraries.size());
            libraries.forEach(library ->
                    visitor.hashField(Words.bytes(library.name()), library.code(), ValueVisitor.NO_DEADLINE));
            visitor.end();
        }
    }

    @Override
    public long lsn() {
        return lsn;
    }

    @Override
    public long keyCount(int database) {
        return 0;
    }

    @Override
    public long deadlineCount(int database) {
        return 0;
    }

    @Override
    public boolean advance(SnapshotVisitor visitor) {
        show(libraries, visitor);
        libraries = List.of();
        return false;
    }

    @Override
    public void close() {
        // It holds nothing to close.
    }
}

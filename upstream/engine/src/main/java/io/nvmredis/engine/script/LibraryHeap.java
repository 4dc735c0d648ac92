package io.nvmredis.engine.script;

import java.util.ArrayList;
import java.util.List;

/**
 * What libraries of functions keep from one call to the next: the variables that their functions share. All libraries
 * of an engine together may keep as much as one script may take.
 *
 * <p>The size is not measured after each call. Each run begins with the bytes that the runs before it have left, as an
 * upper bound; when that exceeds the budget, {@link MemoryBudget} measures what the libraries really hold.
 */
final class LibraryHeap {
    private final List<LiveSize.Holder> libraries = new ArrayList<>();
    private long keptBytes;

    void add(LiveSize.Holder library) {
        libraries.add(library);
    }

    void remove(LiveSize.Holder library) {
        libraries.remove(library);
        if (libraries.isEmpty()) {
            keptBytes = 0;
        }
    }

    long keptBytes() {
        return keptBytes;
    }

    void keeps(long bytes) {
        keptBytes = bytes;
    }

    void addTo(LiveSize size) {
        libraries.forEach(library -> library.addTo(size));
    }
}

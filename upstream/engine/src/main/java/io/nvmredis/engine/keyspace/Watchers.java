package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.tracking.Invalidations;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Observed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Watches of a database by key, and the way of its changes to client-side caching. Guarded by the engine's lock. */
final class Watchers {
    private final Map<Slice, List<Watch>> byKey = new HashMap<>();
    private final Invalidations invalidations;

    Watchers(Invalidations invalidations) {
        this.invalidations = invalidations;
    }

    void add(Watch watch) {
        byKey.computeIfAbsent(watch.key(), key -> new ArrayList<>()).add(watch);
    }

    void remove(Watch watch) {
        List<Watch> watches = byKey.get(watch.key());
        if (watches != null && watches.remove(watch) && watches.isEmpty()) {
            byKey.remove(watch.key());
        }
    }

    /** Tells the watches and the readers of a key that its value was changed, or stored again. */
    void changed(Slice key) {
        invalidations.changed(key);
        if (!byKey.isEmpty()) {
            tell(key, Watch::changed);
        }
    }

    /**
     * Tells the watches of a key that its new value is being recorded. The readers have been told of each change of a
     * string or an observed value when it was made; the same transaction may have read the key again since then.
     */
    void sealed(Entry entry) {
        boolean hasTold = entry.value instanceof RMString || entry.value instanceof Observed;
        if (!hasTold) {
            invalidations.changed(entry.key);
        }
        if (!byKey.isEmpty()) {
            tell(entry.key, Watch::changed);
        }
    }

    /** Tells the watches and the readers of a key that it has expired and is removed. */
    void expired(Slice key) {
        invalidations.changed(key);
        if (!byKey.isEmpty()) {
            tell(key, Watch::removed);
        }
    }

    private void tell(Slice key, Consumer<Watch> action) {
        List<Watch> watches = byKey.get(key);
        if (watches != null) {
            watches.forEach(action);
        }
    }

    void forEach(Consumer<Watch> action) {
        byKey.values().forEach(watches -> watches.forEach(action));
    }
}

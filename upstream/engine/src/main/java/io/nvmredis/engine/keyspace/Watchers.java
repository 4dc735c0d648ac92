package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Watches of a database by key. Guarded by the engine's lock. */
final class Watchers {
    private final Map<Slice, List<Watch>> byKey = new HashMap<>();

    void add(Watch watch) {
        byKey.computeIfAbsent(watch.key(), key -> new ArrayList<>()).add(watch);
    }

    void remove(Watch watch) {
        List<Watch> watches = byKey.get(watch.key());
        if (watches != null && watches.remove(watch) && watches.isEmpty()) {
            byKey.remove(watch.key());
        }
    }

    /** Tells the watches of a key that its value was changed, or stored again. */
    void changed(Slice key) {
        if (!byKey.isEmpty()) {
            tell(key, Watch::changed);
        }
    }

    /** Tells the watches of a key that it has expired and is removed. */
    void expired(Slice key) {
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

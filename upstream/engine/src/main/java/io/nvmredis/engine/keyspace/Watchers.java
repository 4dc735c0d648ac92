package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who watches which keys of a database. Guarded by the engine's lock. */
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

    /** Tells whoever watches this key that it is another one, or was given the value that it had. */
    void changed(Slice key) {
        if (!byKey.isEmpty()) {
            tell(key, Watch::changed);
        }
    }

    /** Tells whoever watches this key that it has expired and is taken away. */
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

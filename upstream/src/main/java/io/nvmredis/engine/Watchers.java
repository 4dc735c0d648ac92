package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.OperationExecutorState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Who watches which keys of a database. Guarded by the engine's lock. */
final class Watchers {
    private final Map<Slice, Set<OperationExecutorState>> byKey = new HashMap<>();

    void add(OperationExecutorState state, Slice key) {
        byKey.computeIfAbsent(key, k -> new HashSet<>()).add(state);
    }

    void remove(OperationExecutorState state, Slice key) {
        Set<OperationExecutorState> watching = byKey.get(key);
        if (watching != null && watching.remove(state) && watching.isEmpty()) {
            byKey.remove(key);
        }
    }

    void removeAll(OperationExecutorState state) {
        byKey.values().removeIf(watching -> watching.remove(state) && watching.isEmpty());
    }

    /** Tells whoever watches this key. */
    void changed(Slice key) {
        if (byKey.isEmpty()) {
            return;
        }
        Set<OperationExecutorState> watching = byKey.get(key);
        if (watching != null) {
            watching.forEach(OperationExecutorState::watchedKeyIsAffected);
        }
    }

    /** Every key that somebody watches. */
    void forEachKey(Consumer<Slice> action) {
        if (!byKey.isEmpty()) {
            new ArrayList<>(byKey.keySet()).forEach(action);
        }
    }
}

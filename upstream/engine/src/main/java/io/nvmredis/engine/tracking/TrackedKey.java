package io.nvmredis.engine.tracking;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Key with the clients that have read it. Most keys have one reader, and no set of readers then. */
final class TrackedKey {
    final Slice key;
    /** Index in the list of all tracked keys. */
    int index;

    private final TrackingClient first;
    private @Nullable Set<TrackingClient> others;

    TrackedKey(Slice key, TrackingClient first) {
        this.key = key;
        this.first = first;
    }

    /** Adds a reader; returns false if the client is one already. */
    boolean add(TrackingClient client) {
        if (client.equals(first)) {
            return false;
        }
        Set<TrackingClient> set = others;
        if (set == null) {
            set = new LinkedHashSet<>();
            others = set;
        }
        return set.add(client);
    }

    int readerCount() {
        return others == null ? 1 : 1 + others.size();
    }

    void forEachReader(Consumer<TrackingClient> action) {
        action.accept(first);
        if (others != null) {
            others.forEach(action);
        }
    }
}

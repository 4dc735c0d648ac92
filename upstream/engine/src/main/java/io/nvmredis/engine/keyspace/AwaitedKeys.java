package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.DataSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that somebody waits for, with those who wait, and which of them have changed and have not been looked at since.
 * Guarded by the engine's lock.
 *
 * @param <W> who waits
 */
public final class AwaitedKeys<W> {
    /** By database, then by key: those who wait for it, in the order in which they came. */
    private final List<Map<Slice, Set<W>>> byKey = new ArrayList<>();

    private int keyCount;
    /** Keys that have changed and have not been looked at since. */
    private final Set<Place> changed = new LinkedHashSet<>();

    /** A key of a database. */
    public record Place(int database, Slice key) {}

    public AwaitedKeys() {
        for (int i = 0; i < DataSet.DATABASE_COUNT; i++) {
            byKey.add(new HashMap<>());
        }
    }

    /** One more waits for this key. */
    public void add(int database, Slice key, W waiter) {
        byKey.get(database)
                .computeIfAbsent(key, k -> {
                    keyCount++;
                    return new LinkedHashSet<>();
                })
                .add(waiter);
    }

    /** It waits for this key no more. */
    public void remove(int database, Slice key, W waiter) {
        Set<W> waiting = byKey.get(database).get(key);
        if (waiting != null && waiting.remove(waiter) && waiting.isEmpty()) {
            forget(database, key);
        }
    }

    /** Those who wait for a key, in the order in which they came; null if none does. Who goes through them may take them out. */
    public @Nullable Set<W> waitingFor(Place place) {
        return byKey.get(place.database()).get(place.key());
    }

    /** Nobody waits for this key any more. */
    public void forget(Place place) {
        forget(place.database(), place.key());
    }

    private void forget(int database, Slice key) {
        if (byKey.get(database).remove(key) != null) {
            keyCount--;
        }
    }

    /** Whether nobody waits for any key. */
    boolean isEmpty() {
        return keyCount == 0;
    }

    /** This key has changed in some way. */
    void changed(Entry entry) {
        if (byKey.get(entry.database).containsKey(entry.key)) {
            changed.add(new Place(entry.database, entry.key));
        }
    }

    /** Any key may have changed. */
    public void everythingChanged() {
        for (int i = 0; i < byKey.size(); i++) {
            int database = i;
            byKey.get(i).keySet().forEach(key -> changed.add(new Place(database, key)));
        }
    }

    /** Whether a key has changed that somebody waits for. */
    public boolean haveChanged() {
        return !changed.isEmpty();
    }

    /** The one that has changed first and has not been looked at. */
    public Place firstChanged() {
        return changed.iterator().next();
    }

    /** It has been looked at. */
    public void lookedAt(Place place) {
        changed.remove(place);
    }
}

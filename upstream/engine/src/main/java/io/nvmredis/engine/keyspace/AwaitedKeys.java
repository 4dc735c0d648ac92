package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.effects.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keys that have waiters, with these waiters, and which of the keys have changed and have not been looked at since.
 * Guarded by the engine's lock.
 *
 * @param <W> type of a waiter
 */
public final class AwaitedKeys<W> {
    /** Waiters by database, then by key, in the order in which they came. */
    private final List<Map<Slice, Set<W>>> byKey = new ArrayList<>();

    /** Number of keys that have waiters. */
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

    /** Adds a waiter to a key. */
    public void add(int database, Slice key, W waiter) {
        byKey.get(database)
                .computeIfAbsent(key, k -> {
                    keyCount++;
                    return new LinkedHashSet<>();
                })
                .add(waiter);
    }

    /** Removes a waiter from a key. */
    public void remove(int database, Slice key, W waiter) {
        Set<W> waiting = byKey.get(database).get(key);
        if (waiting != null && waiting.remove(waiter) && waiting.isEmpty()) {
            forget(database, key);
        }
    }

    /**
     * Returns the waiters of a key in the order in which they came, or null if it has none. The caller may remove
     * waiters while it iterates.
     */
    public @Nullable Set<W> waitingFor(Place place) {
        return byKey.get(place.database()).get(place.key());
    }

    /** Removes all waiters of a key. */
    public void forget(Place place) {
        forget(place.database(), place.key());
    }

    private void forget(int database, Slice key) {
        if (byKey.get(database).remove(key) != null) {
            keyCount--;
        }
    }

    /** Tells whether no key has waiters. */
    boolean isEmpty() {
        return keyCount == 0;
    }

    /**
     * Notes that an effect has changed a key. As in Redis, a command that waits does not look at a stream again because
     * a group has been moved back to entries that were there before, nor when something follows that adds nothing.
     */
    void changed(Entry entry, Effect effect) {
        boolean addsNothing = switch (effect) {
            case XDEL, XTRIM, PEXPIREAT, PERSIST -> true;
            default -> effect.isBesideEntries();
        };
        if (!addsNothing) {
            changed(entry);
        }
    }

    /** Notes that a key has changed. */
    void changed(Entry entry) {
        if (byKey.get(entry.database).containsKey(entry.key)) {
            changed.add(new Place(entry.database, entry.key));
        }
    }

    /** Notes that any key may have changed. */
    public void everythingChanged() {
        for (int i = 0; i < byKey.size(); i++) {
            allChanged(i);
        }
    }

    /** Notes that all keys of a database have changed. */
    void allChanged(int database) {
        byKey.get(database).keySet().forEach(key -> changed.add(new Place(database, key)));
    }

    /** Tells whether a key that has waiters has changed and has not been looked at since. */
    public boolean haveChanged() {
        return !changed.isEmpty();
    }

    /** Returns the key that changed first of those that have not been looked at. */
    public Place firstChanged() {
        return changed.iterator().next();
    }

    /** Notes that a changed key has been looked at. */
    public void lookedAt(Place place) {
        changed.remove(place);
    }
}

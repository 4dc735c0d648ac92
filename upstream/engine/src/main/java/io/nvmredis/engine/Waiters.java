package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that wait, by what they wait for: a waiting client is an object here, and no thread.
 *
 * <p>A change of a key that somebody waits for is noted. When the command that made it is over, an EXEC or a script as a
 * whole, those who wait are served, as in Redis: in the order in which the keys were changed, and of one key in the order
 * in which they came. Each is served in a transaction of its own, which may change keys that others wait for; as each
 * serves somebody who then waits no more, this ends.
 *
 * <p>Guarded by the engine's lock, but for {@link #leave}.
 */
final class Waiters {
    private static final Logger LOG = LoggerFactory.getLogger(Waiters.class);

    /** By database, then by key: those who wait for it, in the order in which they came. */
    private final List<Map<Slice, Set<Waiter>>> byKey = new ArrayList<>();
    /** By the id of their clients. */
    private final Map<Long, Waiter> byClient = new LinkedHashMap<>();
    /** Keys that have changed and have not been looked at since. */
    private final Set<Place> ready = new LinkedHashSet<>();
    /** Those that have ended by themselves, to be taken out. */
    private final Queue<Waiter> gone = new ConcurrentLinkedQueue<>();

    private boolean isServing;
    /** Who will have the others served when the log has room. */
    private @Nullable Waiter postponedBy;

    private record Place(int database, Slice key) {}

    Waiters() {
        for (int i = 0; i < Databases.COUNT; i++) {
            byKey.add(new HashMap<>());
        }
    }

    void add(Waiter waiter) {
        Map<Slice, Set<Waiter>> waiting = byKey.get(waiter.database());
        for (Slice key : waiter.keys()) {
            waiting.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(waiter);
        }
        byClient.put(waiter.session().id(), waiter);
    }

    /** It has ended without having been served. Any thread. */
    void leave(Waiter waiter) {
        gone.add(waiter);
    }

    /** Takes out those who have left. */
    void removeGone() {
        if (isServing) {
            return;
        }
        for (Waiter waiter = gone.poll(); waiter != null; waiter = gone.poll()) {
            remove(waiter);
        }
    }

    private void remove(Waiter waiter) {
        for (Slice key : waiter.keys()) {
            removeFrom(key, waiter);
        }
        byClient.remove(waiter.session().id(), waiter);
    }

    private void removeFrom(Slice key, Waiter waiter) {
        Map<Slice, Set<Waiter>> waiting = byKey.get(waiter.database());
        Set<Waiter> queue = waiting.get(key);
        if (queue != null && queue.remove(waiter) && queue.isEmpty()) {
            waiting.remove(key);
        }
    }

    int count() {
        return byClient.size();
    }

    boolean isEmpty() {
        return byClient.isEmpty();
    }

    /** This key has changed in some way. */
    void changed(Entry entry) {
        note(entry.database.index(), entry.key);
    }

    private void note(int database, Slice key) {
        if (byKey.get(database).containsKey(key)) {
            ready.add(new Place(database, key));
        }
    }

    /** Any key may have changed. */
    void everythingChanged() {
        for (int i = 0; i < byKey.size(); i++) {
            int database = i;
            byKey.get(i).keySet().forEach(key -> ready.add(new Place(database, key)));
        }
    }

    boolean areReady() {
        return !ready.isEmpty();
    }

    /** Serves whom the last command has brought something. */
    void serve(Engine engine) {
        if (isServing) {
            return;
        }
        removeGone();
        isServing = true;
        // What a waiter is told to be there is there when it is served.
        engine.commandClock().hold();
        try {
            boolean hasRoom = true;
            while (hasRoom && !ready.isEmpty()) {
                Place place = ready.iterator().next();
                hasRoom = serve(engine, place);
                if (hasRoom) {
                    ready.remove(place);
                }
            }
        } finally {
            engine.commandClock().release();
            isServing = false;
        }
    }

    /** Returns whether there was room in the log for all that could be done. */
    private boolean serve(Engine engine, Place place) {
        Set<Waiter> queue = byKey.get(place.database()).get(place.key());
        if (queue == null) {
            return true;
        }
        Database database = engine.databases().database(place.database());
        for (Iterator<Waiter> waiters = queue.iterator(); waiters.hasNext(); ) {
            RMDataStructure value = valueOf(database, place.key());
            if (value == null) {
                break;
            }
            Waiter waiter = waiters.next();
            if (waiter.isOver() || !isMet(waiter.demand(), place.key(), value)) {
                continue;
            }
            if (waiter.demand().writes() && engine.isBackedUp()) {
                postpone(waiter);
                return false;
            }
            waiters.remove();
            remove(waiter);
            if (waiter.claim()) {
                waiter.session().serve(waiter, place.key());
            }
        }
        if (queue.isEmpty()) {
            byKey.get(place.database()).remove(place.key());
        }
        return true;
    }

    private static boolean isMet(Demand demand, Slice key, RMDataStructure value) {
        return demand.isOfType(value) && demand.isMetBy(key, value);
    }

    private static @Nullable RMDataStructure valueOf(Database database, Slice key) {
        try {
            return database.peek(key);
        } catch (DamagedKeyException e) {
            LOG.warn("who waits for a key goes on waiting: {}", e.getMessage());
            return null;
        }
    }

    private void postpone(Waiter waiter) {
        if (postponedBy == null || postponedBy.isOver()) {
            postponedBy = waiter;
            waiter.session().waiting().awaitRoom();
        }
    }

    /** There may be room in the log again. */
    void resume() {
        postponedBy = null;
    }
}

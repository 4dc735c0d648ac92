package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.keyspace.AwaitedKeys;
import io.nvmredis.engine.keyspace.AwaitedKeys.Place;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Databases;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that wait, by the keys that they wait for: a waiting client is an object here, and takes no thread.
 *
 * <p>A change of a key that a command waits for is noted. When the command that made the change is over (an EXEC or a
 * script as a whole), the waiting commands are served as in Redis: in the order in which the keys were changed, and for
 * one key in the order in which they came. Each is served in a transaction of its own, which may change keys that
 * others wait for. This ends, because each such transaction serves a command that waits no more afterwards.
 *
 * <p>The engine's lock guards everything but {@link #leave}.
 */
final class Waiters {
    private static final Logger LOG = LoggerFactory.getLogger(Waiters.class);

    private final AwaitedKeys<Waiter> awaited = new AwaitedKeys<>();
    /** Waiting commands by the id of their client. */
    private final Map<Long, Waiter> byClient = new LinkedHashMap<>();
    /** Commands that have ended without having been served, and are still to be removed. */
    private final Queue<Waiter> gone = new ConcurrentLinkedQueue<>();

    /** Number of waiting commands that end when one of their keys is gone. */
    private int endingWithKey;

    private boolean isServing;
    /** The command whose session will have the others served when the log has room. */
    private @Nullable Waiter postponedBy;

    /** Returns the awaited keys, which have to be told of changes. */
    AwaitedKeys<?> awaited() {
        return awaited;
    }

    void add(Waiter waiter) {
        for (Slice key : waiter.keys()) {
            awaited.add(waiter.database(), key, waiter);
        }
        byClient.put(waiter.session().id(), waiter);
        endingWithKey += waiter.demand().endsWithKey() ? 1 : 0;
    }

    /** Notes that a command's wait has ended without having been served. Any thread may call this. */
    void leave(Waiter waiter) {
        gone.add(waiter);
    }

    /** Removes the commands that have left. */
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
            awaited.remove(waiter.database(), key, waiter);
        }
        if (byClient.remove(waiter.session().id(), waiter)) {
            endingWithKey -= waiter.demand().endsWithKey() ? 1 : 0;
        }
    }

    int count() {
        return byClient.size();
    }

    /** Returns the number of commands whose wait ends after some time. */
    int timedCount() {
        return (int) byClient.values().stream()
                .filter(waiter -> waiter.demand().timeoutMillis() > 0)
                .count();
    }

    /** Notes that any key may have changed. */
    void everythingChanged() {
        awaited.everythingChanged();
    }

    boolean areReady() {
        return awaited.haveChanged();
    }

    /** Serves the commands that wait for keys that the last command has changed. */
    void serve(Databases databases, BooleanSupplier isBackedUp) {
        if (isServing) {
            return;
        }
        removeGone();
        isServing = true;
        try {
            boolean hasRoom = true;
            while (hasRoom && awaited.haveChanged()) {
                Place place = awaited.firstChanged();
                hasRoom = serve(databases, isBackedUp, place);
                if (hasRoom) {
                    awaited.lookedAt(place);
                }
            }
        } finally {
            isServing = false;
        }
    }

    /** Serves the commands that wait for one key. Returns whether there was room in the log for all of them. */
    private boolean serve(Databases databases, BooleanSupplier isBackedUp, Place place) {
        Set<Waiter> queue = awaited.waitingFor(place);
        if (queue == null) {
            return true;
        }
        Database database = databases.database(place.database());
        for (Iterator<Waiter> waiters = queue.iterator(); waiters.hasNext(); ) {
            RMDataStructure value = valueOf(database, place.key());
            if (value == null && endingWithKey == 0) {
                break;
            }
            Waiter waiter = waiters.next();
            if (waiter.isOver() || !isMet(waiter.demand(), place.key(), value)) {
                continue;
            }
            if (waiter.demand().writes() && isBackedUp.getAsBoolean()) {
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
            awaited.forget(place);
        }
        return true;
    }

    private static boolean isMet(Demand demand, Slice key, @Nullable RMDataStructure value) {
        return (value != null && demand.isOfType(value)) ? demand.isMetBy(key, value) : demand.endsWithKey();
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

    /** Notes that there may be room in the log again. */
    void resume() {
        postponedBy = null;
    }
}

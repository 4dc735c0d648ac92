package io.nvmredis.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The sessions that are open, by their ids, which rise in the order in which clients come. Any thread. */
final class Clients {
    private final AtomicLong lastId = new AtomicLong();
    private final NavigableMap<Long, Session> open = new ConcurrentSkipListMap<>();

    /** A session that nobody sees yet. */
    Session create(Engine engine, SessionOutput output) {
        return new Session(engine, output, lastId.incrementAndGet());
    }

    /** From now on it is one of {@link #all}. */
    void open(Session session) {
        open.put(session.id(), session);
    }

    /** The client is gone, or is as good as gone. */
    void close(Session session) {
        open.remove(session.id());
    }

    /** Null if it is not there any more, or never was. */
    @Nullable
    Session find(long id) {
        return open.get(id);
    }

    /** In the order in which they came. */
    Collection<Session> all() {
        return Collections.unmodifiableCollection(open.values());
    }
}

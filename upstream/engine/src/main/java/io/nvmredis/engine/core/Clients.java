package io.nvmredis.engine.core;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The sessions that are open, by their ids, which rise in the order in which clients come. Any thread. */
public final class Clients {
    private final AtomicLong lastId = new AtomicLong();
    private final NavigableMap<Long, CommandSession> open = new ConcurrentSkipListMap<>();

    /** The id of a client that has come. */
    public long nextId() {
        return lastId.incrementAndGet();
    }

    /** From now on it is one of {@link #all}. */
    public void open(CommandSession session) {
        open.put(session.id(), session);
    }

    /** The client is gone, or is as good as gone. */
    public void close(CommandSession session) {
        open.remove(session.id());
    }

    /** Null if it is not there any more, or never was. */
    public @Nullable CommandSession find(long id) {
        return open.get(id);
    }

    /** In the order in which they came. */
    public Collection<CommandSession> all() {
        return Collections.unmodifiableCollection(open.values());
    }
}

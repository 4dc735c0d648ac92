package io.nvmredis.engine.core;

import io.nvmredis.engine.tracking.Receiver;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The open sessions by their ids, which rise in the order in which clients connect. Any thread may use it. */
public final class Clients {
    private final AtomicLong lastId = new AtomicLong();
    private final NavigableMap<Long, CommandSession> open = new ConcurrentSkipListMap<>();

    /** Returns the id of a client that has connected. */
    public long nextId() {
        return lastId.incrementAndGet();
    }

    /** Adds a session, which is one of {@link #all} from now on. */
    public void open(CommandSession session) {
        open.put(session.id(), session);
    }

    /** Removes the session of a client that is gone, or is about to be. */
    public void close(CommandSession session) {
        open.remove(session.id());
    }

    /** Returns the open session of this id; null if there is none. */
    public @Nullable CommandSession find(long id) {
        return open.get(id);
    }

    /** Returns what takes messages for the client of this id; null if there is none. */
    public @Nullable Receiver receiver(long id) {
        CommandSession session = find(id);
        return session == null ? null : session.tracking();
    }

    /** Returns the open sessions in the order in which their clients connected. */
    public Collection<CommandSession> all() {
        return Collections.unmodifiableCollection(open.values());
    }
}

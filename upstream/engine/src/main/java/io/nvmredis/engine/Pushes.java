package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages that upstream has written to connections during the running command, and those that tell of its changes. A message is sent when it is known
 * which transaction it may reveal. Guarded by the engine's lock.
 */
final class Pushes {
    private final List<Push> pending = new ArrayList<>();

    /** A message for a session; if the message is null, a request to close the session's connection. */
    private record Push(Session session, @Nullable Slice message, Kind kind) {}

    private enum Kind {
        /** A message of pub/sub, or a reply that upstream sends by itself. */
        MESSAGE,
        /** A line of MONITOR, which is no part of a reply. */
        SHOWN,
        /** Tells of keys that another client has read. */
        INVALIDATION,
        /** Tells of keys that the session has read itself. */
        OWN_INVALIDATION
    }

    void add(Session session, @Nullable Slice message) {
        pending.add(new Push(session, message, Kind.MESSAGE));
    }

    /** Adds a line of MONITOR. */
    void addShown(Session session, Slice line) {
        pending.add(new Push(session, line, Kind.SHOWN));
    }

    /** Adds a message that tells a client of changed keys, which the client has read itself or another has. */
    void addInvalidation(Session session, Slice message, boolean isOwn) {
        pending.add(new Push(session, message, isOwn ? Kind.OWN_INVALIDATION : Kind.INVALIDATION));
    }

    int count() {
        return pending.size();
    }

    /**
     * Sends the messages that were written during the command: they may reveal any transaction up to {@code lsn}, which
     * the sender has made or seen. A session that gets a message may call this method again; it finds no message that
     * is being sent already.
     */
    void deliver(long lsn) {
        if (pending.isEmpty()) {
            return;
        }
        List<Push> taken = new ArrayList<>(pending);
        pending.clear();
        for (Push push : taken) {
            push.session().deliver(push.message(), push.kind() == Kind.OWN_INVALIDATION, lsn);
        }
    }

    /** Removes and returns what upstream has sent to this session from index {@code from} on; it is not sent then. */
    Slice take(Session session, int from) {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        for (Iterator<Push> later = pending.subList(from, pending.size()).iterator(); later.hasNext(); ) {
            Push push = later.next();
            if (push.session() == session && push.message() != null && push.kind() == Kind.MESSAGE) {
                taken.writeBytes(RawBytes.of(push.message()));
                session.dropped(push.message());
                later.remove();
            }
        }
        return Slice.create(taken.toByteArray());
    }

    /** Drops all messages; none of them is sent. */
    void drop() {
        pending.forEach(push -> push.session().dropped(push.message()));
        pending.clear();
    }
}

package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What upstream has written to connections during the running command: it is sent when it is known which transaction it
 * may tell of. Guarded by the engine's lock.
 */
final class Pushes {
    private final List<Push> pending = new ArrayList<>();

    /** A message for a session, or, without one, the wish to close its connection. */
    private record Push(Session session, @Nullable Slice message) {}

    void add(Session session, @Nullable Slice message) {
        pending.add(new Push(session, message));
    }

    int count() {
        return pending.size();
    }

    /**
     * Sends what was written during the command: it may tell of any transaction that the sender has made or seen. Whoever is
     * told may come back here, and finds nothing that is being told already.
     */
    void deliver(long lsn) {
        if (pending.isEmpty()) {
            return;
        }
        List<Push> taken = new ArrayList<>(pending);
        pending.clear();
        for (Push push : taken) {
            push.session().deliver(push.message(), lsn);
        }
    }

    /** What was written to this session since there were so many: it is not sent by itself then. */
    Slice take(Session session, int from) {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        for (Iterator<Push> later = pending.subList(from, pending.size()).iterator(); later.hasNext(); ) {
            Push push = later.next();
            if (push.session() == session && push.message() != null) {
                taken.writeBytes(RawBytes.of(push.message()));
                session.dropped(push.message());
                later.remove();
            }
        }
        return Slice.create(taken.toByteArray());
    }

    /** Nothing of it is sent. */
    void drop() {
        pending.forEach(push -> push.session().dropped(push.message()));
        pending.clear();
    }
}

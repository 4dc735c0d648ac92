package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Consumer of a group, with what is pending for it. Guarded by the engine's lock; changed by {@link StreamGroups} alone,
 * but for the time at which it was seen.
 *
 * <p>That time is recorded with each delivery. A consumer that asks and gets nothing is seen in memory alone, as in
 * Redis, whose append-only file does not tell of it either: after a restart the consumer was seen at its last delivery.
 */
public final class StreamConsumer {
    private final Slice name;
    final TreeMap<StreamId, PendingEntry> pending = new TreeMap<>();
    private long seenMillis;

    StreamConsumer(Slice name, long seenMillis) {
        this.name = name;
        this.seenMillis = seenMillis;
    }

    public Slice name() {
        return name;
    }

    /** Returns what is pending for the consumer, by id; it cannot be changed through this map. */
    public NavigableMap<StreamId, PendingEntry> pending() {
        return Collections.unmodifiableNavigableMap(pending);
    }

    /** Returns the Unix time at which the consumer last read or claimed something. */
    public long seenMillis() {
        return seenMillis;
    }

    public void seenAt(long millis) {
        seenMillis = millis;
    }
}

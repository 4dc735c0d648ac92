package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Consumer group of a stream. What is pending is listed twice, for the group and for its consumer, as the same objects.
 * Guarded by the engine's lock; changed by {@link StreamGroups} alone.
 */
public final class StreamGroup {
    /** Number of entries read if it is not known. */
    public static final long UNKNOWN = -1;

    private final Slice name;
    StreamId lastId;
    long entriesRead;
    final TreeMap<Slice, StreamConsumer> consumers = new TreeMap<>();
    final TreeMap<StreamId, PendingEntry> pending = new TreeMap<>();

    StreamGroup(Slice name, StreamId lastId, long entriesRead) {
        this.name = name;
        this.lastId = lastId;
        this.entriesRead = entriesRead;
    }

    public Slice name() {
        return name;
    }

    /** Returns the highest id that was delivered to the group. */
    public StreamId lastId() {
        return lastId;
    }

    /** Returns how many entries the group has read, or {@link #UNKNOWN}. */
    public long entriesRead() {
        return entriesRead;
    }

    /** Returns the consumers in the order of their names' bytes. */
    public Collection<StreamConsumer> consumers() {
        return Collections.unmodifiableCollection(consumers.values());
    }

    public @Nullable StreamConsumer consumer(Slice consumer) {
        return consumers.get(consumer);
    }

    /** Returns what is pending for the group, by id; it cannot be changed through this map. */
    public NavigableMap<StreamId, PendingEntry> pending() {
        return Collections.unmodifiableNavigableMap(pending);
    }
}

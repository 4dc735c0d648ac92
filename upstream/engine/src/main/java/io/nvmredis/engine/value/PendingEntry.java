package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.streams.StreamId;

/**
 * Entry that a consumer has got and not acknowledged. The stream may have lost the entry itself. Guarded by the engine's
 * lock; changed by {@link StreamGroups} alone.
 */
public final class PendingEntry {
    private final StreamId id;
    StreamConsumer consumer;
    long deliveredMillis;
    long deliveryCount;

    PendingEntry(StreamId id, StreamConsumer consumer) {
        this.id = id;
        this.consumer = consumer;
    }

    public StreamId id() {
        return id;
    }

    public StreamConsumer consumer() {
        return consumer;
    }

    /** Returns the Unix time of the last delivery. */
    public long deliveredMillis() {
        return deliveredMillis;
    }

    public long deliveryCount() {
        return deliveryCount;
    }
}

package io.nvmredis.spi;

import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.ValueEffects;

/**
 * Takes a neutral image of one value: {@link #begin}, then each of its elements in its order.
 *
 * <p>The arrays belong to the value: they are read during the call and never changed.
 */
public interface ValueVisitor {
    /** Deadline of a hash field that has none. */
    long NO_DEADLINE = ValueEffects.NO_DEADLINE;

    /**
     * Begins a value.
     *
     * @param elementCount number of elements that will follow; 1 for a string
     */
    void begin(ValueType type, int elementCount);

    void string(byte[] value);

    void listElement(byte[] element);

    void setMember(byte[] member);

    /**
     * Takes a field of a hash.
     *
     * @param deadlineMillis Unix time, or {@link #NO_DEADLINE}
     */
    void hashField(byte[] field, byte[] value, long deadlineMillis);

    void zsetMember(byte[] member, double score);

    /**
     * Takes an entry of a stream.
     *
     * @param fieldsAndValues field, value, field, value …
     */
    void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues);

    /** Takes what a stream has beside its entries, after the entries. Its consumer groups follow. */
    void streamState(StreamState state);

    /**
     * Takes a consumer group of a stream. Its consumers follow.
     *
     * @param entriesRead number of entries that the group has read, or -1 if it is not known
     */
    void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead);

    /**
     * Takes a consumer of the group before. Its pending entries follow.
     *
     * @param seenMillis Unix time at which the consumer last read or claimed something
     */
    void streamConsumer(byte[] consumer, long seenMillis);

    /**
     * Takes an entry that the consumer before has got and not acknowledged; the stream may have lost the entry.
     *
     * @param deliveredMillis Unix time of the last delivery
     * @param deliveryCount number of deliveries
     */
    void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount);
}

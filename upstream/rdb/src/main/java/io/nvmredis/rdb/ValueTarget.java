package io.nvmredis.rdb;

import io.nvmredis.spi.effects.StreamState;

/** Takes the elements of one value in the order in which they are read; their number is not known in advance. */
interface ValueTarget {
    void string(byte[] bytes);

    void listElement(byte[] element);

    void setMember(byte[] member);

    void zsetMember(byte[] member, double score);

    void hashField(byte[] field, byte[] fieldValue, long fieldDeadlineMillis);

    /**
     * Takes an entry of a stream.
     *
     * @param fieldsAndValues array whose first {@code length} elements are field, value, field, value …
     */
    void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues, int length);

    /** Takes what a stream has beside its entries and groups, which follows its entries. */
    void streamState(StreamState state);

    void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead);

    /** Takes a consumer of the group before. */
    void streamConsumer(byte[] consumer, long seenMillis);

    /** Takes an entry that is pending for the consumer before. */
    void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount);
}

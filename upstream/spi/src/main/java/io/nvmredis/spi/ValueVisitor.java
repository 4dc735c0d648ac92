package io.nvmredis.spi;

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

    /** Takes the highest id that a stream has ever had, after its entries. */
    void streamLastId(long idMillis, long idSequence);
}

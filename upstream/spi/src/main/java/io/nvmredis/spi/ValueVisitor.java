package io.nvmredis.spi;

import io.nvmredis.spi.effects.ValueEffects;

/**
 * Takes a neutral image of one value: {@link #begin}, then each of its elements in its order.
 *
 * <p>The arrays belong to the value: they are read during the call and never changed.
 */
public interface ValueVisitor {
    /** The deadline of a hash field that has none. */
    long NO_DEADLINE = ValueEffects.NO_DEADLINE;

    /**
     * The value's type.
     *
     * @param elementCount elements that will follow; 1 for a string
     */
    void begin(ValueType type, int elementCount);

    void string(byte[] value);

    void listElement(byte[] element);

    void setMember(byte[] member);

    /**
     * A field of a hash.
     *
     * @param deadlineMillis Unix time, or {@link #NO_DEADLINE}
     */
    void hashField(byte[] field, byte[] value, long deadlineMillis);

    void zsetMember(byte[] member, double score);

    /**
     * An entry of a stream.
     *
     * @param fieldsAndValues field, value, field, value …
     */
    void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues);

    /** Follows the entries of a stream: the highest id it has ever had. */
    void streamLastId(long idMillis, long idSequence);
}

package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.errors.ValueTooLargeException;
import java.util.function.Consumer;

/** Codec of single values, in the form in which DUMP returns them and RESTORE takes them. One thread at a time. */
public interface ValueCodec {
    /**
     * Encodes a value.
     *
     * @param value shows the value
     * @throws ValueTooLargeException if that takes more than {@code maxLength} bytes
     */
    byte[] encode(Consumer<ValueVisitor> value, long maxLength);

    /** Tells whether the end of a payload is that of an encoded value: its version is known, its checksum right. */
    boolean isIntact(byte[] payload);

    /**
     * Shows the value of an intact payload, whose number of elements is not known in advance: {@link
     * ValueVisitor#begin} is told 0. The payload is not trusted. If the method throws, part of the value may have been shown.
     *
     * @param maxBytes most bytes of memory for the value; little more is taken for what is decoded of it at a time
     * @throws ValueTooLargeException if some part of the value alone would take more
     * @throws PersistenceException if there is no value in the payload
     */
    void decode(byte[] payload, long maxBytes, ValueVisitor target);
}

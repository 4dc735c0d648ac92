package io.nvmredis.spi;

/**
 * What is known of a key without its value.
 *
 * @param type of its value
 * @param deadlineMillis Unix time, or {@link ValueVisitor#NO_DEADLINE}; it may have passed
 * @param lsn of the last transaction that changed it
 * @param storedBytes about as many as have to be read to show its value
 */
public record KeyInfo(ValueType type, long deadlineMillis, long lsn, long storedBytes) {}

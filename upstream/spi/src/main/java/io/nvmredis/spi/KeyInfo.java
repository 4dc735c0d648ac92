package io.nvmredis.spi;

/**
 * Description of a key without its value.
 *
 * @param type type of its value
 * @param deadlineMillis Unix time, or {@link ValueVisitor#NO_DEADLINE}; it may have passed
 * @param lsn LSN of the last transaction that changed the key
 * @param storedBytes bytes that are read to show its value, approximately
 */
public record KeyInfo(ValueType type, long deadlineMillis, long lsn, long storedBytes) {}

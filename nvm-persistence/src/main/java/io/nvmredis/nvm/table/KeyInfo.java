package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueType;

/**
 * What the newest record of a key says without the value.
 *
 * @param deadlineMillis Unix time, or {@link io.nvmredis.spi.ValueVisitor#NO_DEADLINE}
 * @param lsn of the newest effect that has been applied to it
 */
public record KeyInfo(ValueType type, long deadlineMillis, long lsn) {}

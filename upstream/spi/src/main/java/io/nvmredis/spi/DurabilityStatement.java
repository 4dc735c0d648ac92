package io.nvmredis.spi;

/**
 * Promise of an open persister for an acknowledged write, made after it has probed what the medium offers.
 *
 * @param mechanism how a write is made durable, in a word or two: {@code libpmem}, {@code msync}, {@code none}
 * @param survivesProcessCrash whether the write survives {@code kill -9}
 * @param survivesPowerLoss whether the write survives a power failure
 * @param detail the reason, in one line for the user
 */
public record DurabilityStatement(
        String mechanism, boolean survivesProcessCrash, boolean survivesPowerLoss, String detail) {}

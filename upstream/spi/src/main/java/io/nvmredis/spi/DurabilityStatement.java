package io.nvmredis.spi;

/**
 * What an open persister promises of an acknowledged write, after it has probed what the medium offers.
 *
 * @param mechanism how a write is made durable, a word or two: {@code libpmem}, {@code msync}, {@code none}
 * @param survivesProcessCrash whether it is there after {@code kill -9}
 * @param survivesPowerLoss whether it is there after the power has failed
 * @param detail one line for the user: why it is so
 */
public record DurabilityStatement(
        String mechanism, boolean survivesProcessCrash, boolean survivesPowerLoss, String detail) {}

package io.nvmredis.spi;

/** Receives the transactions that a persister has kept, in the order of their LSNs, while it opens. */
@FunctionalInterface
public interface TransactionSink {

    /**
     * One transaction: effects as {@link EffectReader} reads them.
     *
     * @param lsn its log sequence number
     * @param bytes holds the effects between {@code offset} and {@code offset + length}; valid during the call only
     */
    void apply(long lsn, byte[] bytes, int offset, int length);
}

package io.nvmredis.spi;

import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;

/** Receives the transactions that a persister has kept, in the order of their LSNs, while it opens. */
@FunctionalInterface
public interface TransactionSink {

    /**
     * Takes one transaction: effects as {@link EffectReader} reads them.
     *
     * @param lsn its log sequence number
     * @param bytes array with the effects between {@code offset} and {@code offset + length}; valid during the call
     *     only
     */
    void apply(long lsn, byte[] bytes, int offset, int length);

    /**
     * Takes one transaction as another server has written it: commands of Redis in RESP, one after the other, beginning
     * in database 0, not all of which are {@linkplain EffectReader effects}. They are run as they are, and their
     * effects are not recorded.
     *
     * @param lsn its log sequence number
     * @param bytes array with the commands between {@code offset} and {@code offset + length}; valid during the call
     *     only
     * @throws PersistenceException if one of them is not known here; it names the command and its key
     */
    default void run(long lsn, byte[] bytes, int offset, int length) {
        throw new PersistenceException(
                "transaction " + lsn + " is made of commands, and only effects can be applied here");
    }
}

package io.nvmredis.spi;

/** Hands back the kept data once more, for DEBUG RELOAD and DEBUG LOADAOF. */
public interface Reloader {

    /**
     * Hands back all kept data, as {@link Persister#open} does. Called under the engine's lock, while nothing is
     * appended.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if they cannot be read
     */
    void reload(TransactionSink sink);
}

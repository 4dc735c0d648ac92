package io.nvmredis.spi;

/** DEBUG RELOAD and DEBUG LOADAOF: hands back once more what a persister has kept. */
public interface Reloader {

    /**
     * Hands back everything that has been kept, as {@link Persister#open} does. Called under the engine's lock, while nothing
     * is appended.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if it cannot be read
     */
    void reload(TransactionSink sink);
}

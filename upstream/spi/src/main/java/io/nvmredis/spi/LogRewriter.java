package io.nvmredis.spi;

/** Rewrites the log of a persister as short as possible, for BGREWRITEAOF. Any thread. */
public interface LogRewriter {

    /**
     * Begins a rewrite, and returns at once.
     *
     * @return Redis's reply, as a status
     * @throws io.nvmredis.spi.errors.PersistenceException with Redis's reply, as an error without the dash
     */
    String rewrite();
}

package io.nvmredis.spi;

/** BGREWRITEAOF: writes the log of a persister anew, as short as can be. Any thread. */
public interface LogRewriter {

    /**
     * Begins, and returns at once.
     *
     * @return what Redis answers, as a status
     * @throws io.nvmredis.spi.errors.PersistenceException what Redis answers, as an error without the dash
     */
    String rewrite();
}

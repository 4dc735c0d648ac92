package io.nvmredis.engine;

/** Thread on which a command runs. */
public enum Route {
    /** Event loop of the connection. */
    LOOP,
    /** Worker, which may wait: the command may run for long, or needs big values that have to be read in. */
    WORKER
}

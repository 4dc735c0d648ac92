package io.nvmredis.engine;

/**
 * A command does not end, so that the server cannot end in order. Acknowledged transactions are as safe as in a crash.
 */
public final class UnendingCommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnendingCommandException() {
        super("a command that runs does not end");
    }
}

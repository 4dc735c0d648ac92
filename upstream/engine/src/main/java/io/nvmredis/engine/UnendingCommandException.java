package io.nvmredis.engine;

/** A command does not end, and so there can be no end in order. What was acknowledged is as safe as in a crash. */
public final class UnendingCommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnendingCommandException() {
        super("a command that runs does not end");
    }
}

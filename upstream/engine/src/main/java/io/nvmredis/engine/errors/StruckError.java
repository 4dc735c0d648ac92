package io.nvmredis.engine.errors;

/** An error that has struck while a command of a script was changing data, which may be half done. */
public final class StruckError extends Error {
    private static final long serialVersionUID = 1L;

    public StruckError(Throwable cause) {
        super("a command of a script could not be ended: " + cause, cause);
    }
}

package io.nvmredis.engine.errors;

/**
 * A command may not go on, because of what it would take. The exception's text is the reply; it has no stack trace,
 * because a client may cause any number of these exceptions.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String error) {
        super(error, null, false, false);
    }
}

package io.nvmredis.engine.errors;

/**
 * A command may not go on, because of what it would take. Its text is the reply; it has no stack trace, as a client may
 * cause as many as it likes.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String error) {
        super(error, null, false, false);
    }
}

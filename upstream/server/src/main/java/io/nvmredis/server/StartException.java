package io.nvmredis.server;

import org.jspecify.annotations.Nullable;

/** Thrown if the server cannot start, for a reason that the user can mend: the message says how. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

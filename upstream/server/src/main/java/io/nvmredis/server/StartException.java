package io.nvmredis.server;

import org.jspecify.annotations.Nullable;

/** The server cannot start, for a reason that the user can do something about: the message says what. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

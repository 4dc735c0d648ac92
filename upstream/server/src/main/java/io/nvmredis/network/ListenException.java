package io.nvmredis.network;

import org.jspecify.annotations.Nullable;

/** Thrown if an address cannot be listened on, for a reason that the user can mend: the message says how. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

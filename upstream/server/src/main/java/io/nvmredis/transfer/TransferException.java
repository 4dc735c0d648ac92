package io.nvmredis.transfer;

import org.jspecify.annotations.Nullable;

/** Data cannot be moved, for a reason that the user can do something about: the message says what. */
public final class TransferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransferException(String message) {
        this(message, null);
    }

    TransferException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

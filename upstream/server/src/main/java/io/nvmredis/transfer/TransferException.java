package io.nvmredis.transfer;

import org.jspecify.annotations.Nullable;

/** Thrown if data cannot be moved for a reason that the user can remedy; the message says how. */
public final class TransferException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransferException(String message) {
        this(message, null);
    }

    TransferException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

package io.nvmredis.network;

/** An address cannot be listened on, for a reason that the user can do something about: the message says what. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}

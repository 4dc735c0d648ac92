package io.nvmredis.network;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Thrown if input of a client cannot be decoded. Nothing behind it can be either: the connection must be closed. */
final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean answered;

    private ProtocolException(String message, boolean answered) {
        // Without a stack trace: the fault is the client's, not the server's, and hostile clients may cause many.
        super(message, null, false, false);
        this.answered = answered;
    }

    /** Makes a fault that Redis names to the client before it closes the connection. */
    static ProtocolException answered(String fault) {
        return new ProtocolException(fault, true);
    }

    /** Makes a fault at which Redis closes the connection without a word. */
    static ProtocolException silent(String fault) {
        return new ProtocolException(fault, false);
    }

    /** Returns the error reply, or null if there is none. */
    byte @Nullable [] reply() {
        return answered
                ? ("-ERR Protocol error: " + getMessage() + "\r\n").getBytes(StandardCharsets.ISO_8859_1)
                : null;
    }
}

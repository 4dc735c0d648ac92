package io.nvmredis.network;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a client sent cannot be decoded; nothing after it can be, so that the connection must be closed. */
final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean answered;

    private ProtocolException(String message, boolean answered) {
        // Without a stack trace: it tells of the client's fault, not of ours, and hostile clients may cause many.
        super(message, null, false, false);
        this.answered = answered;
    }

    /** A fault that Redis names to the client before it closes the connection. */
    static ProtocolException answered(String fault) {
        return new ProtocolException(fault, true);
    }

    /** A fault at which Redis closes the connection without a word. */
    static ProtocolException silent(String fault) {
        return new ProtocolException(fault, false);
    }

    /** The error reply, or null if there is none. */
    byte @Nullable [] reply() {
        return answered
                ? ("-ERR Protocol error: " + getMessage() + "\r\n").getBytes(StandardCharsets.ISO_8859_1)
                : null;
    }
}

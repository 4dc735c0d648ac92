package io.nvmredis.spi.errors;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where data cannot be read, kept or made durable. The message names the file, the place, what was expected and
 * found, and what to do next; the user sees it as it is.
 */
public class PersistenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PersistenceException(String message) {
        super(message);
    }

    public PersistenceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

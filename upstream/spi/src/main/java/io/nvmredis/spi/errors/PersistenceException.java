package io.nvmredis.spi.errors;

import org.jspecify.annotations.Nullable;

/**
 * Data cannot be read, kept or made durable. The message names the file, the place, what was expected and found, and
 * what to do next: it is shown to the user as it is.
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

package io.nvmredis.spi.errors;

/** Thrown where a value takes more memory than one value may take. */
public class ValueTooLargeException extends PersistenceException {
    private static final long serialVersionUID = 1L;

    public ValueTooLargeException(String message) {
        super(message);
    }
}

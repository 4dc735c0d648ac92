package io.nvmredis.nvm.format;

import io.nvmredis.spi.errors.PersistenceException;

/** Thrown for bytes in a file that are not what was written. */
public final class DamageException extends PersistenceException {
    private static final long serialVersionUID = 2;

    private final String path;
    private final long offset;
    private final String expected;
    private final String actual;

    DamageException(String message, String path, long offset, String expected, String actual) {
        super(message);
        this.path = path;
        this.offset = offset;
        this.expected = expected;
        this.actual = actual;
    }

    /** Returns the path of the file. */
    public String path() {
        return path;
    }

    public long offset() {
        return offset;
    }

    /** Returns what should be at the offset, as the message says it. */
    public String expected() {
        return expected;
    }

    /** Returns what is at the offset, as the message says it. */
    public String actual() {
        return actual;
    }
}

package io.nvmredis.nvm.format;

import io.nvmredis.spi.errors.PersistenceException;

/** Thrown for bytes in a file that are not what was written. */
public final class DamageException extends PersistenceException {
    private static final long serialVersionUID = 1;

    private final String path;

    DamageException(String message, String path) {
        super(message);
        this.path = path;
    }

    /** Returns the path of the file. */
    public String path() {
        return path;
    }
}

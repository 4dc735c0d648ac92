package io.nvmredis.nvm.format;

import io.nvmredis.spi.errors.PersistenceException;

/** Something is not what was written, at a place that is known. */
public final class DamageException extends PersistenceException {
    private static final long serialVersionUID = 1;

    private final String path;

    DamageException(String message, String path) {
        super(message);
        this.path = path;
    }

    /** The file. */
    public String path() {
        return path;
    }
}

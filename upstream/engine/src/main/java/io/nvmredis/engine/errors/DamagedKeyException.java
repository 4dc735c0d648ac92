package io.nvmredis.engine.errors;

import io.nvmredis.spi.errors.PersistenceException;

/**
 * A key cannot be read from the cold side. The reply of the command that needs it names the place of the damage;
 * upstream takes this exception for one of a command's own errors. All changes made by then have been recorded.
 */
public final class DamagedKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public DamagedKeyException(String key, PersistenceException cause) {
        super("MISCONF the key '" + key + "' cannot be read: " + cause.getMessage(), cause);
    }

    /** Reports damage to an unknown key, met on the way through all keys. */
    public DamagedKeyException(PersistenceException cause) {
        super("MISCONF the keys cannot all be read: " + cause.getMessage(), cause);
    }
}

package io.nvmredis.engine.errors;

import io.nvmredis.spi.errors.PersistenceException;

/**
 * A key cannot be read from the cold side. The command that needs it is answered with the place of the damage, as one
 * of those errors that upstream takes for a command's own; nothing has been changed by then that was not recorded.
 */
public final class DamagedKeyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public DamagedKeyException(String key, PersistenceException cause) {
        super("MISCONF the key '" + key + "' cannot be read: " + cause.getMessage(), cause);
    }

    /** Some key, met on the way through all of them. */
    public DamagedKeyException(PersistenceException cause) {
        super("MISCONF the keys cannot all be read: " + cause.getMessage(), cause);
    }
}

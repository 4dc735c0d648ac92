package io.nvmredis.nvm.pmem;

import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/** Thrown where the medium has no room for a file. Nothing has been changed. */
public final class NoSpaceException extends PersistenceException {
    private static final long serialVersionUID = 1L;

    public NoSpaceException(String path, long neededBytes, long usableBytes, @Nullable Throwable cause) {
        super(
                "No space left on device: " + path + " needs " + neededBytes + " bytes, " + usableBytes
                        + " are available; free some space or choose another directory",
                cause);
    }
}

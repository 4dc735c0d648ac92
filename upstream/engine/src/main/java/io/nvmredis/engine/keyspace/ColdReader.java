package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Image;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Reader, for a snapshot, of data that only the cold side has. Guarded by the engine's lock, except {@link
 * #readUnlocked}.
 */
final class ColdReader {
    private final @Nullable Residency residency;

    /**
     * Creates a reader of a cold side.
     *
     * @param residency null if all data are in memory
     */
    ColdReader(@Nullable Residency residency) {
        this.residency = residency;
    }

    /** Returns what the cold side knows of a key, and puts the value into the image unless it is a big one. */
    KeyInfo readSmall(int database, byte[] key, Image image) {
        if (residency == null) {
            throw new IllegalStateException("a cold value where there is no cold side");
        }
        KeyInfo info = residency.store().load(database, key, ColdValue.BIG_BYTES, image);
        if (info == null) {
            throw missing(key);
        }
        return info;
    }

    /** Reads the value of an entry, however big. */
    Image read(Entry entry) {
        Image image = new Image();
        if (residency == null || residency.load(entry, image) == null) {
            throw missing(entry.keyBytes());
        }
        return image;
    }

    /** Reads the value of a key, however big. Any thread. */
    Image readUnlocked(int database, byte[] key) {
        Image image = new Image();
        if (residency != null) {
            residency.readUnlocked(database, key, image);
        }
        return image;
    }

    private static PersistenceException missing(byte[] key) {
        return new PersistenceException("the key '" + Words.excerpt(key) + "' was found, and is not there now");
    }
}

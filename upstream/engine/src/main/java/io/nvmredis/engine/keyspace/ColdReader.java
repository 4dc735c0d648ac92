package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Image;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/** Reads for a snapshot what the cold side alone has. Guarded by the engine's lock, but for {@link #readUnlocked}. */
final class ColdReader {
    private final @Nullable Residency residency;

    /**
     * A reader of this cold side.
     *
     * @param residency null if all data are in memory
     */
    ColdReader(@Nullable Residency residency) {
        this.residency = residency;
    }

    /** What the cold side knows of a key; the value is put into the image unless it is a big one. */
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

    /** The value of an entry, however big. */
    Image read(Entry entry) {
        Image image = new Image();
        if (residency == null || residency.load(entry, image) == null) {
            throw missing(entry.keyBytes());
        }
        return image;
    }

    /** The value of a key, however big. Any thread. */
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

package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.value.Image;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.effects.LibraryEffects;

/**
 * Reads the libraries of functions from the cold side at a start: one search for one key, whether there are any or not.
 * From then on memory has them all, and the cold side follows by the effects that are appended.
 */
public final class ColdLibraries {
    private ColdLibraries() {}

    /**
     * Puts the libraries of the store in.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if they cannot be read
     */
    public static void read(ColdStore store, LibraryCodes libraries) {
        Image image = new Image();
        if (store.load(LibraryEffects.DATABASE, LibraryEffects.key(), image) != null) {
            image.forEachField((name, code) -> libraries.put(Words.text(name), code));
        }
    }
}

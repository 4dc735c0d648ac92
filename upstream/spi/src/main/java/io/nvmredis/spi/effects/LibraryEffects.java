package io.nvmredis.spi.effects;

import java.nio.charset.StandardCharsets;

/**
 * Effects on the libraries of functions. The libraries are the fields of one hash: a library's name is the field, its
 * code, header included, is the value. The hash has a database of its own, behind those that clients can select, so
 * that a persister keeps it as it keeps any other key, and no command that is about keys ever meets it. Nothing else is
 * in that database, and it is never emptied by a {@link Effect#FLUSHDB}.
 */
public final class LibraryEffects {
    /** Number of the database that holds the libraries: as many as there are databases for clients. */
    public static final int DATABASE = 16;

    private static final byte[] KEY = "libraries".getBytes(StandardCharsets.US_ASCII);

    private LibraryEffects() {}

    /** Returns the key of the hash. */
    public static byte[] key() {
        return KEY.clone();
    }

    /** Selects the database of the libraries for the effects that follow. */
    public static void select(Effects effects) {
        effects.selectLibraries();
    }

    /** Writes that a library was loaded, or replaced. */
    public static void load(Effects effects, byte[] name, byte[] code) {
        effects.begin(Effect.HSET, 3).argument(KEY).argument(name).argument(code);
    }

    /** Writes that a library was deleted. */
    public static void delete(Effects effects, byte[] name) {
        effects.begin(Effect.HDEL, 2).argument(KEY).argument(name);
    }

    /** Writes that all libraries were deleted. */
    public static void flush(Effects effects) {
        effects.begin(Effect.DEL, 1).argument(KEY);
    }
}

package io.nvmredis.tools;

import io.nvmredis.engine.bytes.GlobPattern;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Which keys a dump shows: of one database or all, of one name, or of those that a pattern fits. */
public final class KeySelection {
    private static final int ANY = -1;

    private final int database;
    private final byte @Nullable [] key;
    private final @Nullable GlobPattern pattern;

    /**
     * Makes a selection.
     *
     * @param database number of a database, or a negative number for all
     * @param key name of the key, or null for any
     * @param pattern pattern as of KEYS, or null for any
     */
    public KeySelection(int database, byte @Nullable [] key, byte @Nullable [] pattern) {
        this.database = Math.max(ANY, database);
        this.key = key == null ? null : key.clone();
        this.pattern = pattern == null ? null : new GlobPattern(pattern);
    }

    /** Returns whether every key of its database is shown. */
    boolean isOfWholeDatabases() {
        return key == null && pattern == null;
    }

    boolean hasDatabase(int number) {
        return database == ANY || database == number;
    }

    boolean has(int number, byte[] name) {
        return hasDatabase(number)
                && (key == null || Arrays.equals(key, name))
                && (pattern == null || pattern.matches(name));
    }
}

package io.nvmredis.engine.access;

import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.bytes.Words;

/**
 * Pattern of keys with what may be done with them. Any thread may use it.
 *
 * @param reads whether values may be read
 * @param writes whether values may be made, changed and deleted
 */
record KeyPattern(String pattern, boolean reads, boolean writes) {
    static final String EVERYTHING = "*";

    KeyPattern with(KeyPattern other) {
        return new KeyPattern(pattern, reads || other.reads, writes || other.writes);
    }

    /** Tells whether the pattern allows this much with the keys that it matches. */
    boolean permits(boolean isRead, boolean isWritten) {
        return (reads || !isRead) && (writes || !isWritten);
    }

    boolean matches(byte[] key) {
        return matches(pattern, key);
    }

    static boolean matches(String pattern, byte[] text) {
        // A pattern that matches remembers its place in itself: one for each thread that asks.
        return new GlobPattern(Words.bytes(pattern)).matches(text);
    }

    /** Returns the rule that adds the pattern. */
    @Override
    public String toString() {
        return (reads && writes ? "~" : reads ? "%R~" : "%W~") + pattern;
    }
}

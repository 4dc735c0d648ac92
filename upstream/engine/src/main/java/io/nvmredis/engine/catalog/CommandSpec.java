package io.nvmredis.engine.catalog;

import java.util.Set;

/**
 * Facts about a command that are known before it runs.
 *
 * @param index position in the table
 * @param name in lower case
 * @param arity as {@code COMMAND} reports it: words including the name, negative if there may be more
 * @param traits which decide where it runs and when it is refused
 * @param firstKey position of the first key, 0 if it has none
 * @param lastKey position of the last key, negative from the end
 * @param keyStep distance between two keys
 * @param hasSubcommands whether its second word says which of several commands it is
 */
public record CommandSpec(
        int index,
        String name,
        int arity,
        Set<Trait> traits,
        int firstKey,
        int lastKey,
        int keyStep,
        boolean hasSubcommands) {

    /** Property that decides where a command runs and when it is refused. */
    public enum Trait {
        /** May change data; refused while the persister takes no transactions. */
        WRITE,
        /** Only reads data. */
        READONLY,
        /**
         * Changes no data that a client sees, but stores a result of its own with them, or does something that a Redis
         * tells its replicas: does not run in a read-only script, nor during a pause of writes.
         */
        MAY_REPLICATE,
        /** May wait for a key: see {@code BlockingCommand}. */
        BLOCKING,
        /** Runs a script, which may hold the engine for long. */
        SCRIPT,
        /** Concerns the connection, the server or messages. */
        ADMIN,
        /** Runs even while a script holds the engine. */
        ALLOW_BUSY,
        /** May make the data larger, and so is refused when space is short. */
        DENYOOM,
        /** Runs even while the data are being loaded. */
        LOADING,
        /** Runs on a worker without the engine's lock, and not in a transaction. */
        UNLOCKED,
        /** Runs also for a client that has not authenticated. */
        NO_AUTH,
        /**
         * Changes nothing, but is refused while nothing can be written: a client that asks how the server is learns it.
         */
        TELLS_DISK_ERROR,
        /** Is refused unless the server's settings open it. */
        PROTECTED,
        /** Has words that {@code CommandGuard} must see before the command runs. */
        GUARDED,
        /** Needs to know which keys exist, and none of their values. */
        KEYS_ONLY,
        /** Needs one field of a hash, by {@code Database.getSlice}, and no more of it. */
        ONE_FIELD
    }

    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    public boolean admits(int wordCount) {
        return admits(arity, wordCount);
    }

    /** Tells whether a command of this arity may have so many words. */
    static boolean admits(int arity, int wordCount) {
        return arity >= 0 ? wordCount == arity : wordCount >= -arity;
    }
}

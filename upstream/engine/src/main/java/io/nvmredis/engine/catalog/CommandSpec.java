package io.nvmredis.engine.catalog;

import java.util.Set;

/**
 * What is known of a command before it runs.
 *
 * @param name in lower case
 * @param arity as {@code COMMAND} reports it: words including the name, negative if there may be more
 * @param traits what kind of command it is
 * @param firstKey position of the first key, 0 if it has none
 * @param lastKey position of the last key, negative from the end
 * @param keyStep distance between two keys
 */
public record CommandSpec(String name, int arity, Set<Trait> traits, int firstKey, int lastKey, int keyStep) {

    /** What decides where a command runs and when it is refused. */
    public enum Trait {
        /** May change data; refused while the persister takes no transactions. */
        WRITE,
        /** Only reads data. */
        READONLY,
        /**
         * Changes no data that anybody sees, but keeps with them what it has found out, or does something that replicas of a
         * Redis are told of: no command of a read-only script, nor of a pause of writes.
         */
        MAY_REPLICATE,
        /** May wait for a key: see {@code BlockingCommand}. */
        BLOCKING,
        /** Runs a script, which may hold the engine for long. */
        SCRIPT,
        /** Is about the connection, the server or messages. */
        ADMIN,
        /** Runs even while a script holds the engine. */
        ALLOW_BUSY,
        /** May make the data larger, and so is refused where space is short. */
        DENYOOM,
        /** Runs even while the data are being loaded. */
        LOADING,
        /** Runs on a worker without the engine's lock, and not in a transaction. */
        UNLOCKED,
        /** For a client that has not said who it is, too. */
        NO_AUTH,
        /** Changes nothing, but is refused as writes are while nothing can be written: who asks how the server is, is told. */
        TELLS_DISK_ERROR,
        /** Refused unless the server's settings open it. */
        PROTECTED,
        /** {@code CommandGuard} has to see its words before it runs. */
        GUARDED,
        /** Needs no value that is there already, only to know what keys there are. */
        KEYS_ONLY
    }

    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    public boolean admits(int wordCount) {
        return admits(arity, wordCount);
    }

    /** Whether there may be so many words. */
    static boolean admits(int arity, int wordCount) {
        return arity >= 0 ? wordCount == arity : wordCount >= -arity;
    }
}

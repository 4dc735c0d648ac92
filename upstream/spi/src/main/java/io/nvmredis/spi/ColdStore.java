package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * The data themselves, where a persister holds them: the cold side of a data set that need not be in memory.
 *
 * <p>Transactions arrive here some time after they were appended, in order. Whoever keeps a key in memory until
 * {@link #appliedLsn} has passed the last transaction that changed it, and remembers as long that a key was removed or a
 * database emptied, finds here the right state of every other key.
 *
 * <p>Keys are shown as they are, those included whose deadline has passed: expiring them is the engine's, by a
 * transaction like any other.
 *
 * <p>Threads: any, at any time between open and close of the persister. No method waits for a lock or for the medium's
 * write-back. A method that reads a damaged place throws a {@link PersistenceException} naming it; others go on.
 */
public interface ColdStore {

    /**
     * Every transaction up to this LSN is contained in what the other methods show, which may contain later ones, in
     * part, too. Never falls.
     */
    long appliedLsn();

    /** What is known of a key, or null if there is no such key. */
    @Nullable
    KeyInfo find(int database, byte[] key);

    /** Shows the value of a key. Returns what else is known of it, or null if there is no such key. */
    default @Nullable KeyInfo load(int database, byte[] key, ValueVisitor visitor) {
        return load(database, key, Long.MAX_VALUE, visitor);
    }

    /** The same in one search, but shows nothing of a value with more {@link KeyInfo#storedBytes} than this. */
    @Nullable
    KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor);

    /** Keys of a database, as the other methods show them. May wait until {@link #isCounted}. */
    long count(int database);

    /** Keys of a database that have a deadline; the same holds. */
    long deadlineCount(int database);

    /**
     * Whether it is known how many keys there are: not always from the first moment on. The listener is told of room when
     * it is.
     */
    default boolean isCounted() {
        return true;
    }

    /**
     * Keys that a database had when the persister was opened, by the last transaction that was kept then. Waits until
     * {@link #isCounted}. To be asked before the first transaction is appended, or of a store that overrides it.
     */
    default long openedCount(int database) {
        return count(database);
    }

    /** Keys that had a deadline then; the same holds. */
    default long openedDeadlineCount(int database) {
        return deadlineCount(database);
    }

    /** Where {@link #scan} meets a key: an unsigned number, the same as long as the store exists. */
    long hash(int database, byte[] key);

    /**
     * Loads what {@link #find} and {@link #load} will need of keys with these hashes into the processor's cache, so that
     * they wait for the medium together and not one after the other. Whether it does is a matter of speed alone.
     *
     * @param count how many hashes there are in the array
     * @return a number that says nothing: to be kept, so that no compiler leaves out what is only loaded
     */
    default long prefetch(long[] hashes, int count) {
        return 0;
    }

    /**
     * Shows the keys of all databases whose hashes lie from the cursor on up to, not including, what is returned: a
     * few at a time, at least one hash far. Begins with cursor 0 and ends when 0 is returned, which stands for 2^64. The
     * low 16 bits of what is returned are zero, so that a cursor fits into 48 bits.
     *
     * @throws PersistenceException if any of them cannot be read, when the others have been shown: a walk that ends well
     *     has met all keys
     */
    long scan(long cursor, KeyVisitor visitor);
}

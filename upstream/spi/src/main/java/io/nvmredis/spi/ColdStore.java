package io.nvmredis.spi;

import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Data that a persister holds itself: the cold side of a data set that need not be in memory.
 *
 * <p>Transactions arrive here in order, some time after they were appended. A caller keeps each changed key in memory
 * until {@link #appliedLsn} has passed the last transaction that changed it, and remembers as long that a key was
 * removed or a database emptied; of every other key it finds the right state here.
 *
 * <p>Keys are shown as they are, those included whose deadline has passed: the engine expires them, by a transaction
 * like any other.
 *
 * <p>Threads: any, at any time between open and close of the persister. No method waits for a lock or for the medium's
 * write-back, except where it says so. Only shortly after a start, {@code find}, {@code load} and {@code scan} may wait
 * until the many changes of a key have been applied; none that calls them may hold what that takes. A method that reads a damaged record throws a {@link PersistenceException}
 * naming it; the other methods keep working.
 */
public interface ColdStore {

    /**
     * Returns the LSN up to which every transaction is contained in what the other methods show; they may show later
     * transactions too, even in part. It never falls.
     */
    long appliedLsn();

    /** Returns the type, deadline, LSN and size of a key, or null if there is no such key. */
    @Nullable
    KeyInfo find(int database, byte[] key);

    /** Shows the value of a key. Returns what {@link #find} returns. */
    default @Nullable KeyInfo load(int database, byte[] key, ValueVisitor visitor) {
        return load(database, key, Long.MAX_VALUE, visitor);
    }

    /**
     * Shows the value of a key unless it has more {@link KeyInfo#storedBytes} than a maximum, in one search. Returns
     * what {@link #find} returns.
     */
    @Nullable
    KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor);

    /**
     * Looks up one field of a hash where the store can do that for less than it costs to show the whole value.
     *
     * @param maxStoredBytes as in {@link #load}
     * @return null where it cannot: {@link #load} then has the answer, which may be that there is no such key
     */
    default @Nullable HashField findField(int database, byte[] key, byte[] field, long maxStoredBytes) {
        return null;
    }

    /** Returns the number of keys of a database, as the other methods show them. May wait until {@link #isCounted}. */
    long count(int database);

    /** Returns the number of keys of a database that have a deadline. May wait until {@link #isCounted}. */
    long deadlineCount(int database);

    /**
     * Returns whether the number of keys is known, which it may not be at first. When it becomes known, {@link
     * CommitListener#onRoom} is called.
     */
    default boolean isCounted() {
        return true;
    }

    /**
     * Returns the number of keys that a database had after the last transaction that was kept when the persister was
     * opened. Waits until {@link #isCounted}. It must be asked before the first transaction is appended, unless the
     * store overrides this method.
     */
    default long openedCount(int database) {
        return count(database);
    }

    /** Returns how many of the keys of {@link #openedCount} had a deadline; the same conditions hold. */
    default long openedDeadlineCount(int database) {
        return deadlineCount(database);
    }

    /**
     * Returns the cursor at which {@link #scan} shows a key: an unsigned number that stays the same as long as the
     * store exists.
     */
    long hash(int database, byte[] key);

    /**
     * Loads the bytes that {@link #find} and {@link #load} will read for keys with these hashes into the processor's
     * cache, so that the loads wait for the medium together and not one after the other. It affects speed alone.
     *
     * @param count number of hashes in the array
     * @return a meaningless number, which the caller must use, so that no compiler removes the loads
     */
    default long prefetch(long[] hashes, int count) {
        return 0;
    }

    /**
     * Asks that transactions be applied without waiting for more of them: keys that they have changed cannot be evicted
     * before. Any thread; does not wait. A store that gathers transactions for long overrides this method.
     */
    default void applySoon() {}

    /**
     * Shows the keys of all databases, but not the libraries of functions, whose hashes are from the given cursor up to, and not including, the returned
     * one: a few keys at a time, and at least one hash. A walk begins with cursor 0 and ends when 0 is returned, which
     * stands for 2^64. The low 16 bits of a returned cursor are zero, so that it fits into 48 bits.
     *
     * @throws PersistenceException if a key cannot be read, after the others have been shown: a walk without exceptions
     *     has shown all keys
     */
    long scan(long cursor, KeyVisitor visitor);
}

package io.nvmredis.spi;

import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps transactions, in order, each wholly or not at all. A feature that only some persisters have is an object of its
 * own, or null: {@link #coldStore}, {@link #saver}, {@link #follower}, {@link #rewriter}, {@link #reloader} and {@link
 * #changeableSettings}.
 *
 * <p>An LSN (log sequence number) is the number of a transaction: the first one ever is 1, each next one is one higher,
 * and no number is used twice.
 *
 * <p>Life cycle: {@link #open} once, then the other methods, then {@link #close} once. A persister whose open failed
 * has released what it held.
 *
 * <p>Threads: {@link #append} and {@link #refusal} are called under the engine's lock, by one thread at a time. Every
 * other method may be called by any thread at any time between open and close. {@link #close} is called after the last
 * {@code append}.
 */
public interface Persister extends AutoCloseable {

    /**
     * Loads code that {@link #open} will need, which may take longer than the rest of the opening. Called at most once,
     * before {@code open}, on a thread of its own beside the other work of a start; touches no file of the directory.
     */
    default void warmUp() {}

    /**
     * Opens the directory, taking it for this process alone, and hands every transaction kept to the sink. A persister
     * with a {@link #coldStore} hands over none: the store contains them all when this method returns.
     *
     * @throws PersistenceException if the directory cannot be used, is in use, or holds files that are damaged or of an
     *     unknown format; nothing in the directory has been changed then
     */
    RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading);

    /** Returns the data, if this persister holds them, so that memory need not hold them all; otherwise null. */
    default @Nullable ColdStore coldStore() {
        return null;
    }

    /** Returns what an acknowledged write survives. */
    DurabilityStatement durability();

    /**
     * Returns whether the persister keeps transactions at all. If not, nothing is encoded or appended, and its {@link
     * #follower} receives the number of changes.
     */
    default boolean keepsTransactions() {
        return true;
    }

    /**
     * Returns the reason why a transaction of about this size cannot be taken now, or null if it can. Called before
     * every writing command; takes a few memory loads when there is none.
     *
     * @param addsData whether the command may make the data larger; where space is short, commands that cannot, such as
     *     DEL, are accepted longer
     */
    @Nullable
    Refusal refusal(long payloadBytes, boolean addsData);

    /**
     * Returns whether writing commands have to wait before they run, because the log is too far ahead of what has been
     * applied. {@link CommitListener#onRoom} is called when they need not wait any more. Any thread; takes a memory
     * load.
     */
    default boolean isBackedUp() {
        return false;
    }

    /**
     * Appends one transaction; its bytes are copied before this method returns. It becomes durable by {@link #commit}
     * or {@link #requestCommit}.
     *
     * @return its LSN
     * @throws PersistenceException if the transaction could not be appended; from then on {@link #refusal} says why
     */
    long append(Transaction transaction);

    /** Returns the LSN of the last transaction appended, 0 before the first. */
    long lastLsn();

    /** Returns the LSN up to which every transaction is as durable as {@link #durability()} says. */
    long durableLsn();

    /**
     * Returns whether {@link #commit} takes only microseconds, so that an event loop may call it. If not, the event
     * loop calls {@link #requestCommit} instead.
     */
    boolean commitsInline();

    /**
     * Returns when every transaction up to this LSN is durable.
     *
     * @throws PersistenceException if they cannot be made durable
     */
    void commit(long lsn);

    /**
     * Asks for every transaction up to this LSN to be made durable soon, together with others that wait; {@link
     * CommitListener#onDurable} is called when they are.
     */
    void requestCommit(long lsn);

    /**
     * Returns the saver of SAVE and BGSAVE, if saves are how this persister keeps data; otherwise null, and the server
     * uses its own.
     */
    default @Nullable Saver saver() {
        return null;
    }

    /** Returns the receiver of events of the whole data set; null if this persister needs nothing but transactions. */
    default @Nullable DataSetFollower follower() {
        return null;
    }

    /** Returns the rewriter of BGREWRITEAOF; null if there is no log that could be rewritten. */
    default @Nullable LogRewriter rewriter() {
        return null;
    }

    /** Returns the reloader of the kept data; null if this persister has none, or holds the data in its cold store. */
    default @Nullable Reloader reloader() {
        return null;
    }

    /** Returns the settings that can be changed while this persister is open; null if none can. */
    default @Nullable ChangeableSettings changeableSettings() {
        return null;
    }

    /**
     * Returns whether its files are in the directory, which it then locks by a {@link
     * io.nvmredis.spi.support.DirectoryLock} while it is open.
     */
    default boolean holdsDirectory() {
        return true;
    }

    /** Reports the state of the persister, for {@code INFO persistence}. */
    void info(InfoSink sink);

    /**
     * Makes all appended transactions durable and releases everything. The caller does not hold the engine's lock: a
     * snapshot under way may need it once more before it is closed.
     */
    @Override
    void close();
}

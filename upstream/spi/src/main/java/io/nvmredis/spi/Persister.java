package io.nvmredis.spi;

import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps transactions, in order, each wholly or not at all. What only some persisters can do is an object of its own, or null:
 * {@link #coldStore}, {@link #saver}, {@link #follower}, {@link #rewriter}, {@link #reloader} and {@link #changeableSettings}.
 *
 * <p>An LSN (log sequence number) is the number of a transaction: the first one ever is 1, each next one is one higher,
 * none is used twice.
 *
 * <p>Life cycle: {@link #open} once, then the other methods, then {@link #close} once. A persister whose open failed
 * has released what it held.
 *
 * <p>Threads: {@link #append} and {@link #refusal} are called under the engine's lock, by one thread at a time. Every
 * other method may be called by any thread at any time between open and close. {@link #close} is called when nobody
 * appends any more.
 */
public interface Persister extends AutoCloseable {

    /**
     * Loads code that {@link #open} will need, which may take longer than all the rest of it. Called before that at most
     * once, on a thread of its own, beside whatever else there is to do at a start; touches no file of the directory.
     */
    default void warmUp() {}

    /**
     * Opens the directory, taking it for this process alone, and hands every transaction kept to the sink: none, if it
     * has a {@link #coldStore}, which contains them all when this returns.
     *
     * @throws PersistenceException if the directory cannot be used, is in use, or holds something that is damaged or
     *     of an unknown format; nothing in it has been changed then
     */
    RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading);

    /** The data themselves, if this persister holds them, so that memory need not hold them all; otherwise null. */
    default @Nullable ColdStore coldStore() {
        return null;
    }

    /** What an acknowledged write survives. */
    DurabilityStatement durability();

    /**
     * Whether it wants transactions at all; if not, nothing is encoded or appended, and its {@link #follower} is told how
     * much has been changed.
     */
    default boolean keepsTransactions() {
        return true;
    }

    /**
     * Why a transaction of about this size cannot be taken now, or null if it can. Asked before every writing command; a
     * few memory loads when all is well.
     *
     * @param addsData whether the command may make the data larger; where space is short, one that cannot, such as
     *     DEL, is let through longer
     */
    @Nullable
    Refusal refusal(long payloadBytes, boolean addsData);

    /**
     * Whether writing commands have to wait before they run, because the log is too far ahead of what has been applied.
     * The listener is told when they need not any more. Any thread; a memory load.
     */
    default boolean isBackedUp() {
        return false;
    }

    /**
     * Takes one transaction; its bytes are copied before this returns. It is not durable before {@link #commit}.
     *
     * @return its LSN
     * @throws PersistenceException if it could not be taken; from then on {@link #refusal} says why
     */
    long append(Transaction transaction);

    /** LSN of the last transaction appended, 0 before the first. */
    long lastLsn();

    /** Every transaction up to this LSN is as durable as {@link #durability()} says. */
    long durableLsn();

    /**
     * Whether {@link #commit} is so cheap, a matter of microseconds, that an event loop may call it. If not, the
     * event loop calls {@link #requestCommit} and goes on.
     */
    boolean commitsInline();

    /**
     * Returns when everything up to this LSN is durable.
     *
     * @throws PersistenceException if it cannot be made durable
     */
    void commit(long lsn);

    /**
     * Asks for everything up to this LSN to be made durable soon, together with what else is waiting; the listener
     * is told when it is.
     */
    void requestCommit(long lsn);

    /** What SAVE and BGSAVE do, if they are how this persister keeps data; otherwise null, and the server has its own. */
    default @Nullable Saver saver() {
        return null;
    }

    /** Who is to be told of the data set as a whole; null if this persister needs to know no more than transactions. */
    default @Nullable DataSetFollower follower() {
        return null;
    }

    /** What BGREWRITEAOF does; null if there is no log that could be written anew. */
    default @Nullable LogRewriter rewriter() {
        return null;
    }

    /** What hands back once more what has been kept; null if this persister cannot, or holds the data in its cold store. */
    default @Nullable Reloader reloader() {
        return null;
    }

    /** What changes settings while this persister is open; null if none can be changed. */
    default @Nullable ChangeableSettings changeableSettings() {
        return null;
    }

    /**
     * Whether its files are in the directory, which it holds by a {@link io.nvmredis.spi.support.DirectoryLock} while it
     * is open.
     */
    default boolean holdsDirectory() {
        return true;
    }

    /** Reports the state of the persister, for {@code INFO persistence}. */
    void info(InfoSink sink);

    /**
     * Makes durable what has been appended and releases everything. Nobody holds the engine's lock: a snapshot under way
     * may need it once more before it is closed.
     */
    @Override
    void close();
}

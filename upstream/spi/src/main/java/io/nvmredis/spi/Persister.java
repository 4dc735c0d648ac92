package io.nvmredis.spi;

import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps transactions, in order, each wholly or not at all.
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

    /** Whether it wants transactions at all; if not, nothing is encoded or appended. */
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

    /**
     * Gives it the data set that it has handed back, from now on as the server changes it. Called once, after open and
     * before the first transaction is appended.
     */
    default void attach(DataSet dataSet) {}

    /**
     * A command has made so many changes. Told instead of {@link #append} where {@link #keepsTransactions} is false;
     * under the engine's lock.
     */
    default void changed(int changeCount) {}

    /**
     * {@code FLUSHALL} has emptied the data set: told after {@link #append} or {@link #changed}, under the engine's lock.
     */
    default void flushed() {}

    /** What SAVE and BGSAVE do, if they are how this persister keeps data; otherwise null, and the server has its own. */
    default @Nullable Saver saver() {
        return null;
    }

    /**
     * {@code BGREWRITEAOF}: begins to write the log anew, as short as can be, and returns at once.
     *
     * @return what Redis answers, as a status
     * @throws PersistenceException what Redis answers, as an error without the dash
     */
    default String rewrite() {
        throw new PersistenceException("ERR there is no append-only file with this persistence");
    }

    /**
     * Hands back once more everything that has been kept, as {@link #open} does. Called under the engine's lock, while
     * nothing is appended.
     */
    default void reload(TransactionSink sink) {
        throw new PersistenceException("ERR this persistence has nothing to load");
    }

    /**
     * Whether its files are in the directory, which it holds by a {@link io.nvmredis.spi.support.DirectoryLock} while it
     * is open.
     */
    default boolean holdsDirectory() {
        return true;
    }

    /**
     * Changes settings while it runs: all of them, or none.
     *
     * @param changes values by the names of {@link PersisterProvider#settings()}
     * @throws ConfigurationException naming each setting that cannot be changed now, or has a bad value
     */
    default void configure(Map<String, String> changes) {
        throw new ConfigurationException(changes.keySet().stream()
                .map(name -> name + " cannot be changed while the server runs")
                .toList());
    }

    /**
     * The server is about to end; {@link #close} follows. Nobody holds the engine's lock, and no command runs.
     *
     * @throws PersistenceException if what should be saved cannot be
     */
    default void shutDown(ShutdownSave save) {}

    /** Reports the state of the persister, for {@code INFO persistence}. */
    void info(InfoSink sink);

    /**
     * Makes durable what has been appended and releases everything. Nobody holds the engine's lock: a snapshot under way
     * may need it once more before it is closed.
     */
    @Override
    void close();
}

package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.table.KeyEffects;
import io.nvmredis.nvm.table.LookAhead;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Backlog that the log had behind the checkpoint when it was opened, laid over the table until the table has it too: so
 * clients are served at once, and see the same data as if all of it had been applied before.
 *
 * <p>A key is looked up in the table and in the index of the backlog; the effects on it that the table does not contain
 * are applied to a copy in DRAM. A scan shows keys of the table and of the backlog in the order of the table.
 *
 * <p>The number of keys is not known before each key of the backlog has been looked up in the table. The replaying
 * thread does that first, step by step, while nothing else changes the table. A thread that asks for the number earlier
 * waits.
 *
 * <p>A key with so many changes that they cannot be looked through is shown when the table has all of them; a thread that
 * asks for it earlier waits, outside the lock that readers share. Where there is such a key, its changes may not fit into
 * the memory either, so the keys are not looked up to be counted: the replay stops where the backlog ends, and the numbers
 * are then those of the table.
 *
 * <p>Log that has been given back must not be read here any more. A reader reads no effects up to the LSN that had been
 * applied when it began; so the replayer raises that LSN, waits for the readers that had begun before ({@link
 * #awaitReaders}), and only then gives the log up to it back.
 *
 * <p>Threads: the replaying thread calls {@link #countSome}, {@link #countAtEnd}, {@link #stepped}, {@link
 * #awaitReaders}, {@link #retire} and {@link #fail};
 * any thread may call the other methods.
 */
public final class OpenedBacklog {
    /** Number of slots that are prefetched together. */
    private static final int PREFETCHED_SLOTS = 64;
    /** Number of slots counted per step, which takes a few milliseconds. */
    private static final int SLOTS_PER_STEP = 1 << 13;

    /** Steps without room after which the keys are not counted any more, some seconds: a short lack of room passes. */
    static final int STUCK_STEPS = 50;

    /** Most slots of the index that one call of {@code scan} covers. */
    private static final int SLOTS_PER_SCAN = 64;

    private final Table table;
    private final long lastLsn;
    /** Supplies the LSN up to which the table contains everything. */
    private LongSupplier appliedLsn = () -> 0;

    private final ConcurrentLinkedQueue<LookAhead> idle = new ConcurrentLinkedQueue<>();
    /**
     * Lock that readers share without ever waiting for it. A thread that gets it exclusively knows that at that moment
     * there is no reader.
     */
    private final ReentrantReadWriteLock reading = new ReentrantReadWriteLock();

    /** Index of the backlog; null when the table has all of it. */
    private volatile @Nullable BacklogIndex index;

    private final long[] keyCounts = new long[TableDescriptor.PLACE_COUNT];
    private final long[] deadlineCounts = new long[TableDescriptor.PLACE_COUNT];
    private int countedSlots;
    /** Steps in a row that have found no room. */
    private int stuckSteps;

    private final CountDownLatch counted = new CountDownLatch(1);
    private final ReplayWaiters waiters = new ReplayWaiters();
    private volatile @Nullable PersistenceException failure;

    /**
     * Lays a backlog over a table.
     *
     * @param index index of the transactions that the table need not contain
     * @param lastLsn LSN of the last of them
     */
    public OpenedBacklog(BacklogIndex index, long lastLsn, Table table) {
        this.index = index;
        this.lastLsn = lastLsn;
        this.table = table;
    }

    /** Sets the supplier of the applied LSN. Called once, before the first read. */
    void attach(LongSupplier newAppliedLsn) {
        appliedLsn = newAppliedLsn;
    }

    /** Lets readers do something in place of waiting, for tests without threads. */
    void doInPlaceOfWaiting(Runnable action) {
        waiters.doInPlaceOfWaiting(action);
    }

    /** Returns the LSN of the last transaction of the backlog. */
    long lastLsn() {
        return lastLsn;
    }

    /**
     * Begins a read. Returns the index, after which {@link #exit} must be called; or null if the table has everything.
     */
    private @Nullable BacklogIndex enter() {
        while (index != null) {
            if (reading.readLock().tryLock()) {
                BacklogIndex entered = index;
                if (entered == null) {
                    exit();
                }
                return entered;
            }
            Thread.onSpinWait();
        }
        return null;
    }

    /** Begins a read of one key like {@link #enter}. Waits if the key has many changes that the table does not have. */
    private @Nullable BacklogIndex enterFor(int database, byte[] key) {
        return enterWhenApplied(entered -> entered.neededLsn(table.hash(database, key), database));
    }

    /** Begins a read of a range of keys in the same way. */
    private @Nullable BacklogIndex enterAt(long cursor) {
        return enterWhenApplied(entered -> entered.neededLsnBetween(cursor, entered.hashAfter(cursor, SLOTS_PER_SCAN)));
    }

    private @Nullable BacklogIndex enterWhenApplied(ToLongFunction<BacklogIndex> neededLsn) {
        BacklogIndex entered = enter();
        while (entered != null && entered.hasLong()) {
            long needed = neededLsn(entered, neededLsn);
            if (needed <= appliedLsn.getAsLong()) {
                break;
            }
            entered = enterAfter(needed);
        }
        return entered;
    }

    /** Returns the LSN that is needed; a read that has begun ends if that cannot be told, since the replay waits for it. */
    private long neededLsn(BacklogIndex entered, ToLongFunction<BacklogIndex> neededLsn) {
        try {
            return neededLsn.applyAsLong(entered);
        } catch (RuntimeException | Error e) {
            exit();
            throw e;
        }
    }

    /** Ends a read, since the replay waits for readers; waits for the replay; and begins the read again. */
    private @Nullable BacklogIndex enterAfter(long needed) {
        exit();
        waiters.await(needed, appliedLsn);
        return enter();
    }

    private void exit() {
        reading.readLock().unlock();
    }

    /** Does what {@link Table#info} does, with the backlog applied. */
    @Nullable
    KeyInfo find(int database, byte[] key) {
        BacklogIndex entered = enterFor(database, key);
        if (entered == null) {
            return table.info(database, key);
        }
        try {
            return lookup(entered, database, key, 0, null);
        } finally {
            exit();
        }
    }

    /** Does what {@link Table#lookup} does, with the backlog applied. */
    @Nullable
    KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
        BacklogIndex entered = enterFor(database, key);
        if (entered == null) {
            return table.lookup(database, key, maxStoredBytes, visitor);
        }
        try {
            return lookup(entered, database, key, maxStoredBytes, visitor);
        } finally {
            exit();
        }
    }

    private @Nullable KeyInfo lookup(
            BacklogIndex entered, int database, byte[] key, long maxStoredBytes, @Nullable ValueVisitor visitor) {
        LookAhead lookAhead = idle.poll();
        if (lookAhead == null) {
            lookAhead = table.lookAhead();
        }
        KeyInfo info = lookup(lookAhead, entered, database, key, maxStoredBytes, visitor);
        // An object that has thrown is not reused.
        idle.add(lookAhead);
        return info;
    }

    private @Nullable KeyInfo lookup(
            LookAhead lookAhead,
            BacklogIndex entered,
            int database,
            byte[] key,
            long maxStoredBytes,
            @Nullable ValueVisitor visitor) {
        KeyEffects effects = new KeyEffects();
        entered.effects(table.hash(database, key), database, key, appliedLsn.getAsLong(), effects);
        return lookAhead.lookup(
                database, key, effects, entered.flushLsn(database), appliedLsn, maxStoredBytes, visitor);
    }

    /** Does what {@link Table#scan} does, with the backlog applied. */
    long scan(long cursor, KeyVisitor visitor) {
        BacklogIndex entered = enterAt(cursor);
        if (entered == null) {
            return table.scan(cursor, visitor);
        }
        try {
            // Read once, so that each key is shown either from the table or from the backlog.
            long applied = appliedLsn.getAsLong();
            // In a table of few buckets, one bucket holds a large part of all hashes, and so of the backlog.
            long limit = entered.hashAfter(cursor, SLOTS_PER_SCAN);
            long shown = table.scan(cursor, (database, key, info) -> {
                long hash = table.hash(database, key);
                if (Long.compareUnsigned(hash, limit - 1) <= 0
                        && info.lsn() >= entered.flushLsn(database)
                        && !entered.has(hash, database, key, applied)) {
                    visitor.key(database, key, info);
                }
            });
            long next = Long.compareUnsigned(shown - 1, limit - 1) <= 0 ? shown : limit;
            entered.forEachBetween(cursor, next, applied, (database, key) -> {
                KeyInfo info = lookup(entered, database, key, 0, null);
                if (info != null) {
                    visitor.key(database, key, info);
                }
            });
            return next;
        } finally {
            exit();
        }
    }

    /** Returns whether the number of keys is known. */
    boolean isCounted() {
        return counted.getCount() == 0;
    }

    /**
     * Returns whether the keys are counted by the table when it has exactly the backlog, and have not been counted yet: a
     * batch must not go beyond {@link #lastLsn} until then.
     */
    boolean isCountedAtEnd() {
        BacklogIndex entered = index;
        return entered != null && entered.hasLong() && !isCounted();
    }

    /** Takes the counts of the table, which has the backlog, and no more if the keys have not been counted before. */
    void countAtEnd() {
        if (!isCounted()) {
            for (int database = 0; database < keyCounts.length; database++) {
                keyCounts[database] = table.count(database);
                deadlineCounts[database] = table.deadlineCount(database);
            }
            counted.countDown();
        }
    }

    /** Counts the keys of a few slots. The table must have no batch under way. */
    void countSome() {
        BacklogIndex entered = index;
        if (entered == null || isCounted()) {
            return;
        }
        LookAhead lookAhead = table.lookAhead();
        if (countedSlots == 0) {
            begin(entered, lookAhead);
        }
        int end = Math.min(countedSlots + SLOTS_PER_STEP, entered.slotCount());
        for (; countedSlots < end; countedSlots += PREFETCHED_SLOTS) {
            prefetch(entered, countedSlots);
            for (int slot = countedSlots; slot < countedSlots + PREFETCHED_SLOTS; slot++) {
                if (!entered.isEmpty(slot)) {
                    entered.forEachIn(slot, 0, (database, key) -> count(lookAhead, entered, database, key));
                }
            }
        }
        if (countedSlots == entered.slotCount()) {
            counted.countDown();
        }
    }

    /**
     * Begins with the counts of the table, or with 0 for a database in which the backlog has a FLUSHDB that the table
     * does not contain.
     */
    private void begin(BacklogIndex entered, LookAhead lookAhead) {
        for (int database = 0; database < keyCounts.length; database++) {
            if (lookAhead.hasFlushed(database, entered.flushLsn(database))) {
                keyCounts[database] = table.count(database);
                deadlineCounts[database] = table.deadlineCount(database);
            }
        }
    }

    private void prefetch(BacklogIndex entered, int from) {
        long[] hashes = new long[PREFETCHED_SLOTS];
        int count = 0;
        for (int slot = from; slot < from + PREFETCHED_SLOTS; slot++) {
            if (!entered.isEmpty(slot)) {
                hashes[count++] = entered.hash(slot);
            }
        }
        table.prefetch(hashes, 0, count);
    }

    private void count(LookAhead lookAhead, BacklogIndex entered, int database, byte[] key) {
        KeyInfo info = lookup(lookAhead, entered, database, key, 0, null);
        boolean hasDeadline = info != null && info.deadlineMillis() != ValueVisitor.NO_DEADLINE;
        keyCounts[database] += (info == null ? 0 : 1) - (lookAhead.wasThere() ? 1 : 0);
        deadlineCounts[database] += (hasDeadline ? 1 : 0) - (lookAhead.hadDeadline() ? 1 : 0);
    }

    /** Returns the number of keys of a database with the backlog applied. Waits until they have been counted. */
    long count(int database) {
        awaitCount();
        return keyCounts[database];
    }

    /**
     * Returns the number of keys of a database that have a deadline, with the backlog applied. Waits until they have
     * been counted.
     */
    long deadlineCount(int database) {
        awaitCount();
        return deadlineCounts[database];
    }

    private void awaitCount() {
        boolean isInterrupted = false;
        while (true) {
            try {
                counted.await();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        PersistenceException failed = failure;
        if (failed != null) {
            throw new PersistenceException("the keys could not be counted: " + failed.getMessage(), failed);
        }
    }

    /**
     * Notes that a step of the replay has ended.
     *
     * @param shortage what there is no room for, if the replay cannot go on before somebody makes room; or null
     */
    void stepped(@Nullable String shortage) {
        waiters.wake(shortage);
        stuckSteps = shortage == null ? 0 : stuckSteps + 1;
        if (stuckSteps >= STUCK_STEPS && isCountedAtEnd()) {
            // Later transactions may remove keys, and a batch that has them goes beyond the backlog.
            failCount(new PersistenceException("the replay of the log waits for room: " + shortage));
        }
    }

    /**
     * Notes that the replay has stopped. Threads that wait for a key get the cause, and so do those that wait for the
     * count, unless the keys have been counted.
     */
    void fail(PersistenceException cause) {
        waiters.fail(cause);
        failCount(cause);
    }

    private void failCount(PersistenceException cause) {
        if (!isCounted()) {
            failure = cause;
            counted.countDown();
        }
    }

    /** Returns when all readers that had begun have ended. */
    void awaitReaders() {
        reading.writeLock().lock();
        try {
            // Readers that begin after this have a higher applied LSN, or no index.
        } finally {
            reading.writeLock().unlock();
        }
    }

    /** Ends the use of the backlog: the table has all of it, and is read alone from now on. */
    void retire() {
        index = null;
        // Before the checkpoint, for which they need not wait.
        waiters.wake(null);
        awaitReaders();
        idle.clear();
    }

    /** Returns whether the table has all of the backlog. Any thread. */
    boolean isRetired() {
        return index == null;
    }

    @Override
    public String toString() {
        return "the backlog up to LSN " + lastLsn + ", keys " + Arrays.toString(keyCounts);
    }
}

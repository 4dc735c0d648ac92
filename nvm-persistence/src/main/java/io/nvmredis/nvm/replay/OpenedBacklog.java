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
import org.jspecify.annotations.Nullable;

/**
 * What the log had behind the checkpoint when it was opened, laid over the table until the table has it too: so clients
 * are served at once, and shown what they would be if all of it had been applied before.
 *
 * <p>A key is looked up in the table and in the index of the backlog; the effects that the table does not contain of it
 * are applied to a copy, in DRAM. All keys are shown in the order of the table, those of the backlog among them.
 *
 * <p>How many keys there are is not known before each key of the backlog has been looked up in the table. That is the
 * first thing that the replaying thread does, piece by piece, while nothing else changes the table. Who asks before it
 * has ended waits.
 *
 * <p>Log that is given back must not be read here any more. Nobody looks at effects up to the LSN that had been applied
 * when he began; so the replayer raises that LSN, waits for those who had begun before ({@link #awaitReaders}), and only
 * then gives back what lies behind it.
 *
 * <p>Threads: one replays, and calls {@link #countSome}, {@link #awaitReaders}, {@link #retire} and {@link
 * #fail}; any may call the others.
 */
public final class OpenedBacklog {
    /** Slots that are looked at together. */
    private static final int PREFETCHED_SLOTS = 64;
    /** Slots counted in a step: a few milliseconds' work. */
    private static final int SLOTS_PER_STEP = 1 << 13;

    /** Slots of the index that a scan goes ahead at most. */
    private static final int SLOTS_PER_SCAN = 64;

    private final Table table;
    private final long lastLsn;
    /** Tells the LSN up to which the table contains everything. */
    private LongSupplier appliedLsn = () -> 0;

    private final ConcurrentLinkedQueue<LookAhead> idle = new ConcurrentLinkedQueue<>();
    /** Shared by the readers, who never wait for it; who has it for himself, for a moment, knows that there is none. */
    private final ReentrantReadWriteLock reading = new ReentrantReadWriteLock();

    /** Null when the table has it all. */
    private volatile @Nullable BacklogIndex index;

    private final long[] keyCounts = new long[TableDescriptor.DATABASE_COUNT];
    private final long[] deadlineCounts = new long[TableDescriptor.DATABASE_COUNT];
    private int countedSlots;
    private final CountDownLatch counted = new CountDownLatch(1);
    private volatile @Nullable PersistenceException failure;

    /**
     * Lays a backlog over a table.
     *
     * @param index of the transactions that the table does not contain for certain
     * @param lastLsn of them
     */
    public OpenedBacklog(BacklogIndex index, long lastLsn, Table table) {
        this.index = index;
        this.lastLsn = lastLsn;
        this.table = table;
    }

    /** Called once, before anybody reads. */
    void attach(LongSupplier newAppliedLsn) {
        appliedLsn = newAppliedLsn;
    }

    /** LSN of the last transaction of the backlog. */
    long lastLsn() {
        return lastLsn;
    }

    // --- Reading. ---

    /** Begins to read. Returns the index, and {@link #exit} is to be called; or null if the table has it all. */
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

    private void exit() {
        reading.readLock().unlock();
    }

    /** As {@link Table#info}. */
    @Nullable
    KeyInfo find(int database, byte[] key) {
        BacklogIndex entered = enter();
        if (entered == null) {
            return table.info(database, key);
        }
        try {
            return lookup(entered, database, key, 0, null);
        } finally {
            exit();
        }
    }

    /** As {@link Table#lookup}. */
    @Nullable
    KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
        BacklogIndex entered = enter();
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
        // One that has thrown is not used again.
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

    /** As {@link Table#scan}. */
    long scan(long cursor, KeyVisitor visitor) {
        BacklogIndex entered = enter();
        if (entered == null) {
            return table.scan(cursor, visitor);
        }
        try {
            // Once for all, so that each key is shown by one of the two.
            long applied = appliedLsn.getAsLong();
            // Where the table has few buckets, one holds a good part of all hashes, and so of the backlog.
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

    // --- Counting. ---

    /** Whether it is known how many keys there are. */
    boolean isCounted() {
        return counted.getCount() == 0;
    }

    /** Counts some of the keys. The table must have no batch under way. */
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

    /** What the table has, unless a FLUSHDB is to come: then that is nothing, whatever the table says. */
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

    /** Keys of a database, the backlog applied. Waits until they have been counted. */
    long count(int database) {
        awaitCount();
        return keyCounts[database];
    }

    /** Keys of a database that have a deadline, the backlog applied. Waits until they have been counted. */
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

    // --- The end. ---

    /** The replay has stopped: who waits for the count learns that, if there is none. */
    void fail(PersistenceException cause) {
        if (!isCounted()) {
            failure = cause;
            counted.countDown();
        }
    }

    /** Returns when all who had begun to read have ended. */
    void awaitReaders() {
        reading.writeLock().lock();
        try {
            // Those who begin from here on know that there is less to be read, or nothing.
        } finally {
            reading.writeLock().unlock();
        }
    }

    /** The table has it all, and is asked from now on. */
    void retire() {
        index = null;
        awaitReaders();
        idle.clear();
    }

    /** Whether the table has it all. Any thread. */
    boolean isRetired() {
        return index == null;
    }

    @Override
    public String toString() {
        return "the backlog up to LSN " + lastLsn + ", keys " + Arrays.toString(keyCounts);
    }
}

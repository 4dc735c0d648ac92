package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.ValueBuilder;
import io.nvmredis.engine.value.Values;
import io.nvmredis.engine.value.Weights;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are in memory, where the cold side holds them all: those changed by a transaction that has not been
 * applied yet, and of the others those that are used most, as far as the budget goes.
 *
 * <p>Entries come when a command needs them ({@link #find}, {@link #hydrate}) and go between two commands only ({@link
 * #relieve}), because a command keeps references to values while it runs. What a command has changed, read in or removed
 * is weighed once, when it ends ({@link #weighChanged}).
 *
 * <p>As long as three quarters of the budget suffice, all that is done is to add up weights. Then the eviction policy is
 * given the entries that are there, a few with each command, and from there on every one that is clean: new and changed
 * ones wait until they have been applied. The policy's victims that are clean are evicted; those that have been changed
 * since it got them wait like new ones.
 *
 * <p>Guarded by the engine's lock, but for {@link #readUnlocked} and {@link #scanUnlocked}: {@link #close} waits for
 * those, because the cold side may not be asked any more once its persister is closed.
 */
public final class Residency {
    /** The policy starts when this share of the budget is used, in quarters. */
    private static final int START_QUARTERS = 3;

    /** Entries given to the policy with each command while it starts. */
    private static final int ENROLLED_AT_A_TIME = 8;

    /** Entries looked at that may have been applied, with each command: more than a command makes, but for a few. */
    private static final int AWAITED_AT_A_TIME = 64;

    private final ColdStore store;
    private final Databases databases;
    private final Supplier<Clock> clockSupplier;
    private final long budgetBytes;
    private final EvictionPolicy policy;
    private final Statistics statistics;
    private final HydrationBudget hydration;
    /** Shared by those who ask the cold side without the engine's lock. */
    private final ReentrantReadWriteLock unlockedReads = new ReentrantReadWriteLock();

    /** Kilobytes that may be read in at one time by commands that wait for big values. */
    private final Semaphore reading;

    private final int readableKilobytes;

    private volatile boolean isClosed;

    private final List<Entry> changed = new ArrayList<>();
    private final ArrayDeque<Awaited> awaited = new ArrayDeque<>();
    private @Nullable Entry lastUsed;
    private long usedBytes;
    /** Over this what has been changed and not applied yet is too much: writers wait. */
    private final long fullBytes;

    private volatile boolean isOverfull;

    private boolean isTracking;
    /** How far the entries that were there when the policy started have been given to it. */
    private int enrolledDatabase;

    private long enrolledCursor;

    /** An entry that may be given to the policy when this transaction has been applied. */
    private record Awaited(Entry entry, long lsn) {}

    public Residency(
            ColdStore store,
            Databases databases,
            Supplier<Clock> clockSupplier,
            long budgetBytes,
            Limits limits,
            HydrationBudget hydration,
            Statistics statistics) {
        this.store = store;
        this.databases = databases;
        this.clockSupplier = clockSupplier;
        this.budgetBytes = Math.min(budgetBytes, limits.maxDataBytes());
        fullBytes = this.budgetBytes + limits.maxValueBytes();
        this.statistics = statistics;
        this.hydration = hydration;
        readableKilobytes = (int) Math.max(1, Math.min(Integer.MAX_VALUE, (limits.maxReplyBytes() * 2) >> 10));
        reading = new Semaphore(readableKilobytes, true);
        policy = new EvictionPolicy(this.budgetBytes);
    }

    public ColdStore store() {
        return store;
    }

    /** Nobody asks the cold side any more when this returns, or will: commands that run on are answered so. */
    public void close() {
        unlockedReads.writeLock().lock();
        try {
            isClosed = true;
        } finally {
            unlockedReads.writeLock().unlock();
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new PersistenceException("the server has shut down");
        }
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    /** What all entries in memory take, roughly. */
    public long usedBytes() {
        return usedBytes;
    }

    /** What the cold side knows of a key, or null if it has none. */
    @Nullable
    KeyInfo find(int database, byte[] key) {
        try {
            requireOpen();
            return store.find(database, key);
        } catch (PersistenceException e) {
            throw damaged(key, e);
        }
    }

    /** The same, and shows its value unless that is a big one. */
    @Nullable
    KeyInfo load(int database, byte[] key, ValueBuilder builder) {
        try {
            requireOpen();
            return store.load(database, key, ColdValue.BIG_BYTES, builder);
        } catch (PersistenceException e) {
            throw damaged(key, e);
        }
    }

    /** As {@link ColdStore#prefetch}, if the cold side is open. */
    public long prefetch(long[] hashes, int count) {
        return isClosed ? 0 : store.prefetch(hashes, count);
    }

    /** Puts the value in place that the cold side holds. */
    void hydrate(Entry entry) {
        if (entry.value instanceof ColdValue cold) {
            long bytes = cold.storedBytes();
            // What it took when it was looked up: since then its changes may have been applied, and come to less.
            hydration.hydrates(hydration.mayHydrate(bytes) ? bytes : storedBytes(entry, bytes));
            install(entry, read(entry));
        }
    }

    /** What the value of an entry takes now. */
    private long storedBytes(Entry entry, long lastKnown) {
        KeyInfo info = find(entry.database, entry.keyBytes());
        return info == null ? lastKnown : info.storedBytes();
    }

    /** The value of an entry as the cold side holds it. Any thread. */
    ValueBuilder readUnlocked(Entry entry) {
        unlockedReads.readLock().lock();
        try {
            return read(entry);
        } finally {
            unlockedReads.readLock().unlock();
        }
    }

    /** Shows the value of a key as the cold side holds it. Any thread. */
    void readUnlocked(int database, byte[] key, ValueVisitor visitor) {
        unlockedReads.readLock().lock();
        try {
            requireOpen();
            if (store.load(database, key, visitor) == null) {
                throw new PersistenceException("the key '" + Words.excerpt(key) + "' was found, and is not there now");
            }
        } finally {
            unlockedReads.readLock().unlock();
        }
    }

    /** As {@link ColdStore#scan}, 0 when the cold side is closed. Any thread. */
    public long scanUnlocked(long cursor, KeyVisitor visitor) {
        unlockedReads.readLock().lock();
        try {
            return isClosed ? 0 : store.scan(cursor, visitor);
        } finally {
            unlockedReads.readLock().unlock();
        }
    }

    /** Waits until so many bytes may be read in; returns what {@link #endReading} gives back. Not with the lock. */
    public int beginReading(long bytes) {
        int kilobytes = (int) Math.min(readableKilobytes, 1 + (bytes >> 10));
        reading.acquireUninterruptibly(kilobytes);
        return kilobytes;
    }

    public void endReading(int kilobytes) {
        reading.release(kilobytes);
    }

    private ValueBuilder read(Entry entry) {
        ValueBuilder builder = new ValueBuilder(clockSupplier);
        try {
            requireOpen();
            if (load(entry, builder) == null) {
                throw new PersistenceException("it was found, and is not there now");
            }
        } catch (PersistenceException e) {
            throw damaged(entry.keyBytes(), e);
        }
        return builder;
    }

    @Nullable
    KeyInfo load(Entry entry, ValueVisitor visitor) {
        return store.load(entry.database, entry.keyBytes(), visitor);
    }

    private static DamagedKeyException damaged(byte[] key, PersistenceException cause) {
        return new DamagedKeyException(Words.excerpt(key), cause);
    }

    /** Puts a value in place that has been read; the entry still has a cold one. */
    void install(Entry entry, ValueBuilder builder) {
        entry.value = builder.value();
        Values.makeObserved(entry);
        statistics.hydrations++;
        markChanged(entry);
    }

    /** A command has used this entry, once however often it looks it up. */
    void used(Entry entry) {
        if (isTracking && entry != lastUsed) {
            lastUsed = entry;
            // One that this command has marked has just come, or been used by it before.
            if (!entry.isMarkedChanged) {
                EvictionPolicy.used(entry);
            }
        }
    }

    /** A command has read this entry in, changed or removed it. */
    void markChanged(Entry entry) {
        if (!entry.isMarkedChanged) {
            entry.isMarkedChanged = true;
            changed.add(entry);
        }
    }

    public void weighChanged() {
        if (changed.isEmpty()) {
            return;
        }
        for (Entry entry : changed) {
            entry.isMarkedChanged = false;
            if (entry.isRemoved) {
                forget(entry);
            } else {
                weigh(entry);
            }
        }
        changed.clear();
        weighOverfull();
    }

    private void weighOverfull() {
        boolean isOverfullNow = usedBytes > fullBytes;
        if (isOverfullNow != isOverfull) {
            isOverfull = isOverfullNow;
        }
    }

    /** Whether what is in memory and may not be evicted yet is too much. Any thread. */
    public boolean isOverfull() {
        return isOverfull;
    }

    /** Evicts all that has to go, as nobody else does while those who write wait; whether there is room again. */
    public boolean makeRoom() {
        long before;
        do {
            before = usedBytes;
            relieve();
            weighOverfull();
        } while (isOverfull && usedBytes < before);
        return !isOverfull;
    }

    private void forget(Entry entry) {
        usedBytes -= entry.weight;
        entry.weight = 0;
        policy.forget(entry);
    }

    private void weigh(Entry entry) {
        int weight = Weights.of(entry);
        usedBytes += weight - entry.weight;
        entry.weight = weight;
        if (isTracking) {
            if (EvictionPolicy.knows(entry)) {
                policy.weighed(entry);
            } else {
                enrol(entry);
            }
        }
    }

    /** Gives an entry to the policy, now or when its last change has been applied. */
    private void enrol(Entry entry) {
        if (entry.isAwaited || EvictionPolicy.knows(entry)) {
            return;
        }
        if (isClean(entry, store.appliedLsn())) {
            policy.admit(entry);
        } else {
            entry.isAwaited = true;
            awaited.add(new Awaited(entry, entry.lsn));
        }
    }

    private static boolean isClean(Entry entry, long appliedLsn) {
        return !entry.isFresh && entry.lsn <= appliedLsn;
    }

    /** Evicts what has to go and may. */
    public void relieve() {
        lastUsed = null;
        if (!isTracking) {
            isTracking = usedBytes > budgetBytes / 4 * START_QUARTERS;
            return;
        }
        enrolSome();
        admitApplied();
        evictVictims();
    }

    private void enrolSome() {
        if (enrolledDatabase == Databases.COUNT) {
            return;
        }
        RedisBase database = databases.get(enrolledDatabase);
        if (database != null) {
            Keyspace keyspace = ((Database) database).content().resident();
            enrolledCursor = keyspace.walk(enrolledCursor, ENROLLED_AT_A_TIME, this::enrol);
        }
        if (enrolledCursor == 0) {
            enrolledDatabase++;
        }
    }

    private void admitApplied() {
        Awaited first = awaited.peek();
        if (first == null) {
            return;
        }
        long appliedLsn = store.appliedLsn();
        for (int i = 0; first != null && first.lsn <= appliedLsn && i < AWAITED_AT_A_TIME; i++) {
            awaited.remove();
            first.entry.isAwaited = false;
            if (!first.entry.isRemoved) {
                enrol(first.entry);
            }
            first = awaited.peek();
        }
    }

    private void evictVictims() {
        for (Entry victim = policy.pollVictim(); victim != null; victim = policy.pollVictim()) {
            if (victim.isRemoved || EvictionPolicy.knows(victim)) {
                continue;
            }
            if (!evictIfClean(victim)) {
                awaitApplied(victim);
            }
        }
    }

    /** Evicts an entry that the policy does not know, unless it has to stay. */
    boolean evictIfClean(Entry entry) {
        if (entry.pins > 0 || !isClean(entry, store.appliedLsn())) {
            return false;
        }
        databases.database(entry.database).content().evict(entry);
        usedBytes -= entry.weight;
        entry.weight = 0;
        statistics.evictions++;
        return true;
    }

    /** Evicts everything, whoever uses it; returns how many entries have to stay. */
    public int evictAll() {
        weighChanged();
        int kept = 0;
        for (RedisBase database : databases.values()) {
            for (Entry entry : ((Database) database).content().resident().all()) {
                policy.forget(entry);
                if (!evictIfClean(entry)) {
                    awaitApplied(entry);
                    kept++;
                }
            }
        }
        return kept;
    }

    private void awaitApplied(Entry victim) {
        if (!victim.isAwaited) {
            victim.isAwaited = true;
            awaited.add(new Awaited(victim, victim.lsn));
        }
    }
}

package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.events.EvictEvent;
import io.nvmredis.engine.events.HydrateEvent;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.ValueBuilder;
import io.nvmredis.engine.value.Values;
import io.nvmredis.engine.value.Weights;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.HashField;
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
import java.util.function.BooleanSupplier;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Choice of the entries that are in memory, where the cold side holds all of them: the entries changed by a transaction
 * that is not yet applied, and, as far as the budget goes, the most used of the others.
 *
 * <p>An entry is read in when a command needs it ({@link #find}, {@link #hydrate}). Entries are evicted only between
 * two commands ({@link #relieve}), because a running command keeps references to values. An entry that a command
 * changed, read in or removed is weighed once, when the command ends ({@link #weighChanged}).
 *
 * <p>While three quarters of the budget suffice, weights are only added up. Then the eviction policy starts: it is
 * given the entries that are in memory, a few per command, and from then on every clean entry. A new or changed entry
 * waits until its last change has been applied. A victim of the policy is evicted if it is clean; a victim that was
 * changed after the policy got it waits like a new entry.
 *
 * <p>Guarded by the engine's lock, except {@link #readUnlocked} and {@link #scanUnlocked}. {@link #close} waits for
 * these, because the cold side must not be asked after its persister was closed.
 */
public final class Residency {
    /** Number of quarters of the budget above which the policy starts. */
    private static final int START_QUARTERS = 3;

    /** Number of entries given to the policy per command while it starts. */
    private static final int ENROLLED_AT_A_TIME = 8;

    /** Maximum number of waiting entries given to the policy per command; a command rarely makes more than that. */
    private static final int AWAITED_AT_A_TIME = 64;

    private static final String HYDRATE = "hydrate";

    private final ColdStore store;
    private final Databases databases;
    private final Supplier<Clock> clockSupplier;
    private final long budgetBytes;
    private final EvictionPolicy policy;
    private final Statistics statistics;
    private final HydrationBudget hydration;
    private final BooleanSupplier isTimed;
    private final ObjLongConsumer<String> durations;
    /** Lock whose readers ask the cold side without the engine's lock. */
    private final ReentrantReadWriteLock unlockedReads = new ReentrantReadWriteLock();

    /** Kilobytes that commands waiting for big values may read in at one time. */
    private final Semaphore reading;

    private final int readableKilobytes;

    private volatile boolean isClosed;

    private final List<Entry> changed = new ArrayList<>();
    private final ArrayDeque<Awaited> awaited = new ArrayDeque<>();
    private @Nullable Entry lastUsed;
    private long usedBytes;
    /**
     * Bytes in memory above which writers wait: so many changes are not applied yet that eviction cannot keep to the
     * budget.
     */
    private final long fullBytes;

    private volatile boolean isOverfull;

    private boolean isTracking;
    /** Database in which the policy is being given the entries that were in memory when it started. */
    private int enrolledDatabase;

    /** Cursor in that database, up to which its entries have been given to the policy. */
    private long enrolledCursor;

    /** An entry that may be given to the policy when the transaction of this LSN has been applied. */
    private record Awaited(Entry entry, long lsn) {}

    /**
     * Creates a residency of a cold side that is open.
     *
     * @param isTimed whether anybody wants to know durations now; asked often
     * @param durations receives how many nanoseconds it took to read a value in while other commands wait, as {@code
     *     hydrate}
     */
    public Residency(
            ColdStore store,
            Databases databases,
            Supplier<Clock> clockSupplier,
            long budgetBytes,
            Limits limits,
            HydrationBudget hydration,
            Statistics statistics,
            BooleanSupplier isTimed,
            ObjLongConsumer<String> durations) {
        this.store = store;
        this.databases = databases;
        this.clockSupplier = clockSupplier;
        this.budgetBytes = Math.min(budgetBytes, limits.maxDataBytes());
        fullBytes = this.budgetBytes + limits.maxValueBytes();
        this.statistics = statistics;
        this.hydration = hydration;
        this.isTimed = isTimed;
        this.durations = durations;
        readableKilobytes = (int) Math.max(1, Math.min(Integer.MAX_VALUE, (limits.maxReplyBytes() * 2) >> 10));
        reading = new Semaphore(readableKilobytes, true);
        policy = new EvictionPolicy(this.budgetBytes);
    }

    public ColdStore store() {
        return store;
    }

    /**
     * Ends all use of the cold side: it is not asked any more after this method returns. A command that needs it then
     * fails with an error that says so.
     */
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

    /** Returns the bytes that all entries in memory take, roughly. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Returns what the cold side knows of a key, or null if it does not hold the key. */
    @Nullable
    KeyInfo find(int database, byte[] key) {
        try {
            requireOpen();
            return store.find(database, key);
        } catch (PersistenceException e) {
            throw damaged(key, e);
        }
    }

    /** Returns what the cold side knows of a key, like {@link #find}, and shows its value unless that is a big one. */
    @Nullable
    KeyInfo load(int database, byte[] key, ValueBuilder builder) {
        // Each lookup of a key that is not in memory comes here: it reads no clock unless somebody wants to know.
        long startNanos = isTimed.getAsBoolean() ? System.nanoTime() : 0;
        HydrateEvent event = begun(database);
        try {
            requireOpen();
            KeyInfo info = store.load(database, key, ColdValue.BIG_BYTES, builder);
            if (info != null && info.storedBytes() <= ColdValue.BIG_BYTES) {
                event.storedBytes = info.storedBytes();
                event.commit();
                if (startNanos != 0) {
                    durations.accept(HYDRATE, System.nanoTime() - startNanos);
                }
            }
            return info;
        } catch (PersistenceException e) {
            throw damaged(key, e);
        }
    }

    /**
     * Looks up a field of a hash that is not in memory, and leaves the hash where it is.
     *
     * @return null if the hash is to be read in: memory is not short, the hash was used a short time ago, or the cold
     *     side cannot tell a field without the whole value
     */
    @Nullable
    HashField findField(int database, byte[] key, long hash, byte[] field) {
        if (!isTracking || policy.wantsInMemory(hash)) {
            return null;
        }
        try {
            requireOpen();
            HashField found = store.findField(database, key, field, ColdValue.BIG_BYTES);
            statistics.coldFieldReads += found == null ? 0 : 1;
            return found;
        } catch (PersistenceException e) {
            throw damaged(key, e);
        }
    }

    /** Prefetches like {@link ColdStore#prefetch} if the cold side is open; otherwise returns 0. */
    public long prefetch(long[] hashes, int count) {
        return isClosed ? 0 : store.prefetch(hashes, count);
    }

    /** Replaces a cold value by the value that the cold side holds. */
    void hydrate(Entry entry) {
        if (entry.value instanceof ColdValue cold) {
            long bytes = cold.storedBytes();
            // The length is from the lookup of the key. Its changes may have been applied since then, and the value may
            // have become shorter.
            hydration.hydrates(hydration.mayHydrate(bytes) ? bytes : storedBytes(entry, bytes));
            long startNanos = System.nanoTime();
            install(entry, read(entry));
            durations.accept(HYDRATE, System.nanoTime() - startNanos);
        }
    }

    /** Returns the bytes that the value of an entry takes now on the cold side. */
    private long storedBytes(Entry entry, long lastKnown) {
        KeyInfo info = find(entry.database, entry.keyBytes());
        return info == null ? lastKnown : info.storedBytes();
    }

    /** Reads the value of an entry as the cold side holds it. Any thread. */
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

    /** Scans like {@link ColdStore#scan}; returns 0 if the cold side is closed. Any thread. */
    public long scanUnlocked(long cursor, KeyVisitor visitor) {
        unlockedReads.readLock().lock();
        try {
            return isClosed ? 0 : store.scan(cursor, visitor);
        } finally {
            unlockedReads.readLock().unlock();
        }
    }

    /**
     * Waits until this many bytes may be read in; returns the number to pass to {@link #endReading}. Must not be called
     * with the engine's lock.
     */
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
        HydrateEvent event = begun(entry.database);
        try {
            requireOpen();
            KeyInfo info = load(entry, builder);
            if (info == null) {
                throw new PersistenceException("it was found, and is not there now");
            }
            event.storedBytes = info.storedBytes();
            event.commit();
        } catch (PersistenceException e) {
            throw damaged(entry.keyBytes(), e);
        }
        return builder;
    }

    private static HydrateEvent begun(int database) {
        HydrateEvent event = new HydrateEvent();
        event.database = database;
        event.begin();
        return event;
    }

    @Nullable
    KeyInfo load(Entry entry, ValueVisitor visitor) {
        return store.load(entry.database, entry.keyBytes(), visitor);
    }

    private static DamagedKeyException damaged(byte[] key, PersistenceException cause) {
        return new DamagedKeyException(Words.excerpt(key), cause);
    }

    /** Installs a value that has been read, in place of the cold value of an entry. */
    void install(Entry entry, ValueBuilder builder) {
        entry.value = builder.value();
        Values.makeObserved(entry);
        statistics.hydrations++;
        markChanged(entry);
    }

    /** Notes that a command used an entry. Repeated lookups by the same command count once. */
    void used(Entry entry) {
        if (isTracking && entry != lastUsed) {
            lastUsed = entry;
            // An entry that this command has marked is new, or the command has used it before.
            if (!entry.isMarkedChanged) {
                EvictionPolicy.used(entry);
            }
        }
    }

    /** Notes that a command read in, changed or removed an entry. */
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
        if (isOverfullNow) {
            store.applySoon();
        }
        if (isOverfullNow != isOverfull) {
            isOverfull = isOverfullNow;
        }
    }

    /** Tells whether too much is in memory that may not be evicted yet. Any thread. */
    public boolean isOverfull() {
        return isOverfull;
    }

    /**
     * Evicts as long as that helps, because no command evicts while the writers wait; returns whether there is room
     * again.
     */
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

    /** Gives an entry to the policy, at once or when its last change has been applied. */
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

    /** Evicts the entries that exceed the budget, if they may be evicted. */
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
        EvictEvent event = new EvictEvent();
        event.begin();
        long before = statistics.evictions;
        for (Entry victim = policy.pollVictim(); victim != null; victim = policy.pollVictim()) {
            if (victim.isRemoved || EvictionPolicy.knows(victim)) {
                continue;
            }
            if (!evictIfClean(victim)) {
                awaitApplied(victim);
            }
        }
        if (statistics.evictions > before) {
            event.count = statistics.evictions - before;
            event.usedBytes = usedBytes;
            event.commit();
        }
    }

    /**
     * Evicts an entry that the policy does not know, unless it is pinned or not clean; returns whether it was evicted.
     */
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

    /** Evicts every entry that may be evicted, used or not; returns the number of entries that have to stay. */
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

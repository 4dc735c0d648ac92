package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Observed;
import io.nvmredis.engine.value.ValueBuilder;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.HashField;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a database: the resident ones, which are in memory, and the cold ones, which only the cold side holds.
 *
 * <p>Invariants: {@link #count} is exact. A key that is on the cold side and not in memory counts, unless a transaction
 * that is not yet applied removed it ({@link Removals}). The cold side is not asked while every key is in memory. This
 * holds after the database is emptied, too: an entry may be evicted only after its last change was applied, and by then
 * the transaction that emptied the database has been applied as well.
 *
 * <p>Guarded by the engine's lock.
 */
public final class Keys {
    private final Database database;
    private Keyspace resident = new Keyspace();
    private final DeadlineList deadlines = new DeadlineList();
    private final Removals removals = new Removals();
    private KeyHasher hasher = KeyHasher.seeded();
    private @Nullable Residency residency;
    /** Whether some key has, as far as is known, ever been absent from memory. */
    private boolean hasBeenCold;

    /**
     * Number of keys; while {@link #isCounted} is false, only the change of that number since the cold side was
     * attached.
     */
    private long count;

    /**
     * Number of keys with a deadline; while {@link #isCounted} is false, only the change of it, like {@link #count}.
     */
    private long deadlineCount;
    /** Whether the counts include the keys that the cold side held when it was opened. */
    private boolean isCounted = true;
    /**
     * Reason why the cold side cannot tell how many keys it held when it was opened; it will not be able to later,
     * either.
     */
    private @Nullable PersistenceException countFailure;

    Keys(Database database) {
        this.database = database;
    }

    /** Attaches the cold side, which holds every key that is not in memory. No key is in memory yet. */
    void attach(Residency newResidency) {
        ColdStore store = newResidency.store();
        int index = database.index();
        residency = newResidency;
        hasher = key -> store.hash(index, key);
        isCounted = false;
        takeCountsIfKnown();
    }

    /**
     * Adds the counts that the cold side had when it was opened. May wait until they are known: see {@code
     * Engine.isCounting}.
     */
    private void takeCounts(ColdStore store) {
        int index = database.index();
        try {
            long opened = store.openedCount(index);
            deadlineCount += store.openedDeadlineCount(index);
            count += opened;
            hasBeenCold |= opened > 0;
            isCounted = true;
        } catch (PersistenceException e) {
            countFailure = e;
        }
    }

    private void requireCounts() {
        PersistenceException failed = countFailure();
        if (failed != null) {
            throw new DamagedKeyException(failed);
        }
    }

    private void takeCountsIfKnown() {
        Residency from = residency;
        if (countFailure == null && from != null && from.store().isCounted()) {
            takeCounts(from.store());
        }
    }

    /** Tells whether the number of keys is known. Does not wait. */
    private boolean isCountKnown() {
        if (!isCounted) {
            takeCountsIfKnown();
        }
        return isCounted;
    }

    /** Returns why the number of keys cannot be known, or null if it is known. May wait until either is certain. */
    public @Nullable PersistenceException countFailure() {
        Residency from = residency;
        if (!isCounted && countFailure == null && from != null) {
            takeCounts(from.store());
        }
        return countFailure;
    }

    /** Tells whether it is certain that every key is in memory. */
    private boolean isAllResident() {
        return isCountKnown() && count == resident.size();
    }

    /** Returns the number of keys, including expired keys that have not been removed yet. */
    public long count() {
        requireCounts();
        return count;
    }

    /** Returns the number of keys that have a deadline. */
    public long deadlineCount() {
        requireCounts();
        return deadlineCount;
    }

    /** Returns the number of keys that are not in memory. */
    long coldCount() {
        return count() - resident.size();
    }

    /** Tells whether a key may be absent from memory. */
    public boolean mayHaveColdKeys() {
        return !isAllResident();
    }

    /** Tells whether a key or a value may be absent from memory; stays true once a key has been. */
    boolean mayHaveColdValues() {
        return !isCountKnown() || hasBeenCold;
    }

    /** Returns the number of removed keys that the cold side may still show. */
    int removalCount() {
        return removals.size();
    }

    public Keyspace resident() {
        return resident;
    }

    /** Returns the entries in memory that have a deadline. */
    public DeadlineList residentDeadlines() {
        return deadlines;
    }

    public long hash(byte[] key) {
        return hasher.hash(key);
    }

    /**
     * Returns the entry of a key, or null; expired or not: the clock is not read. The value may be a {@link ColdValue}.
     */
    public @Nullable Entry find(Slice key) {
        return find(key, false);
    }

    /**
     * Returns the entry of a key like {@link #find}, with its value, which the same search reads in unless it is a big
     * one.
     */
    @Nullable
    Entry findWithValue(Slice key) {
        return find(key, true);
    }

    private @Nullable Entry find(Slice key, boolean withValue) {
        long hash = hasher.hash(RawBytes.of(key));
        Entry entry = resident.get(hash, key);
        if (entry != null) {
            return entry;
        }
        Residency from = coldSideOf(key);
        return from == null ? null : findCold(from, key, hash, withValue);
    }

    /**
     * Returns the cold side if a key that is not in memory may be there, otherwise null. The applied LSN is read before
     * the search: the cold side then contains every transaction up to that LSN when it is searched.
     */
    private @Nullable Residency coldSideOf(Slice key) {
        Residency from = residency;
        return from == null
                        || isAllResident()
                        || removals.hides(key, from.store().appliedLsn())
                ? null
                : from;
    }

    private @Nullable Entry findCold(Residency from, Slice key, long hash, boolean withValue) {
        ValueBuilder builder = withValue ? new ValueBuilder(database.clockSupplier()) : null;
        KeyInfo info = builder == null
                ? from.find(database.index(), RawBytes.of(key))
                : from.load(database.index(), RawBytes.of(key), builder);
        if (info == null) {
            return null;
        }
        ColdValue cold = new ColdValue(info.type(), info.storedBytes());
        Entry entry = new Entry(database.recorder(), database.index(), key, hash, cold);
        entry.lsn = info.lsn();
        entry.isLogged = true;
        entry.deadline = info.deadlineMillis();
        resident.add(entry);
        if (entry.deadline != Entry.NO_DEADLINE) {
            deadlines.add(entry);
        }
        from.markChanged(entry);
        if (builder != null && !cold.isBig()) {
            from.install(entry, builder);
        }
        return entry;
    }

    /**
     * Looks up a field of a hash that is on the cold side alone, if {@link Residency#findField} finds that better than
     * to read the hash in; otherwise returns null. The hash stays out of memory.
     */
    @Nullable
    HashField findColdField(Slice key, Slice field) {
        if (isAllResident()) {
            return null;
        }
        byte[] bytes = RawBytes.of(key);
        long hash = hasher.hash(bytes);
        Residency from = resident.get(hash, key) == null ? coldSideOf(key) : null;
        return from == null ? null : from.findField(database.index(), bytes, hash, RawBytes.of(field));
    }

    /** Tells whether a key has a big value that is not in memory; reads in nothing, not even the key. */
    boolean isBigAndCold(Slice key) {
        byte[] bytes = RawBytes.of(key);
        Entry entry = resident.get(hasher.hash(bytes), key);
        if (entry != null) {
            return entry.value instanceof ColdValue cold && cold.isBig();
        }
        Residency from = coldSideOf(key);
        KeyInfo info = from == null ? null : from.find(database.index(), bytes);
        return info != null && info.storedBytes() > ColdValue.BIG_BYTES;
    }

    /** Adds a key that {@link #find} did not find. */
    Entry add(Slice key, RMDataStructure value) {
        Entry entry = new Entry(database.recorder(), database.index(), key, hasher.hash(RawBytes.of(key)), value);
        entry.snapshotId = database.snapshots().lastId();
        resident.add(entry);
        count++;
        return entry;
    }

    /** Removes a key. If the log holds the key, the cold side shows it until this transaction is applied. */
    void remove(Entry entry, long lsn) {
        database.snapshots().beforeLoss(entry);
        takeOut(entry);
        count--;
        if (entry.deadline != Entry.NO_DEADLINE) {
            deadlineCount--;
        }
        database.recorder().weighLater(entry);
        if (residency != null) {
            residency.markChanged(entry);
            if (entry.isLogged) {
                removals.add(entry.key, lsn, residency.store().appliedLsn());
            }
        }
    }

    /** Evicts from memory an entry that the cold side holds in its present state. */
    void evict(Entry entry) {
        hasBeenCold = true;
        database.snapshots().evicted(entry);
        takeOut(entry);
        if (entry.value instanceof Observed observed) {
            observed.attach(null);
        }
    }

    private void takeOut(Entry entry) {
        resident.remove(entry);
        if (entry.deadline != Entry.NO_DEADLINE) {
            deadlines.remove(entry);
        }
        entry.isRemoved = true;
    }

    void setDeadline(Entry entry, long deadline) {
        database.snapshots().beforeChange(entry);
        if (entry.deadline != Entry.NO_DEADLINE) {
            deadlines.remove(entry);
            deadlineCount--;
        }
        entry.deadline = deadline;
        if (deadline != Entry.NO_DEADLINE) {
            deadlines.add(entry);
            deadlineCount++;
        }
    }

    /** Removes all keys; the action receives each entry that is in memory. */
    void clear(Consumer<Entry> action) {
        boolean isTaken = database.snapshots().beforeClear(database);
        resident.forEach(entry -> {
            entry.isRemoved = true;
            action.accept(entry);
            database.recorder().forgetWeight(entry);
            if (residency != null) {
                residency.markChanged(entry);
            }
        });
        if (isTaken) {
            resident = new Keyspace();
        } else {
            resident.clear();
        }
        deadlines.clear();
        removals.clear();
        count = 0;
        deadlineCount = 0;
        hasBeenCold |= !isCounted;
        isCounted = true;
        countFailure = null;
    }

    /** Receiver of the keys of a scan: as an entry if the key is in memory, otherwise as the cold side describes it. */
    public interface Visitor {
        void resident(Entry entry);

        void cold(Slice key, KeyInfo info);
    }

    /**
     * Shows the keys whose hashes are not below the cursor, some keys per call, each key once.
     *
     * @param wanted number of keys, roughly, after which the scan returns
     * @return the cursor of the next call, a number whose low 16 bits are zero; 0 at the end
     */
    public long scan(long cursor, int wanted, Visitor visitor) {
        if (residency == null || isAllResident()) {
            return resident.walk(cursor, wanted, visitor::resident);
        }
        ColdStore store = residency.store();
        // The applied LSN is read first: the scan then shows no key whose removal is applied according to that LSN.
        ColdScan cold = new ColdScan(store.appliedLsn(), visitor);
        long next = scanCold(store, cursor, cold);
        while (next != 0 && cold.seen < wanted) {
            next = scanCold(store, next, cold);
        }
        resident.forEachBetween(cursor, next, visitor::resident);
        return next;
    }

    private static long scanCold(ColdStore store, long cursor, KeyVisitor visitor) {
        try {
            return store.scan(cursor, visitor);
        } catch (PersistenceException e) {
            throw new DamagedKeyException(e);
        }
    }

    /** Visitor of the cold side that passes on the keys of this database that are neither in memory nor removed. */
    private final class ColdScan implements KeyVisitor {
        private final long appliedLsn;
        private final Visitor visitor;
        /** Number of keys visited, of any database, because each of them costs time. */
        private int seen;

        ColdScan(long appliedLsn, Visitor visitor) {
            this.appliedLsn = appliedLsn;
            this.visitor = visitor;
        }

        @Override
        public void key(int index, byte[] bytes, KeyInfo info) {
            seen++;
            if (index == database.index()) {
                Slice key = Slice.create(bytes);
                if (resident.get(hasher.hash(bytes), key) == null && !removals.hides(key, appliedLsn)) {
                    visitor.cold(key, info);
                }
            }
        }
    }
}

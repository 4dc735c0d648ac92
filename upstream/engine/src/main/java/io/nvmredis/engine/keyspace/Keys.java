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
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a database: those in memory, and those that the cold side alone holds.
 *
 * <p>Invariants: {@link #count} is exact. A key on the cold side that is not in memory counts unless a transaction that
 * has not been applied removed it ({@link Removals}). If no key is missing in memory the cold side is not asked: so
 * neither is it after the database was emptied, because by the time that an entry may be evicted, the transaction that
 * emptied the database has been applied.
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
    /** Whether there has ever been a key that is not in memory, as far as is known. */
    private boolean hasBeenCold;

    /** Since the cold side was attached, as long as it has not told how many keys there were. */
    private long count;

    private long deadlineCount;
    private boolean isCounted = true;
    /** Why the cold side cannot tell how many there were; it will not change its mind. */
    private @Nullable PersistenceException countFailure;

    Keys(Database database) {
        this.database = database;
    }

    /** From now on what is not in memory is on the cold side. There is nothing in memory yet. */
    void attach(Residency newResidency) {
        ColdStore store = newResidency.store();
        int index = database.index();
        residency = newResidency;
        hasher = key -> store.hash(index, key);
        isCounted = false;
        takeCountsIfKnown();
    }

    /** May wait until they are known: see {@code Engine.isCounting}. */
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

    /** Whether it is known how many keys there are. Does not wait. */
    private boolean isCountKnown() {
        if (!isCounted) {
            takeCountsIfKnown();
        }
        return isCounted;
    }

    /** Why it will not be known how many keys there are; null if it is known. May wait until one of the two is clear. */
    public @Nullable PersistenceException countFailure() {
        Residency from = residency;
        if (!isCounted && countFailure == null && from != null) {
            takeCounts(from.store());
        }
        return countFailure;
    }

    /** Whether no key can be on the cold side alone. */
    private boolean isAllResident() {
        return isCountKnown() && count == resident.size();
    }

    /** Keys, those included that have expired and that nobody has looked for since. */
    public long count() {
        requireCounts();
        return count;
    }

    /** Keys that have a deadline. */
    public long deadlineCount() {
        requireCounts();
        return deadlineCount;
    }

    /** Keys that are not in memory. */
    long coldCount() {
        return count() - resident.size();
    }

    /** Whether there may be keys that are not in memory. */
    public boolean mayHaveColdKeys() {
        return !isAllResident();
    }

    /** False as long as every key and its value are in memory. */
    boolean mayHaveColdValues() {
        return !isCountKnown() || hasBeenCold;
    }

    /** Keys removed that the cold side may still show. */
    int removalCount() {
        return removals.size();
    }

    public Keyspace resident() {
        return resident;
    }

    /** Entries in memory that have a deadline. */
    public DeadlineList residentDeadlines() {
        return deadlines;
    }

    public long hash(byte[] key) {
        return hasher.hash(key);
    }

    /** The entry of a key, expired or not, without looking at the clock; its value may be a cold one. */
    public @Nullable Entry find(Slice key) {
        return find(key, false);
    }

    /** The same for who needs the value, too: it is read in with the one search, unless it is a big one. */
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
        return residency == null || isAllResident() ? null : findCold(residency, key, hash, withValue);
    }

    /** The applied LSN is read first, so that what it says is contained in what is found. */
    private @Nullable Entry findCold(Residency from, Slice key, long hash, boolean withValue) {
        if (removals.hides(key, from.store().appliedLsn())) {
            return null;
        }
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

    /** Adds a key that {@link #find} has not found. */
    Entry add(Slice key, RMDataStructure value) {
        Entry entry = new Entry(database.recorder(), database.index(), key, hasher.hash(RawBytes.of(key)), value);
        entry.snapshotId = database.snapshots().lastId();
        resident.add(entry);
        count++;
        return entry;
    }

    /** Takes a key away. If the log has it, the cold side shows it until this transaction is applied. */
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

    /** Takes an entry out of memory that the cold side holds as it is. */
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

    /** Takes all keys away, after the action has been told of each that is in memory. */
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

    /** Shown keys: those in memory as entries, the others as the cold side shows them. */
    public interface Visitor {
        void resident(Entry entry);

        void cold(Slice key, KeyInfo info);
    }

    /**
     * Shows the keys whose hashes lie from the cursor on, a few at a time, each once.
     *
     * @param wanted how many make it worth while to return, roughly
     * @return where to go on, a number whose low 16 bits are zero; 0 at the end
     */
    public long scan(long cursor, int wanted, Visitor visitor) {
        if (residency == null || isAllResident()) {
            return resident.walk(cursor, wanted, visitor::resident);
        }
        ColdStore store = residency.store();
        // The applied LSN is read first, so that the scan shows no key whose removal it says has been applied.
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

    /** Passes on the keys of this database that are not in memory and have not been removed. */
    private final class ColdScan implements KeyVisitor {
        private final long appliedLsn;
        private final Visitor visitor;
        /** Keys of any database: each costs time. */
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

package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Image;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot without a fork: it walks over the keys of each database in the order of their hashes. It copies a few keys
 * at a time under the engine's lock, and shows the copies without the lock. The copies are references to byte arrays
 * that are never written to.
 *
 * <p>Before a key that the walk has not reached is changed, the key is set aside as it was at the cut. The walk skips
 * such a key, and also a key that is newer than the cut. An entry in memory carries a mark that says so; of an entry
 * that is evicted with the mark, the snapshot remembers the key until the walk has passed it. After the walk has passed
 * a key, its changes do not concern the snapshot, unless its value is a big one that is still being copied.
 *
 * <p><b>Cost.</b> The lock is held for about {@link #LOCK_NANOS} at a time. The first change in place of a big
 * collection that is not fully copied copies the rest of it: some ten milliseconds per million elements, once per
 * collection and snapshot. Replacing or removing a collection costs nothing, because the snapshot takes its value over.
 * The bytes set aside stay below {@link #MAX_ASIDE_BYTES} plus what one command adds: beyond that, commands that write
 * wait ({@code Engine.isBackedUp}) until the values have been shown. Of a big collection only the references count, so
 * that, at worst, the removed big collections stay in memory until they have been shown. A database that is emptied
 * leaves its keyspace to the snapshot; if some of its data are only on the cold side, the snapshot fails. A value on
 * the cold side that is replaced or removed before its turn is read under the lock, however big.
 *
 * <p>Guarded by the engine's lock, except the batch, which belongs to the showing thread.
 */
public final class RunningSnapshot implements Snapshot {
    static final long MAX_ASIDE_BYTES = 64L << 20;

    private static final long LOCK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** Bytes in the batch from which it is shown. */
    private static final long BATCH_BYTES = 512 << 10;

    private static final int KEYS_AT_A_TIME = 16;
    private static final int ELEMENTS_AT_A_TIME = 256;

    /** Databases, which are the engine's lock as well. */
    private final Databases databases;

    private final ColdReader coldSide;
    private final Runnable roomNews;
    private final ObjLongConsumer<String> durations;
    private final Snapshots snapshots;
    private final int id;
    private final long lsn;
    private final long[] keyCounts = new long[Databases.COUNT];
    private final long[] deadlineCounts = new long[Databases.COUNT];

    /** Database that the walk is in. */
    private int walked;

    /** Cursor of the walk in that database. */
    private long cursor;
    /** Whether the walk has reached the end of that database. */
    private boolean isWalked;

    private boolean isOver;
    private boolean isClosed;
    private @Nullable PersistenceException failure;

    /** Values by database, to be shown when the walk is in that database. */
    private final List<ArrayDeque<SnapshotValue>> waiting = new ArrayList<>();

    /** The libraries of functions, until they have been shown. */
    private List<LibraryCodes.Library> libraries;

    private final EvictedKeys evicted = new EvictedKeys();
    /** Keyspaces by database, as they were in memory when the database was emptied. */
    private final @Nullable Keyspace[] left = new Keyspace[Databases.COUNT];

    /**
     * Values that are not fully copied, by {@link SnapshotValue#handle}: by the entry that has the value, or by the
     * value itself if no entry has it any more.
     */
    private final IdentityHashMap<Object, SnapshotValue> open = new IdentityHashMap<>();

    /** Bytes of the values that are set aside. */
    private long asideBytes;
    /** Value that is being shown piece by piece. */
    private @Nullable SnapshotValue current;

    private final ArrayDeque<SnapshotValue.Piece> batch = new ArrayDeque<>();
    private long batchBytes;
    private long startNanos;

    /**
     * Begins a snapshot. The caller holds the engine's lock.
     *
     * @param residency null if all data are in memory
     * @param roomNews called when writers had to wait because too much was set aside, and there is room again
     * @param durations receives the nanoseconds for which the lock was held for a batch, with the name of this activity
     */
    public RunningSnapshot(
            Databases databases,
            @Nullable Residency residency,
            Snapshots snapshots,
            long lsn,
            Runnable roomNews,
            ObjLongConsumer<String> durations) {
        this.databases = databases;
        coldSide = new ColdReader(residency);
        this.roomNews = roomNews;
        this.durations = durations;
        this.snapshots = snapshots;
        this.lsn = lsn;
        id = snapshots.nextId();
        libraries = databases.libraries().all();
        for (int index = 0; index < Databases.COUNT; index++) {
            waiting.add(new ArrayDeque<>());
            RedisBase database = databases.get(index);
            if (database != null) {
                keyCounts[index] = ((Database) database).content().count();
                deadlineCounts[index] = ((Database) database).content().deadlineCount();
            }
        }
    }

    @Override
    public long lsn() {
        return lsn;
    }

    @Override
    public long keyCount(int database) {
        return keyCounts[database];
    }

    @Override
    public long deadlineCount(int database) {
        return deadlineCounts[database];
    }

    @Override
    public boolean advance(SnapshotVisitor visitor) {
        LibrarySnapshot.show(libraries, visitor);
        libraries = List.of();
        boolean isMore = fill();
        while (!batch.isEmpty()) {
            batch.remove().show(visitor);
        }
        return isMore;
    }

    /** Fills the batch; returns false if no more data follow. */
    private boolean fill() {
        batchBytes = 0;
        SnapshotValue toRead;
        Keyspace leftHere;
        boolean hasRoom;
        boolean isMore;
        synchronized (databases) {
            requireSound();
            startNanos = System.nanoTime();
            try {
                while (isWorthGoingOn() && step()) {
                    // Each step copies a few more keys or elements.
                }
            } catch (PersistenceException e) {
                fail(e);
            } catch (DamagedKeyException e) {
                fail(new PersistenceException(String.valueOf(e.getMessage()), e));
            }
            requireSound();
            isMore = !isOver;
            toRead = current != null && current.isCold() ? current : null;
            leftHere = current == null && !isWalked && !isOver ? left[walked] : null;
            snapshots.weigh();
            hasRoom = snapshots.takeRoomNews();
            durations.accept("snapshot", System.nanoTime() - startNanos);
        }
        if (hasRoom) {
            roomNews.run();
        }
        if (toRead != null) {
            readCold(toRead);
        } else if (leftHere != null && batch.isEmpty()) {
            walkLeft(leftHere);
        }
        return isMore;
    }

    private void requireSound() {
        if (failure != null) {
            throw new PersistenceException(String.valueOf(failure.getMessage()), failure);
        }
        if (isClosed) {
            throw new IllegalStateException("this snapshot is closed");
        }
    }

    private boolean isWorthGoingOn() {
        return batchBytes < BATCH_BYTES && System.nanoTime() - startNanos < LOCK_NANOS;
    }

    /**
     * Makes one step under the lock; returns false if the next step is made without the lock, or if the snapshot is
     * over.
     */
    private boolean step() {
        if (current != null) {
            return showCurrent(current);
        }
        SnapshotValue next = waiting.get(walked).poll();
        if (next != null) {
            asideBytes -= next.bytes();
            next.isAside(false);
            current = next;
            return true;
        }
        if (!isWalked) {
            return walk();
        }
        return goToNextDatabase();
    }

    private boolean showCurrent(SnapshotValue value) {
        if (value.isCold()) {
            return false;
        }
        Object handle = value.handle();
        value.copy(ELEMENTS_AT_A_TIME);
        batch(value);
        if (value.isWhole()) {
            current = null;
            if (handle != null) {
                open.remove(handle);
            }
        }
        return true;
    }

    private void batch(SnapshotValue value) {
        SnapshotValue.Piece piece = value.piece();
        if (piece.isFirst() || piece.isLast() || !piece.image().isEmpty()) {
            batch.add(piece);
            batchBytes += piece.bytes();
        }
    }

    private boolean goToNextDatabase() {
        left[walked] = null;
        evicted.clear(walked);
        if (walked == Databases.COUNT - 1) {
            isOver = true;
            snapshots.remove(this);
            return false;
        }
        walked++;
        cursor = 0;
        isWalked = false;
        return true;
    }

    private boolean walk() {
        if (left[walked] != null) {
            return false;
        }
        RedisBase database = databases.get(walked);
        if (database == null) {
            isWalked = true;
            return true;
        }
        Walker walker = new Walker();
        cursor = ((Database) database).content().scan(cursor, KEYS_AT_A_TIME, walker);
        isWalked = cursor == 0;
        walker.entries.forEach(this::showCold);
        walker.cold.forEach(key -> showCold((Database) database, key));
        return true;
    }

    /**
     * Walks, without the lock, over a keyspace that an emptied database left to the snapshot. Only other snapshots that
     * walk over it share it.
     */
    private void walkLeft(Keyspace keyspace) {
        long from = cursor;
        long to = from;
        List<SnapshotValue> found = new ArrayList<>();
        startNanos = System.nanoTime();
        do {
            to = keyspace.walk(to, KEYS_AT_A_TIME, entry -> {
                if (entry.snapshotId < id) {
                    SnapshotValue value = SnapshotValue.of(entry);
                    value.lose();
                    found.add(value);
                    batchBytes += value.bytes();
                }
            });
        } while (to != 0 && isWorthGoingOn());
        synchronized (databases) {
            cursor = to;
            isWalked = to == 0;
            found.forEach(this::add);
        }
    }

    /** Sets a value aside, to be shown with the others of its database. */
    private void add(SnapshotValue value) {
        asideBytes += value.bytes();
        value.isAside(true);
        waiting.get(value.database()).add(value);
        track(value);
    }

    private void track(SnapshotValue value) {
        Object handle = value.handle();
        if (handle != null) {
            open.put(handle, value);
        }
    }

    /** Visitor that copies keys of the database under the lock. */
    private final class Walker implements Keys.Visitor {
        /** Values of entries whose content the cold side has; their deadline may be newer than the cold side's. */
        private final List<SnapshotValue> entries = new ArrayList<>();
        /** Keys that only the cold side has. */
        private final List<Slice> cold = new ArrayList<>();

        @Override
        public void resident(Entry entry) {
            if (entry.snapshotId < id && !takeEvicted(entry.key)) {
                SnapshotValue value = SnapshotValue.of(entry);
                if (value.isCold()) {
                    entries.add(value);
                } else if (value.isWhole()) {
                    batch(value);
                } else {
                    add(value);
                }
            }
        }

        @Override
        public void cold(Slice key, KeyInfo info) {
            if (!takeEvicted(key)) {
                cold.add(key);
            }
        }
    }

    /** Copies a key with its value; a big value is read later, without the lock. */
    private void showCold(Database database, Slice key) {
        Image image = new Image();
        KeyInfo info = coldSide.readSmall(database.index(), RawBytes.of(key), image);
        if (info.storedBytes() <= ColdValue.BIG_BYTES) {
            batch(SnapshotValue.of(database.index(), RawBytes.of(key), info.deadlineMillis(), image));
            return;
        }
        Entry entry = database.content().find(key);
        if (entry != null) {
            addBig(SnapshotValue.of(entry));
        }
    }

    /** Copies the value of a key that is in memory without it; a big value is read later, without the lock. */
    private void showCold(SnapshotValue value) {
        Image image = new Image();
        if (coldSide.readSmall(value.database(), value.key(), image).storedBytes() <= ColdValue.BIG_BYTES) {
            value.read(image);
            batch(value);
        } else {
            addBig(value);
        }
    }

    private void addBig(SnapshotValue value) {
        value.pin();
        add(value);
    }

    /**
     * Reads a big value without the lock; see {@link BigValues} for why it is the right value if it is still needed
     * after that.
     */
    private void readCold(SnapshotValue value) {
        Image image = new Image();
        PersistenceException damage = null;
        try {
            image = coldSide.readUnlocked(value.database(), value.key());
        } catch (PersistenceException e) {
            damage = e;
        }
        synchronized (databases) {
            Object handle = value.handle();
            if (!value.isCold() || current != value || handle == null) {
                return;
            }
            if (damage != null) {
                fail(damage);
            } else {
                value.read(image);
                open.remove(handle);
            }
        }
    }

    /**
     * Keeps the value of an entry that is about to change, or to lose its value, for the first time since the last
     * snapshot began.
     */
    void beforeChange(Entry entry, boolean isLost) {
        if (isOver || failure != null) {
            return;
        }
        try {
            SnapshotValue owed = owed(entry);
            if (owed != null) {
                keep(owed, entry, isLost);
            } else if (isAhead(entry)) {
                SnapshotValue value = copy(entry);
                keep(value, entry, isLost);
                add(value);
            }
        } catch (PersistenceException e) {
            fail(e);
        } catch (DamagedKeyException e) {
            fail(new PersistenceException(String.valueOf(e.getMessage()), e));
        }
    }

    private SnapshotValue copy(Entry entry) {
        boolean isAppended = entry.value instanceof RMString string && string.size() > entry.loggedLength;
        return isAppended ? SnapshotValue.before(entry, (RMString) entry.value) : SnapshotValue.of(entry);
    }

    private void keep(SnapshotValue value, Entry entry, boolean isLost) {
        long before = value.bytes();
        open.remove(entry);
        if (value.isCold()) {
            value.read(coldSide.read(entry));
        } else if (value.isShared()) {
            if (isLost) {
                value.lose();
            } else {
                value.copyRest();
            }
        }
        track(value);
        if (value.isAside()) {
            asideBytes += value.bytes() - before;
        }
    }

    /** Returns the value of an entry that the walk has passed and that is not fully copied, or null. */
    private @Nullable SnapshotValue owed(Entry entry) {
        return open.isEmpty() ? null : open.get(entry);
    }

    boolean isOwed(Entry entry) {
        return owed(entry) != null;
    }

    /** Tells whether the walk has not reached an entry yet that is still as it was at the cut. */
    private boolean isAhead(Entry entry) {
        return entry.snapshotId < id && !hasPassed(entry) && !evicted.contains(entry.database, entry.key);
    }

    private boolean hasPassed(Entry entry) {
        int index = entry.database;
        if (index != walked || isOver) {
            return isOver || index < walked;
        }
        return isWalked || Long.compareUnsigned(entry.hash, cursor) < 0;
    }

    void evicted(Entry entry) {
        if (isOver || failure != null) {
            return;
        }
        SnapshotValue owed = owed(entry);
        if (owed != null) {
            open.remove(entry);
            owed.lose();
        }
        if (entry.snapshotId >= id && !hasPassed(entry)) {
            evicted.add(entry.database, entry.key);
        }
    }

    /** Tells whether a key that the walk has reached was changed and evicted before; the snapshot forgets it. */
    private boolean takeEvicted(Slice key) {
        return evicted.remove(walked, key);
    }

    /** Takes over the keyspace of a database that is about to be emptied; returns whether it has. */
    boolean beforeClear(Database database) {
        int index = database.index();
        boolean hasPassed = isOver || index < walked || (index == walked && isWalked);
        if (failure != null || (hasPassed && !owesCold(index)) || left[index] != null) {
            return false;
        }
        if (database.content().mayHaveColdValues()) {
            fail(new PersistenceException("database " + index + " was emptied while a snapshot was being taken, and not"
                    + " all that was in it is in memory; begin again"));
            return false;
        }
        left[index] = database.content().resident();
        return true;
    }

    private boolean owesCold(int index) {
        return open.values().stream().anyMatch(value -> value.database() == index && value.isCold());
    }

    boolean holds(RMDataStructure value) {
        return !open.isEmpty() && open.containsKey(value);
    }

    boolean isFull() {
        return asideBytes + evicted.bytes() > MAX_ASIDE_BYTES;
    }

    private void fail(PersistenceException cause) {
        failure = cause;
        release();
    }

    private void release() {
        snapshots.remove(this);
        for (int index = 0; index < Databases.COUNT; index++) {
            waiting.get(index).forEach(SnapshotValue::unpin);
            waiting.get(index).clear();
            evicted.clear(index);
            left[index] = null;
        }
        if (current != null) {
            current.unpin();
        }
        current = null;
        open.clear();
        asideBytes = 0;
    }

    @Override
    public void close() {
        synchronized (databases) {
            if (!isClosed) {
                isClosed = true;
                release();
            }
        }
        roomNews.run();
    }
}

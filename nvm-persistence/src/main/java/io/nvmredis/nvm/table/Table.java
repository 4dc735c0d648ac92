package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.spi.HashField;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Table of all keys and their values, on persistent memory.
 *
 * <p>The writer applies effects, which are gathered in a batch, and {@link #publish}es the batch, which makes it
 * durable and visible, wholly or not at all. Effects may be applied again: those that a key contains already, by their
 * LSN, are skipped. So after a crash all effects above the {@link #checkpointLsn} are applied again, in order, without
 * harm.
 *
 * <p>Opening reads the table's own file, the headers of the other files, the journal of the last batch, and the index
 * up to a size: see {@link IndexCheck}. After it all counters are exact, since the journal of a batch has them.
 *
 * <p>Threads: one writer calls {@link #apply}, {@link #prefetch}, {@link #flush}, {@link #publish}, {@link
 * #checkpoint}, {@link #maintain}, {@link #lsn}, {@link #verify} and {@link #close}. Any thread calls the others, at
 * any time, without a lock, and sees batches as they are published; one key of a batch may be seen shortly before
 * another.
 */
public final class Table implements AutoCloseable {
    /**
     * Bytes that the cleaner looks at or writes per byte appended: enough to gain more than was appended, see {@link
     * Cleaner}.
     */
    private static final int CLEANING_FACTOR = 6;

    private static final int CLEANING_MINIMUM = 4096;
    /** Divisor of the budget: the sweeper, and the check of the index, get one part each while they have work to do. */
    private static final int SWEEPING_PART = 4;

    private final TableCore core;
    private final KeyWriter keys;
    private final Cleaner cleaner;
    private final Sweeper sweeper;
    private final IndexCompactor compactor;
    private final KeyChange keyChange = new KeyChange();
    private long appendedBytes;

    private Table(TableFiles files, TableState state, long checkedAtOnce) {
        this.core = new TableCore(files, state, checkedAtOnce);
        core.words().foundLibraries(hasLibraries());
        this.keys = new KeyWriter(core);
        this.cleaner = new Cleaner(core, keys);
        this.sweeper = new Sweeper(core);
        this.compactor = new IndexCompactor(core);
    }

    /** Returns whether there are libraries of functions; no, where that cannot be read, as who asks for them is told. */
    private boolean hasLibraries() {
        try {
            return info(LibraryEffects.DATABASE, LibraryEffects.key()) != null;
        } catch (PersistenceException e) {
            return false;
        }
    }

    /**
     * Opens the table in a directory, or makes an empty one.
     *
     * @param shape shape of a table that is made now; an existing one keeps its own
     * @param capacityBytes most bytes that its files may take together
     * @param ids gives the id of a table that is made now
     * @throws PersistenceException if the table is damaged, incomplete or of another version; nothing has been changed
     *     then
     */
    public static Table open(PmemDirectory directory, TableShape shape, long capacityBytes, LongSupplier ids) {
        return open(directory, shape, capacityBytes, ids, IndexCheck.AT_ONCE);
    }

    /** Opens a table with another size up to which the index is compared with its sum at once. */
    static Table open(
            PmemDirectory directory, TableShape shape, long capacityBytes, LongSupplier ids, long checkedAtOnce) {
        TableOpener opener = new TableOpener(directory, shape, capacityBytes, ids);
        TableState state = opener.open();
        if (state.isOld()) {
            TableConverter.convert(opener.files(), state);
            state = opener.open();
        }
        try {
            return new Table(opener.files(), state, checkedAtOnce);
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /**
     * Reports to a receiver how many nanoseconds each fold and each step of cleaning takes, as {@code fold} and {@code
     * clean}. Called before the writer begins.
     */
    public void reportDurations(ObjLongConsumer<String> receiver) {
        core.reportDurations(receiver);
    }

    /** Applies effects to one key: see {@link #apply(long, int, byte[], int, int, KeyEffects)}. */
    public boolean apply(int database, byte[] key, KeyEffects change) {
        return apply(hash(database, key), database, key, 0, key.length, change);
    }

    /**
     * Applies effects to one key; they are not durable or visible before {@link #publish}, which this method may call.
     * The key is read from an array during the call.
     *
     * <p>The room that a new key needs in the index is reserved here, so that applied effects can always be published,
     * and a full disk never prevents the deletion of keys.
     *
     * @param hash hash of the key, as {@link #hash(int, byte[], int, int)} returns it
     * @return whether the effects changed anything; false if the key contains them already
     * @throws NoSpaceException if there is no room; earlier changes stay in the batch, and nothing else has changed
     * @throws PersistenceException if the key cannot be read, or the effects do not fit it, or if a batch that was full
     *     could not be made durable
     */
    public boolean apply(long hash, int database, byte[] key, int offset, int length, KeyEffects change) {
        core.requireHealthy();
        if (core.isBatchFull()) {
            publish();
        }
        Located old = core.locate(hash, database, key, offset, length);
        int from = change.firstAbove(knownLsn(old));
        if (from == change.count()) {
            return false;
        }
        boolean isThere = isAlive(old);
        keyChange.compile(isThere ? old.record().header() : null, change, from);
        if (!old.isFound() && (keyChange.exists() || keyChange.needsImage())) {
            core.reserveSlot();
        }
        long lsn = change.lsn(change.count() - 1);
        boolean hadDeadline = isThere && old.record().header().deadline() != ValueImage.NO_DEADLINE;
        return keyChange.needsImage()
                ? writeImage(old, isThere, hadDeadline, change, from, lsn)
                : write(old, isThere, hadDeadline, lsn);
    }

    private boolean isAlive(Located located) {
        return located.isFound() && core.isAlive(located.record().header());
    }

    private boolean write(Located old, boolean isThere, boolean hadDeadline, long lsn) {
        boolean exists = keyChange.exists();
        if (!keyChange.hasEffect() || (!exists && !isThere)) {
            return false;
        }
        if (!exists) {
            keys.writeTombstone(old, lsn);
        } else if (keyChange.isReset()) {
            keys.writeBase(old, keyChange, lsn);
        } else {
            keys.writeDelta(old, keyChange, lsn);
        }
        count(old.database(), isThere, hadDeadline, exists, keyChange.deadline());
        return true;
    }

    /** Makes the value to know the outcome, and writes that. */
    private boolean writeImage(
            Located old, boolean isThere, boolean hadDeadline, KeyEffects change, int from, long lsn) {
        ValueImage image = isThere ? TableCore.image(core.chain(old.record())) : new ValueImage();
        EffectReader reader = new EffectReader();
        for (int i = from; i < change.count(); i++) {
            TableCore.applyAll(image, reader.reset(change.bytes(i), change.offset(i), change.length(i)));
        }
        boolean exists = image.type() != null;
        if (exists && isStillOfType(old, image)) {
            // Only the effects are written: the value was made to be counted.
            keyChange.setOutcome(image);
            keys.writeDelta(old, keyChange, lsn);
        } else if (exists) {
            keys.writeImage(old, image, lsn, false);
        } else if (isThere) {
            keys.writeTombstone(old, lsn);
        }
        count(old.database(), isThere, hadDeadline, exists, image.deadline());
        return exists || isThere;
    }

    /** Returns whether the effects, added to the key's old value, make the image. */
    private boolean isStillOfType(Located old, ValueImage image) {
        return keyChange.isComplete()
                && EffectTypes.codeOf(Objects.requireNonNull(image.type()))
                        == old.record().header().type();
    }

    /** Updates the counts of keys, given the key before and after the change. */
    private void count(int database, boolean existed, boolean hadDeadline, boolean exists, long deadline) {
        boolean hasDeadline = exists && deadline != ValueImage.NO_DEADLINE;
        core.words().addKeys(database, (exists ? 1 : 0) - (existed ? 1 : 0));
        core.words().addDeadlines(database, (hasDeadline ? 1 : 0) - (hadDeadline ? 1 : 0));
    }

    /** Returns the LSN up to which the key contains all effects on it. */
    private long knownLsn(Located located) {
        long flushed = core.words().flushLsn(located.database()) - 1;
        if (!located.isFound() || core.isFlushed(located.record().header())) {
            return flushed;
        }
        return Math.max(flushed, located.record().header().lsn());
    }

    /**
     * Prefetches the buckets and records that {@link #apply} will need of keys with these hashes: all of them wait for
     * the medium together, where otherwise each would wait by itself. Worth it for some tens of keys per call.
     */
    public void prefetch(long[] hashes, int from, int to) {
        core.prefetch(hashes, from, to);
    }

    /**
     * Prefetches the bytes that {@link #lookup} and {@link #info} will need of keys with these hashes. Any thread.
     *
     * @return a meaningless number, see {@link io.nvmredis.spi.ColdStore#prefetch}
     */
    public long prefetchForReading(long[] hashes, int from, int to) {
        int place = core.epochs().enter();
        try {
            return core.loadAll(hashes, from, to);
        } finally {
            core.epochs().leave(place);
        }
    }

    /**
     * Returns the LSN up to which a key is known to contain all effects on it, those of the unpublished batch included.
     */
    public long lsn(int database, byte[] key) {
        return Math.max(0, knownLsn(core.locate(hash(database, key), database, key, 0, key.length)));
    }

    /**
     * Empties a database: removes every key of a lower LSN. Publishes. It takes no longer for many keys; their space
     * comes back bit by bit.
     */
    public void flush(int database, long lsn) {
        core.publish();
        if (lsn <= core.words().flushLsn(database)) {
            return;
        }
        core.words().setFlushLsn(database, lsn);
        core.words().setKeyCount(database, 0);
        core.words().setDeadlineCount(database, 0);
        core.wordsChanged();
        core.publish();
        sweeper.begin();
    }

    /**
     * Makes all applied effects durable and visible, and does the cleaning that is due for them.
     *
     * @throws PersistenceException if they could not be made durable; nothing is written any more then
     */
    public void publish() {
        core.publish();
        long due = (core.heap().appendedBytes() - appendedBytes) * CLEANING_FACTOR;
        if (due > 0) {
            maintainWithin(due + CLEANING_MINIMUM);
            // Bytes appended by the cleaner do not make more cleaning due: otherwise each call would take longer than
            // the one before.
            appendedBytes = core.heap().appendedBytes();
        }
    }

    /**
     * Publishes, and cleans for about {@code budgetBytes}: for idle times, and to make room on a full disk.
     *
     * @return whether there is more to do
     */
    public boolean maintain(long budgetBytes) {
        core.publish();
        boolean hasMore = maintainWithin(budgetBytes);
        appendedBytes = core.heap().appendedBytes();
        return hasMore;
    }

    private boolean maintainWithin(long budgetBytes) {
        try {
            if (core.isCheckNeeded()) {
                core.checkSome(budgetBytes / SWEEPING_PART);
            }
            long swept = sweeper.isNeeded() ? sweeper.step(budgetBytes / SWEEPING_PART) : 0;
            boolean hasMore =
                    cleaner.step(Math.max(1, budgetBytes - swept)) || sweeper.isNeeded() || core.isCheckNeeded();
            return compactor.step(budgetBytes / SWEEPING_PART) || hasMore;
        } catch (NoSpaceException e) {
            // Nothing is lost: published changes stay, and the next call tries again.
            return false;
        }
    }

    /** Publishes, then states durably that the table contains everything up to this LSN. */
    public void checkpoint(long lsn) {
        publish();
        if (lsn > core.checkpointLsn()) {
            core.persistCheckpoint(lsn);
            core.tombstones().drop();
        }
    }

    /** Returns the LSN up to which the table contains everything durably. */
    public long checkpointLsn() {
        return core.checkpointLsn();
    }

    /** Returns type, deadline, LSN and size of a key, or null if there is no such key. */
    public @Nullable KeyInfo info(int database, byte[] key) {
        core.damage().requireBelievable();
        int place = core.epochs().enter();
        try {
            Located found = core.target(place);
            return core.find(database, key, found) && isAlive(found)
                    ? infoOf(found.record().header())
                    : null;
        } catch (PersistenceException e) {
            throw core.damage().noteRead(e);
        } finally {
            core.epochs().leave(place);
        }
    }

    static KeyInfo infoOf(RecordHeader header) {
        return new KeyInfo(
                EffectTypes.typeOfCode(header.type()), header.deadline(), header.lsn(), header.chainLength());
    }

    public boolean contains(int database, byte[] key) {
        return info(database, key) != null;
    }

    /**
     * Shows the value of a key.
     *
     * @return type, deadline, LSN and size of the key, or null if there is no such key; nothing has been shown then
     * @throws PersistenceException naming file, offset, expected and found, if a part of it is damaged
     */
    public @Nullable KeyInfo lookup(int database, byte[] key, ValueVisitor visitor) {
        return lookup(database, key, Long.MAX_VALUE, visitor);
    }

    /**
     * Shows the value of a key, as above, but nothing of a value with more {@link KeyInfo#storedBytes} than a maximum.
     */
    public @Nullable KeyInfo lookup(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
        KeyInfo info;
        int elements;
        byte[] payload = null;
        ValueImage image = null;
        core.damage().requireBelievable();
        int place = core.epochs().enter();
        try {
            Located found = core.target(place);
            RecordHeader header = found.record().header();
            if (!core.find(database, key, found) || !isAlive(found)) {
                return null;
            }
            info = infoOf(header);
            if (info.storedBytes() > maxStoredBytes) {
                return info;
            }
            elements = header.elements();
            if (PlainValue.isPlain(header)) {
                payload = found.record().payload();
            } else {
                image = TableCore.image(core.chain(found.record()));
            }
        } catch (PersistenceException e) {
            throw core.damage().noteRead(e);
        } finally {
            core.epochs().leave(place);
        }
        // Behind the leaving of the epochs, so that a slow visitor does not hold up the cleaner.
        if (payload != null) {
            PlainValue.show(info.type(), elements, payload, visitor);
        } else {
            Objects.requireNonNull(image).accept(visitor);
        }
        return info;
    }

    /**
     * Looks up one field of a hash without making the whole value.
     *
     * @return null if there is no such key, if the hash has fewer {@link KeyInfo#storedBytes} than a minimum or more
     *     than a maximum, or if the whole value is needed to tell
     */
    public @Nullable HashField field(int database, byte[] key, byte[] field, long minStoredBytes, long maxStoredBytes) {
        core.damage().requireBelievable();
        int place = core.epochs().enter();
        try {
            Located found = core.target(place);
            if (!core.find(database, key, found) || !isAlive(found)) {
                return null;
            }
            KeyInfo info = infoOf(found.record().header());
            if (info.type() != ValueType.HASH
                    || info.storedBytes() < minStoredBytes
                    || info.storedBytes() > maxStoredBytes) {
                return null;
            }
            FieldSearch search = new FieldSearch(field);
            return search.search(core.chain(found.record())) ? new HashField(info, search.value()) : null;
        } catch (PersistenceException e) {
            throw core.damage().noteRead(e);
        } finally {
            core.epochs().leave(place);
        }
    }

    /** Returns the number of keys of a database. */
    public long count(int database) {
        return core.words().publishedKeyCount(database);
    }

    /** Returns the number of keys of a database that have a deadline. */
    public long deadlineCount(int database) {
        return core.words().publishedDeadlineCount(database);
    }

    /**
     * Returns the hash at which {@link #scan} shows a key: an unsigned number that stays the same as long as the table
     * exists.
     */
    public long hash(int database, byte[] key) {
        return hash(database, key, 0, key.length);
    }

    /** Returns the same hash for a key that is part of an array. */
    public long hash(int database, byte[] key, int offset, int length) {
        return core.hash(database, key, offset, length);
    }

    /**
     * Shows the keys of all databases whose hashes are from the cursor up to, and not including, the returned one:
     * those of one bucket. A walk begins with cursor 0, goes on with the returned cursor, and ends when that is 0,
     * which stands for 2^64. A key that exists all the time is shown exactly once, others at most once, however the
     * table grows.
     *
     * @throws PersistenceException if a key cannot be read; the others have been shown then
     */
    public long scan(long cursor, KeyVisitor visitor) {
        List<PersistenceException> damaged = new ArrayList<>();
        long next = scanReadable(cursor, visitor, damaged);
        if (!damaged.isEmpty()) {
            throw core.damage().noteRead(damaged.get(0));
        }
        return next;
    }

    /** Shows keys as {@link #scan} does, and adds the exception for each key that cannot be read to a list. */
    public long scanReadable(long cursor, KeyVisitor visitor, List<PersistenceException> damaged) {
        core.damage().requireBelievable();
        List<HeapRecord> found = new ArrayList<>();
        int place = core.epochs().enter();
        long next;
        try {
            next = core.index()
                    .visitBucket(
                            cursor,
                            () -> {
                                found.clear();
                                damaged.clear();
                            },
                            slot -> {
                                HeapRecord record = new HeapRecord();
                                core.heap().read(SlotDescriptor.position(slot), record);
                                Located.requireTag(slot, record, core.hash(record));
                                if (core.isAlive(record.header())) {
                                    found.add(record);
                                }
                                return false;
                            },
                            damaged::add);
        } finally {
            core.epochs().leave(place);
        }
        for (HeapRecord record : found) {
            // Leftovers of a split belong to another bucket, and a cursor need not be where a bucket begins.
            if (isWithin(core.hash(record), cursor, next)) {
                visitor.key(record.header().database(), record.key(), infoOf(record.header()));
            }
        }
        return next;
    }

    /** Returns the damage found last since the table was opened, or null. */
    public @Nullable PersistenceException damage() {
        return core.damage().last();
    }

    private static boolean isWithin(long hash, long from, long to) {
        return Long.compareUnsigned(hash, from) >= 0 && (to == 0 || Long.compareUnsigned(hash, to) < 0);
    }

    /** Returns the id that the table was made with. It guards against files of another table, and so of another log. */
    public long id() {
        return core.files().tableId();
    }

    /**
     * Reads everything that the index points at, and checks that it is where lookups search for it: a fault there is
     * noticed by no lookup before the space of the record is used again. Only the writer calls it; it takes time in
     * proportion to the number of keys.
     *
     * @throws PersistenceException naming the place of the fault
     */
    public void verify() {
        core.verify();
    }

    public TableStatistics statistics() {
        long keyCount = 0;
        for (int database = 0; database < TableDescriptor.DATABASE_COUNT; database++) {
            keyCount += count(database);
        }
        return new TableStatistics(
                keyCount,
                core.heap().space().publishedLiveBytes(),
                core.files().usedBytes(),
                core.index().bucketCount(),
                core.heap().appendedBytes(),
                keys.foldCount(),
                keys.mergeCount(),
                cleaner.cleanedCount(),
                core.damage().segmentCount(),
                core.damage().indexFileCount(),
                core.damage().readCount());
    }

    /** Returns an object that shows keys as the table will have them. Any thread; each thread needs its own. */
    public LookAhead lookAhead() {
        return new LookAhead(this, core);
    }

    /** Returns the hash of a key in the table with this id. */
    public static long hash(long tableId, int database, byte[] key, int offset, int length) {
        return KeyHash.of(tableId, database, key, offset, length);
    }

    /** Returns the parts of the table, for tests that count their contents. */
    TableCore core() {
        return core;
    }

    /**
     * Publishes the batch, unless writing has failed, waits for the readers, and unmaps everything. Later reads are
     * refused.
     */
    @Override
    public void close() {
        try {
            if (core.failure() == null) {
                core.publish();
            }
        } finally {
            core.close();
        }
    }
}

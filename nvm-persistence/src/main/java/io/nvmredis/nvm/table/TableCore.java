package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.ReaderEpochs;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.nvm.heap.SegmentSpace;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds heap, index and counters, which change only by batches.
 *
 * <p>A batch is published in three steps, each durable before the next begins: the records; the journal; slots,
 * counters and ends of segments. So the table has a batch wholly or not at all, together with its counters, and nothing
 * durable points at records that are not durable.
 *
 * <p>After a failed publication nothing is written any more, because the content of the medium is unknown then.
 *
 * <p>Threads: the writer; readers call {@link #find}, {@link #chain} and {@link #image}, announced to the epochs.
 */
final class TableCore implements AutoCloseable {
    /**
     * Keys prefetched together: enough to wait for the medium once for all of them, few enough for the nearest cache.
     */
    static final int PREFETCHED_TOGETHER = 64;

    private final TableFiles files;
    private final TableState state;
    private final TableWords words;
    private final BatchJournal journal;
    private final Heap heap;
    private final TableIndex index;
    private final Tombstones tombstones;
    private final Batch batch = new Batch();
    private final ReaderEpochs epochs = new ReaderEpochs();
    private final Located writerTarget;
    private final @Nullable Located[] targets = new Located[ReaderEpochs.PLACE_COUNT];
    private final DamageLog damage = new DamageLog();
    private final IndexCheck check;
    private boolean areWordsChanged;
    private ObjLongConsumer<String> durations = (activity, nanos) -> {};
    private final long[] guesses = new long[PREFETCHED_TOGETHER];

    @SuppressWarnings("UnusedVariable") // Keeps the compiler from leaving out what is only prefetched.
    private long prefetched;

    private volatile @Nullable PersistenceException failure;

    /**
     * Opens heap and index, and makes the last batch whole.
     *
     * <p>First all parts that may be damaged are checked, as they will be after the last batch; only then is anything
     * changed. So a table that is refused is left as it was found.
     */
    TableCore(TableFiles files, TableState state, long checkedAtOnce) {
        this.files = files;
        this.state = state;
        this.words = new TableWords(state);
        this.journal = new BatchJournal(state, files.shape(), files.tableId());
        boolean isWhole = journal.isWhole();
        if (isWhole) {
            if (!state.isOld()) {
                journal.requireFit(state, words);
            }
            journal.readWords(state, words);
        } else {
            words.load();
        }
        checkpointLsn();
        this.heap = new Heap(files, state);
        this.writerTarget = new Located(heap, files.tableId());
        this.check = new IndexCheck(this);
        try {
            this.index = new TableIndex(files, state, new HeapHashes(), epochs);
            this.tombstones = new Tombstones(this, index, heap);
        } catch (RuntimeException | Error e) {
            heap.close();
            throw e;
        }
        try {
            if (isWhole) {
                journal.readSegments(heap, state);
                journal.requireSlots(index);
            }
            index.requireSplits();
            requireSums(isWhole, checkedAtOnce);
            settle(isWhole);
            makeWhole(isWhole);
        } catch (RuntimeException | Error e) {
            index.close();
            heap.close();
            throw e;
        }
    }

    /** Returns the receiver of the nanoseconds that an activity of the writer took. */
    ObjLongConsumer<String> durations() {
        return durations;
    }

    void reportDurations(ObjLongConsumer<String> receiver) {
        durations = receiver;
    }

    /** Throws if sums do not fit: older copies of pages have right checksums, but their contents do not add up. */
    private void requireSums(boolean isJournalWhole, long checkedAtOnce) {
        long sum = heap.space().foundSum();
        if (!state.isOld() && sum != words.segmentSum()) {
            throw Damage.damaged(
                    state.region().path(),
                    TableDescriptor.SEGMENTS_OFFSET,
                    "entries of segments that add up to " + Damage.hex(words.segmentSum()),
                    Damage.hex(sum));
        }
        if (index.size() <= checkedAtOnce) {
            check.requireAll(isJournalWhole ? journal : null, damage::noteFound);
        }
    }

    /** Makes the last batch whole. Its slots come last, since they are stored where the finished splits have them. */
    private void makeWhole(boolean isJournalWhole) {
        if (isJournalWhole) {
            journal.redoWords(words, state);
        }
        index.finishSplits();
        if (isJournalWhole) {
            redoSlots();
        }
    }

    private void redoSlots() {
        journal.redoSlots(index);
        index.linkOverflow();
        index.flush(PersistSite.TABLE_REDO_SLOTS);
        // A crash before this leaves any part of the last batch, and its journal; a crash after it, all of the batch.
        state.region().drain(PersistSite.TABLE_REDO_SLOTS);
    }

    /**
     * Makes durable the bytes from which the opening is about to conclude: a journal not yet persisted, a count, a
     * checkpoint. After the death of the process alone they may be only in the caches.
     */
    private void settle(boolean isJournalWhole) {
        files.deleteUnfinished();
        files.settleNames();
        state.settle(
                TableDescriptor.BUCKET_COUNT_OFFSET, TableDescriptor.WORDS_END - TableDescriptor.BUCKET_COUNT_OFFSET);
        state.settle(
                TableDescriptor.SEGMENTS_OFFSET,
                TableDescriptor.segmentOffset(SegmentSpace.usedCount(files, state)) - TableDescriptor.SEGMENTS_OFFSET);
        if (isJournalWhole) {
            journal.settle(state);
        } else {
            journal.forget(state);
        }
        // A crash before this leaves any subset, as it would have without the restart; a crash after it leaves on the
        // medium all that is read from here on.
        state.region().drain(PersistSite.TABLE_SETTLED);
        // Only now, since it is durable now that these segments are free.
        heap.space().deleteMisfits();
    }

    TableWords words() {
        return words;
    }

    Heap heap() {
        return heap;
    }

    TableIndex index() {
        return index;
    }

    ReaderEpochs epochs() {
        return epochs;
    }

    TableState state() {
        return state;
    }

    /** Returns the sum of the slots, added up one by one. Damaged slots count nothing. */
    long slotSum() {
        return check.sumOfAll();
    }

    /** Returns the log of damage found since the table was opened. */
    DamageLog damage() {
        return damage;
    }

    /** Returns whether the index must still be compared with its sum. */
    boolean isCheckNeeded() {
        return check.isNeeded();
    }

    /**
     * Compares a part of the index with its sum. The batch must be published.
     *
     * @throws PersistenceException if it does not fit; nothing is written, or read, any more then
     */
    void checkSome(long budgetBytes) {
        try {
            check.step(budgetBytes, damage::noteFound);
        } catch (DamageException e) {
            damage.suspectAll(e);
            throw fail(e);
        }
    }

    TableFiles files() {
        return files;
    }

    long checkpointLsn() {
        return state.get(TableDescriptor.CHECKPOINT_OFFSET, "the checkpoint");
    }

    void persistCheckpoint(long lsn) {
        // A crash before leaves the older checkpoint: effects are applied again to no effect. A crash after leaves
        // this.
        state.persist(PersistSite.TABLE_CHECKPOINT, TableDescriptor.CHECKPOINT_OFFSET, lsn);
    }

    long hash(int database, byte[] key, int offset, int length) {
        return KeyHash.of(files.tableId(), database, key, offset, length);
    }

    long hash(HeapRecord record) {
        RecordHeader header = record.header();
        return hash(header.database(), record.keyBytes(), record.keyOffset(), header.keyLength());
    }

    private final class HeapHashes implements PositionHashes {
        private final HeapRecord record = new HeapRecord();

        @Override
        public long hash(long position) {
            heap.read(position, record);
            return TableCore.this.hash(record);
        }

        @Override
        public long prefetch(long position) {
            return heap.prefetch(position);
        }
    }

    /** Returns the object with which the reader at this place of the epochs may look for a key until it leaves. */
    Located target(int place) {
        Located target = targets[place];
        if (target == null) {
            target = new Located(heap, files.tableId());
            targets[place] = target;
        }
        return target;
    }

    /** Finds a key's newest record, tombstones included, as last published. Any thread, with its own target. */
    boolean find(int database, byte[] key, Located target) {
        target.of(hash(database, key, 0, key.length), database, key, 0, key.length);
        return index.search(target.hash(), target);
    }

    /**
     * Finds a key's newest record, tombstones included, as the batch has it. Only for the writer; may publish.
     *
     * @return the same object each time
     */
    Located locate(long hash, int database, byte[] key, int offset, int length) {
        writerTarget.of(hash, database, key, offset, length);
        int change = batch.indexOf(writerTarget.hash());
        if (change >= 0) {
            long slot = batch.newSlot(change);
            if (slot != SlotDescriptor.EMPTY && writerTarget.isDone(slot)) {
                return writerTarget;
            }
            // The slot was removed, or belongs to another key of the same hash: rare enough to publish for.
            publish();
        }
        index.search(writerTarget.hash(), writerTarget);
        return writerTarget;
    }

    /** Finds the newest record of the key of a record, as the batch has it. */
    Located locate(HeapRecord record) {
        RecordHeader header = record.header();
        return locate(hash(record), header.database(), record.keyBytes(), record.keyOffset(), header.keyLength());
    }

    /**
     * Loads the bytes that {@link #locate} will need of keys with these hashes into the processor's cache: first all
     * the buckets, then all the records that they seem to point at. At most {@link #PREFETCHED_TOGETHER} keys.
     */
    void prefetch(long[] hashes, int from, int to) {
        prefetched ^= loadAll(hashes, from, to, guesses);
        for (int i = 0; i < to - from; i++) {
            prefetched ^= heap.prefetchRelease(SlotDescriptor.position(guesses[i]));
        }
    }

    /** Loads the same for any number of keys. Any thread, announced to the epochs. Returns loaded bytes, combined. */
    long loadAll(long[] hashes, int from, int to) {
        return loadAll(hashes, from, to, new long[to - from]);
    }

    /** Runs loops of little but loads: as many are under way as fit into the processor's window of instructions. */
    private long loadAll(long[] hashes, int from, int to, long[] slots) {
        long loaded = 0;
        for (int i = from; i < to; i++) {
            loaded ^= index.prefetch(hashes[i]);
        }
        for (int i = from; i < to; i++) {
            slots[i - from] = index.guess(hashes[i]);
        }
        for (int i = 0; i < to - from; i++) {
            if (slots[i] != SlotDescriptor.EMPTY) {
                loaded ^= heap.prefetch(SlotDescriptor.position(slots[i]));
            }
        }
        return loaded;
    }

    /** Prefetches the buckets alone. */
    void prefetchBuckets(long[] hashes, int from, int to) {
        for (int i = from; i < to; i++) {
            prefetched ^= index.prefetch(hashes[i]);
        }
    }

    /** Prefetches the record at a position. */
    void prefetchRecord(long position) {
        prefetched ^= heap.prefetch(position);
    }

    /** Checks the index against the records that it points at. Only the writer calls it. */
    void verify() {
        index.verify(new HeapHashes());
    }

    /** Returns whether the batch changes the slot of a key with this hash. Only the writer calls it. */
    boolean isChanging(long hash) {
        return batch.indexOf(hash) >= 0;
    }

    /** Returns whether a FLUSHDB has removed the key of a record. Any thread. */
    boolean isFlushed(RecordHeader header) {
        return header.lsn() < words.publishedFlushLsn(header.database());
    }

    /** Returns whether a record, the newest of its key, means that there is such a key. Any thread. */
    boolean isAlive(RecordHeader header) {
        return !header.isTombstone() && !isFlushed(header);
    }

    /** Returns whether the slot of a key's newest record can be removed. Only the writer calls it. */
    boolean isRemovable(RecordHeader newest) {
        return isFlushed(newest) || (newest.isTombstone() && newest.lsn() <= checkpointLsn());
    }

    /** Returns the records of a key, from the newest back to the base. Any thread. */
    List<HeapRecord> chain(HeapRecord newest) {
        if (!newest.header().isDelta()) {
            return List.of(newest);
        }
        List<HeapRecord> chain = new ArrayList<>();
        HeapRecord record = newest;
        chain.add(record);
        while (record.header().isDelta()) {
            HeapRecord previous = new HeapRecord();
            heap.read(record.header().previousPosition(), previous);
            requireFit(record, previous);
            record = previous;
            chain.add(record);
        }
        return chain;
    }

    /** Throws if a record cannot precede another: a pointer to a good record of another key or state is damage, too. */
    private static void requireFit(HeapRecord record, HeapRecord previous) {
        RecordHeader header = previous.header();
        if (!previous.isOfKeyOf(record) || !header.canPrecede(record.header())) {
            throw Damage.damaged(
                    previous.path(),
                    previous.offset(),
                    "the record of LSN " + record.header().previousLsn() + " that the chain goes on with",
                    "another, of LSN " + header.lsn());
        }
    }

    /** Returns the value that a chain makes. Any thread. */
    static ValueImage image(List<HeapRecord> chain) {
        ValueImage image = new ValueImage(chain.get(0).header().elements());
        EffectReader reader = new EffectReader();
        for (int i = chain.size() - 1; i >= 0; i--) {
            HeapRecord record = chain.get(i);
            byte[] payload = record.payload();
            if (!record.header().isDelta() && record.header().type() == EffectTypes.STRING_CODE) {
                image.setString(payload);
            } else {
                applyAll(image, reader.reset(payload, 0, payload.length));
            }
        }
        image.setDeadline(chain.get(0).header().deadline());
        return image;
    }

    static void applyAll(ValueImage image, EffectReader reader) {
        while (reader.next()) {
            image.apply(reader);
        }
    }

    /**
     * Reserves the room that one more slot may need in the index, before the batch gets its first change for a new key,
     * so that every batch can be published. A free segment that is kept in stock is given up for it.
     *
     * @throws NoSpaceException if there is no room
     */
    void reserveSlot() {
        long slots = batch.addedCount() + 1L;
        try {
            index.reserve(slots);
        } catch (NoSpaceException e) {
            if (!heap.space().giveUpStock()) {
                throw e;
            }
            index.reserve(slots);
        }
    }

    /** Adds the change of a key's slot to the batch; zero stands for no slot. */
    void change(Located located, long newSlot) {
        change(located.hash(), located.slot(), newSlot);
    }

    /** Adds the change of a slot to the batch; zero stands for no slot. */
    void change(long hash, long oldSlot, long newSlot) {
        batch.put(hash, oldSlot, newSlot);
        words.slotChanges(oldSlot, newSlot);
        check.slotChanges(hash, oldSlot, newSlot);
    }

    /** Removes a key's slot and releases its records. */
    void remove(Located located) {
        List<HeapRecord> superseded = chain(located.record());
        change(located, SlotDescriptor.EMPTY);
        superseded.forEach(heap::release);
    }

    /** Removes a slot and releases its record, which is the whole chain. */
    void remove(long hash, long slot, HeapRecord record) {
        change(hash, slot, SlotDescriptor.EMPTY);
        heap.release(record);
    }

    /** Returns the tombstones that are to be removed. Only the writer calls it. */
    Tombstones tombstones() {
        return tombstones;
    }

    /** Notes that words have changed, so that a batch without a slot is published as well. */
    void wordsChanged() {
        areWordsChanged = true;
    }

    /** Returns whether there is nothing to publish. */
    boolean isPublished() {
        return batch.count() == 0 && !areWordsChanged;
    }

    boolean isBatchFull() {
        return batch.isFull() || !journal.hasRoomAfter(heap.space().changedCount(), batch.count());
    }

    /**
     * Makes the batch durable and visible.
     *
     * @throws PersistenceException if it could not be made durable; nothing is written any more then
     */
    void publish() {
        requireHealthy();
        try {
            // Persisted even if nothing will point at them, as with a base of which not all parts found room: the
            // cleaner gives their space back after this, and nothing in it may be left to flush then.
            heap.persistRecords();
            if (isPublished()) {
                return;
            }
            journal.write(batch, state, words, heap.space(), index.merging().announce(words.slotCount()));
            storeBatch();
            index.grow(words.slotCount());
        } catch (RuntimeException | Error e) {
            // Running out of memory halfway counts too: the medium and the counters may disagree then.
            throw fail(e);
        }
    }

    private void prefetchBuckets(int from, int to) {
        for (int i = from; i < to; i++) {
            prefetched ^= index.prefetch(batch.hash(i));
        }
    }

    private void storeBatch() {
        for (int i = 0; i < batch.count(); i++) {
            if (i % PREFETCHED_TOGETHER == 0) {
                prefetchBuckets(i, Math.min(batch.count(), i + PREFETCHED_TOGETHER));
            }
            index.replace(batch.hash(i), batch.oldSlot(i), batch.newSlot(i));
        }
        index.linkOverflow();
        index.flush(PersistSite.TABLE_SLOTS);
        BitSet changed = heap.space().changed();
        for (int number = changed.nextSetBit(0); number >= 0; number = changed.nextSetBit(number + 1)) {
            BatchJournal.putSegment(
                    PersistSite.TABLE_SEGMENTS,
                    state,
                    number,
                    heap.space().end(number),
                    heap.space().live(number));
        }
        words.store(PersistSite.TABLE_WORDS);
        // A crash before this leaves any part of the batch, and its journal; a crash after it, all of the batch.
        state.region().drain(PersistSite.TABLE_SLOTS);
        heap.space().published();
        batch.clear();
        areWordsChanged = false;
    }

    void requireHealthy() {
        PersistenceException failed = failure;
        if (failed != null) {
            throw new PersistenceException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** Returns the failure after which nothing is written any more, or null. */
    @Nullable
    PersistenceException failure() {
        return failure;
    }

    /** Notes that nothing may be written any more. Returns the exception to be thrown. */
    PersistenceException fail(Throwable cause) {
        String reason = cause instanceof PersistenceException ? cause.getMessage() : cause.toString();
        PersistenceException failed =
                new PersistenceException(reason + "; the table is not written any more, restart the server", cause);
        failure = failed;
        return failed;
    }

    /** Waits for the readers that have entered, lets no others in, and unmaps everything. */
    @Override
    public void close() {
        epochs.close();
        index.close();
        heap.close();
        state.close();
    }
}

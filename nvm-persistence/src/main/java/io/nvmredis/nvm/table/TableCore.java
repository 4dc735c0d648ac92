package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.ReaderEpochs;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.spi.EffectReader;
import io.nvmredis.spi.PersistenceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Heap, index and counters, and the one way in which they change: a batch.
 *
 * <p>Publishing a batch, each step durable before the next begins: the records; the journal; slots, counters and ends.
 * So a batch is there wholly or not at all, the counters with it, and nothing durable points at what is not.
 *
 * <p>After one failed publication nothing is written any more: what the medium holds is then unknown.
 *
 * <p>Threads: the writer; readers call {@link #find}, {@link #chain} and {@link #image}, announced to the epochs.
 */
final class TableCore implements AutoCloseable {
    private final TableFiles files;
    private final TableState state;
    private final TableWords words;
    private final Journal journal;
    private final Heap heap;
    private final TableIndex index;
    private final Batch batch = new Batch();
    private final ReaderEpochs epochs = new ReaderEpochs();
    private final ArrayDeque<Tombstone> tombstones = new ArrayDeque<>();
    private boolean areWordsChanged;
    private volatile @Nullable PersistenceException failure;

    /** A record and the slot that points at it. */
    record Located(long slot, HeapRecord record) {
        long position() {
            return SlotDescriptor.position(slot);
        }
    }

    /** A slot that is to be taken out. */
    private record Tombstone(long hash, long slot, long lsn) {}

    /** Opens it all, and makes the last batch whole. */
    TableCore(TableFiles files, TableState state) {
        this.files = files;
        this.state = state;
        this.words = new TableWords(state);
        this.journal = new Journal(state, files.shape(), files.tableId());
        boolean isWhole = journal.isWhole();
        settle(isWhole);
        if (isWhole) {
            journal.redoWords(words, state);
        }
        words.load();
        this.heap = new Heap(files, state);
        try {
            this.index = new TableIndex(files, state, position -> hash(heap.read(position)));
        } catch (RuntimeException e) {
            heap.close();
            throw e;
        }
        if (isWhole) {
            journal.redoSlots(index);
            index.flushPending(PersistSite.TABLE_SLOTS);
            // Before: any part of the last batch, with the journal to make it whole. After: all of it.
            state.region().drain(PersistSite.TABLE_SLOTS);
        }
    }

    /**
     * Makes durable what the opening is about to conclude from. If only the process had died, it may be in the caches
     * alone: a journal not yet persisted, a count, a checkpoint.
     */
    private void settle(boolean isJournalWhole) {
        files.settleNames();
        state.settle(
                TableDescriptor.BUCKET_COUNT_OFFSET, TableDescriptor.WORDS_END - TableDescriptor.BUCKET_COUNT_OFFSET);
        state.settle(
                TableDescriptor.SEGMENTS_OFFSET,
                TableDescriptor.segmentOffset(files.shape().segmentLimit()) - TableDescriptor.SEGMENTS_OFFSET);
        if (isJournalWhole) {
            journal.settle(state);
        }
        // Before: any subset, as without the restart. After: what is read from here on is on the medium.
        state.region().drain(PersistSite.TABLE_SETTLED);
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

    TableFiles files() {
        return files;
    }

    long checkpointLsn() {
        return state.get(TableDescriptor.CHECKPOINT_OFFSET, "the checkpoint");
    }

    void persistCheckpoint(long lsn) {
        // Before: the older checkpoint; what lies between is applied again, to no effect. After: this one.
        state.persist(PersistSite.TABLE_CHECKPOINT, TableDescriptor.CHECKPOINT_OFFSET, lsn);
    }

    long hash(int database, byte[] key) {
        return KeyHash.of(files.tableId(), database, key);
    }

    long hash(HeapRecord record) {
        return hash(record.header().database(), record.key());
    }

    /** The newest record of a key, dead or alive, or null. Any thread. */
    @Nullable
    Located find(long hash, int database, byte[] key) {
        Located[] found = {null};
        index.search(hash, slot -> {
            HeapRecord record = heap.read(SlotDescriptor.position(slot));
            if (!record.isOf(database, key)) {
                return false;
            }
            found[0] = new Located(slot, record);
            return true;
        });
        return found[0];
    }

    /** Whether a FLUSHDB has made a record dead. Any thread. */
    boolean isFlushed(RecordHeader header) {
        return header.lsn() < words.publishedFlushLsn(header.database());
    }

    /** Whether a record, the newest of its key, means that there is such a key. Any thread. */
    boolean isAlive(RecordHeader header) {
        return !header.isTombstone() && !isFlushed(header);
    }

    /** The records of a key, the newest first, the base last. Any thread. */
    List<HeapRecord> chain(HeapRecord newest) {
        List<HeapRecord> chain = new ArrayList<>();
        HeapRecord record = newest;
        chain.add(record);
        while (record.header().isDelta()) {
            HeapRecord previous = heap.read(record.header().previousPosition());
            requireFit(record, previous);
            record = previous;
            chain.add(record);
        }
        return chain;
    }

    /** A pointer that leads to a good record of another key, or of another state of this one, is damage too. */
    private static void requireFit(HeapRecord record, HeapRecord previous) {
        RecordHeader header = previous.header();
        if (!previous.isOf(record.header().database(), record.key())
                || header.lsn() != record.header().previousLsn()
                || header.depth() + 1 != record.header().depth()
                || header.isTombstone()) {
            throw Damage.damaged(
                    previous.path(),
                    previous.offset(),
                    "the record of LSN " + record.header().previousLsn() + " that the chain goes on with",
                    "another, of LSN " + header.lsn());
        }
    }

    /** The value that a chain makes. Any thread. */
    static Image image(List<HeapRecord> chain) {
        Image image = new Image();
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

    static void applyAll(Image image, EffectReader reader) {
        while (reader.next()) {
            image.apply(reader);
        }
    }

    /** Publishes first if this key's slot is about to change: the writer looks at slots as they are. */
    void settle(long hash) {
        if (batch.contains(hash)) {
            publish();
        }
    }

    /** Adds the change of a slot to the batch; zero is no slot. */
    void change(long hash, long oldSlot, long newSlot) {
        batch.add(hash, oldSlot, newSlot);
        if (oldSlot == SlotDescriptor.EMPTY) {
            words.setSlotCount(words.slotCount() + 1);
        }
        if (newSlot == SlotDescriptor.EMPTY) {
            words.setSlotCount(words.slotCount() - 1);
        }
    }

    /** Takes a key's slot out, and its records with it. */
    void remove(long hash, Located located, List<HeapRecord> chain) {
        change(hash, located.slot(), SlotDescriptor.EMPTY);
        chain.forEach(heap::release);
    }

    /** Says that a slot points at a tombstone, to be taken out when the checkpoint has passed it. */
    void noteTombstone(long hash, long slot, long lsn) {
        tombstones.add(new Tombstone(hash, slot, lsn));
    }

    /** Takes out the tombstones that the checkpoint has passed. The batch must be published. */
    void dropTombstones() {
        long checkpoint = checkpointLsn();
        for (int i = tombstones.size(); i > 0; i--) {
            Tombstone tombstone = tombstones.removeFirst();
            if (tombstone.lsn() > checkpoint) {
                tombstones.addLast(tombstone);
            } else if (!batch.contains(tombstone.hash())
                    && index.search(tombstone.hash(), slot -> slot == tombstone.slot())) {
                HeapRecord record = heap.read(SlotDescriptor.position(tombstone.slot()));
                remove(tombstone.hash(), new Located(tombstone.slot(), record), List.of(record));
            }
            if (isBatchFull()) {
                publish();
            }
        }
        publish();
    }

    /** Says that words have changed, so that a batch without a slot is published as well. */
    void wordsChanged() {
        areWordsChanged = true;
    }

    boolean isBatchFull() {
        return !journal.hasRoomAfter(heap.space().touched().cardinality(), batch.count());
    }

    /**
     * Makes the batch durable and visible.
     *
     * @throws io.nvmredis.nvm.pmem.NoSpaceException if the index cannot grow; the batch waits then
     * @throws PersistenceException if it could not be made durable; nothing is written any more then
     */
    void publish() {
        requireHealthy();
        if (batch.count() == 0 && !areWordsChanged) {
            return;
        }
        index.reserve(batch.addedCount());
        try {
            heap.persistRecords();
            journal.write(batch, words, heap.space());
            storeBatch();
            index.grow(words.slotCount());
        } catch (RuntimeException | InternalError e) {
            throw fail(e);
        }
    }

    private void storeBatch() {
        for (int i = 0; i < batch.count(); i++) {
            index.replace(batch.hash(i), batch.oldSlot(i), batch.newSlot(i));
        }
        index.flushPending(PersistSite.TABLE_SLOTS);
        BitSet touched = heap.space().touched();
        for (int number = touched.nextSetBit(0); number >= 0; number = touched.nextSetBit(number + 1)) {
            Journal.putSegment(
                    state, number, heap.space().end(number), heap.space().live(number));
        }
        words.store();
        // Before: any part of the batch, with the journal to make it whole. After: all of it.
        state.region().drain(PersistSite.TABLE_SLOTS);
        touched.clear();
        batch.clear();
        areWordsChanged = false;
        heap.space().publishLive();
    }

    void requireHealthy() {
        PersistenceException failed = failure;
        if (failed != null) {
            throw new PersistenceException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** The failure after which nothing is written any more, or null. */
    @Nullable
    PersistenceException failure() {
        return failure;
    }

    private PersistenceException fail(Throwable cause) {
        String reason = cause instanceof PersistenceException ? cause.getMessage() : cause.toString();
        PersistenceException failed =
                new PersistenceException(reason + "; the table is not written any more, restart the server", cause);
        failure = failed;
        return failed;
    }

    @Override
    public void close() {
        index.close();
        heap.close();
        state.close();
    }
}

package io.nvmredis.nvm.table;

import static io.nvmredis.nvm.format.TableDescriptor.DATABASE_COUNT;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.JournalDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.SegmentSpace;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * Journal of the last batch: its changes, so that the batch is in the table wholly or not at all, together with the
 * counters.
 *
 * <p>It is written after the records of the batch are durable and before anything else of the batch is stored, and
 * overwritten after the whole batch is durable. So a journal whose checksum is right may always be redone, and one
 * whose checksum is wrong is not needed: its checksum is cleared when the table is opened. Only the writer uses it.
 */
final class BatchJournal {
    private static final int COPY_LENGTH = 16 << 10;

    private final PmemRegion region;
    private final long salt;
    private final int offset;
    private final int capacity;
    /** Takes a copy of bytes for their checksum. */
    private final byte[] copy = new byte[COPY_LENGTH];

    /** Distance of the entries from the journal's beginning, by the table's version. */
    private final int headerLength;

    BatchJournal(TableState state, TableShape shape, long tableId) {
        this.region = state.region();
        this.salt = tableId;
        this.offset = TableDescriptor.journalOffset(shape);
        this.capacity = shape.journalLength();
        this.headerLength = JournalDescriptor.headerLength(state.version());
    }

    /** Returns whether a batch of this size leaves room for the changes of one more key. */
    boolean hasRoomAfter(int segmentCount, int slotCount) {
        return JournalDescriptor.length(segmentCount, slotCount) <= capacity / 2;
    }

    /**
     * Writes the batch and makes it durable.
     *
     * @param leastBucketCount bucket count below which merges will not go before the next batch
     */
    void write(Batch batch, TableState state, TableWords words, SegmentSpace space, long leastBucketCount) {
        BitSet changed = space.changed();
        int length = Math.toIntExact(JournalDescriptor.length(changed.cardinality(), batch.count()));
        words.setSequence(words.sequence() + 1);
        words.setSegmentSum(space.sum());
        region.putLong(offset + JournalDescriptor.SEQUENCE_OFFSET, words.sequence());
        region.putLong(offset + JournalDescriptor.SLOT_SUM_OFFSET, words.slotSum());
        region.putLong(offset + JournalDescriptor.SEGMENT_SUM_OFFSET, words.segmentSum());
        region.putLong(offset + JournalDescriptor.BUCKET_COUNT_OFFSET, leastBucketCount);
        region.putLong(
                offset + JournalDescriptor.CHECKPOINT_OFFSET,
                state.get(TableDescriptor.CHECKPOINT_OFFSET, "the checkpoint"));
        region.putLong(offset + JournalDescriptor.SLOT_COUNT_OFFSET, words.slotCount());
        for (int database = 0; database < DATABASE_COUNT; database++) {
            int at = offset + database * Long.BYTES;
            region.putLong(at + JournalDescriptor.KEY_COUNTS_OFFSET, words.keyCount(database));
            region.putLong(at + JournalDescriptor.FLUSH_LSNS_OFFSET, words.flushLsn(database));
            region.putLong(at + JournalDescriptor.SWEPT_LSNS_OFFSET, words.sweptLsn(database));
            region.putLong(at + JournalDescriptor.DEADLINE_COUNTS_OFFSET, words.deadlineCount(database));
        }
        region.putInt(offset + JournalDescriptor.SEGMENT_ENTRIES_OFFSET, changed.cardinality());
        region.putInt(offset + JournalDescriptor.SLOT_ENTRIES_OFFSET, batch.count());
        int at = offset + headerLength;
        for (int number = changed.nextSetBit(0); number >= 0; number = changed.nextSetBit(number + 1)) {
            at = putEntry(at, ((long) number << 32) | space.end(number), space.epoch(number), space.live(number));
        }
        for (int i = 0; i < batch.count(); i++) {
            at = putEntry(at, batch.hash(i), batch.oldSlot(i), batch.newSlot(i));
        }
        region.putInt(offset + JournalDescriptor.LENGTH_OFFSET, length);
        region.putInt(offset + JournalDescriptor.CRC_OFFSET, checksum(length));
        // A crash before this leaves a journal that does not check, and nothing of the batch; a crash after it leaves a
        // journal by which the batch is made whole.
        region.persist(PersistSite.TABLE_JOURNAL, offset, length);
    }

    private int putEntry(int at, long first, long second, long third) {
        region.putLong(at, first);
        region.putLong(at + Long.BYTES, second);
        region.putLong(at + 2 * Long.BYTES, third);
        return at + JournalDescriptor.ENTRY_LENGTH;
    }

    private int checksum(int length) {
        CRC32C crc = new CRC32C();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (salt >>> shift));
        }
        region.checksum(crc, offset + JournalDescriptor.LENGTH_OFFSET, length - JournalDescriptor.LENGTH_OFFSET, copy);
        return (int) crc.getValue();
    }

    /** Returns whether the journal holds a whole batch. */
    boolean isWhole() {
        int length = region.getInt(offset + JournalDescriptor.LENGTH_OFFSET);
        return length >= headerLength
                && length <= capacity
                && length
                        == JournalDescriptor.length(
                                        region.getInt(offset + JournalDescriptor.SEGMENT_ENTRIES_OFFSET),
                                        region.getInt(offset + JournalDescriptor.SLOT_ENTRIES_OFFSET))
                                - JournalDescriptor.HEADER_LENGTH
                                + headerLength
                && region.getInt(offset + JournalDescriptor.CRC_OFFSET) == checksum(length);
    }

    /**
     * Checks that neither the words are older than a whole batch nor the batch older than the words: an old copy of a
     * page has right checksums.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if they do not belong together
     */
    void requireFit(TableState state, TableWords words) {
        long number = region.getLong(offset + JournalDescriptor.SEQUENCE_OFFSET);
        long stored = words.storedSequence();
        if (stored != number && stored != number - 1) {
            throw Damage.damaged(
                    region.path(),
                    TableDescriptor.SEQUENCE_OFFSET,
                    "batch " + number + ", which the journal has, or the one before",
                    "batch " + stored);
        }
        requireAtLeast(state, TableDescriptor.BUCKET_COUNT_OFFSET, JournalDescriptor.BUCKET_COUNT_OFFSET);
        requireAtLeast(state, TableDescriptor.CHECKPOINT_OFFSET, JournalDescriptor.CHECKPOINT_OFFSET);
    }

    private void requireAtLeast(TableState state, int wordOffset, int journalOffset) {
        long least = region.getLong(offset + journalOffset);
        long found = state.get(wordOffset, "a word of the table");
        if (found < least) {
            throw Damage.damaged(
                    region.path(), wordOffset, "at least " + least + ", which the journal has", Long.toString(found));
        }
    }

    /** Persists a whole batch again, except for the drain, since the medium may lack it after a process crash. */
    void settle(TableState state) {
        state.settle(offset, region.getInt(offset + JournalDescriptor.LENGTH_OFFSET));
    }

    /**
     * Clears the checksum of a batch that is not whole, so that it never becomes whole: the bytes that it lacks may be
     * the bytes that the next batch writes in the same place, and may reach the medium before the rest of that batch.
     */
    void forget(TableState state) {
        region.putLong(offset + JournalDescriptor.CRC_OFFSET, 0);
        state.settle(offset + JournalDescriptor.CRC_OFFSET, Long.BYTES);
    }

    /** Reads the words of a whole batch. */
    void readWords(TableState state, TableWords words) {
        if (!state.isOld()) {
            words.setSequence(region.getLong(offset + JournalDescriptor.SEQUENCE_OFFSET));
            words.setSlotSum(region.getLong(offset + JournalDescriptor.SLOT_SUM_OFFSET));
            words.setSegmentSum(region.getLong(offset + JournalDescriptor.SEGMENT_SUM_OFFSET));
        }
        words.setSlotCount(region.getLong(offset + JournalDescriptor.SLOT_COUNT_OFFSET));
        for (int database = 0; database < DATABASE_COUNT; database++) {
            int at = offset + database * Long.BYTES;
            words.setKeyCount(database, region.getLong(at + JournalDescriptor.KEY_COUNTS_OFFSET));
            words.setFlushLsn(database, region.getLong(at + JournalDescriptor.FLUSH_LSNS_OFFSET));
            words.setSweptLsn(database, region.getLong(at + JournalDescriptor.SWEPT_LSNS_OFFSET));
            words.setDeadlineCount(database, region.getLong(at + JournalDescriptor.DEADLINE_COUNTS_OFFSET));
        }
        words.publish();
    }

    /** Reads ends and live bytes of the segments of a whole batch. */
    void readSegments(Heap heap, TableState state) {
        visitSegments(state, (number, end, live) -> heap.found(number, end, live));
    }

    /** Redoes the words, as they have been read, and the segments of a whole batch. Flushed, not drained. */
    void redoWords(TableWords words, TableState state) {
        words.store(PersistSite.TABLE_REDO_WORDS);
        visitSegments(
                state, (number, end, live) -> putSegment(PersistSite.TABLE_REDO_SEGMENTS, state, number, end, live));
    }

    private interface SegmentVisitor {
        void segment(int number, int end, long live);
    }

    /** Shows the segments of a whole batch that have not been freed or reused since. */
    private void visitSegments(TableState state, SegmentVisitor visitor) {
        int count = region.getInt(offset + JournalDescriptor.SEGMENT_ENTRIES_OFFSET);
        for (int i = 0; i < count; i++) {
            int at = offset + headerLength + i * JournalDescriptor.ENTRY_LENGTH;
            long numberAndEnd = region.getLong(at);
            int number = (int) (numberAndEnd >>> 32);
            int entry = TableDescriptor.segmentOffset(number);
            if (state.get(entry + TableDescriptor.EPOCH_OFFSET, "the epoch of a segment")
                            == region.getLong(at + Long.BYTES)
                    && state.get(entry + TableDescriptor.END_OFFSET, "the end of a segment") != 0) {
                visitor.segment(number, (int) numberAndEnd, region.getLong(at + 2 * Long.BYTES));
            }
        }
    }

    /** Stores end and live bytes of a segment. Flushed, not drained. */
    static void putSegment(PersistSite site, TableState state, int number, long end, long live) {
        int entry = TableDescriptor.segmentOffset(number);
        state.put(entry + TableDescriptor.END_OFFSET, end);
        state.put(entry + TableDescriptor.LIVE_OFFSET, live);
        state.region().flush(site, entry, TableDescriptor.SEGMENT_LENGTH);
    }

    /**
     * Checks that the slots of a whole batch can be redone.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if one of their buckets is damaged
     */
    void requireSlots(TableIndex index) {
        visitSlots((hash, oldSlot, newSlot) -> index.requireBuckets(hash));
    }

    /** Redoes the slots of a whole batch. Not flushed. */
    void redoSlots(TableIndex index) {
        visitSlots((hash, oldSlot, newSlot) -> {
            index.replace(hash, oldSlot, newSlot);
            index.storeAgain(hash);
        });
    }

    /** Receives changes of slots. */
    interface ChangeVisitor {
        void change(long hash, long oldSlot, long newSlot);
    }

    /** Shows the slots of a whole batch. */
    void visitSlots(ChangeVisitor visitor) {
        int segments = region.getInt(offset + JournalDescriptor.SEGMENT_ENTRIES_OFFSET);
        int count = region.getInt(offset + JournalDescriptor.SLOT_ENTRIES_OFFSET);
        for (int i = segments; i < segments + count; i++) {
            int at = offset + headerLength + i * JournalDescriptor.ENTRY_LENGTH;
            visitor.change(region.getLong(at), region.getLong(at + Long.BYTES), region.getLong(at + 2 * Long.BYTES));
        }
    }
}

package io.nvmredis.nvm.table;

import static io.nvmredis.nvm.format.TableDescriptor.DATABASE_COUNT;
import static io.nvmredis.nvm.format.TableDescriptor.PLACE_COUNT;

import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.Sums;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.spi.effects.LibraryEffects;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counters and LSNs that change together with slots, as the writer has them and as they were last published.
 *
 * <p>They are exact after a crash, since the journal of a batch has their new values. Only the writer uses them, except
 * for the {@code published} ones, which any thread reads. The file has none of the libraries of functions: {@link
 * #foundLibraries} gives their key count after an opening, and their other words are 0.
 */
final class TableWords {
    private final TableState state;
    private final long[] keyCounts = new long[PLACE_COUNT];
    private final long[] flushLsns = new long[PLACE_COUNT];
    private final long[] sweptLsns = new long[PLACE_COUNT];
    private final long[] deadlineCounts = new long[PLACE_COUNT];
    private final AtomicLongArray publishedKeyCounts = new AtomicLongArray(PLACE_COUNT);
    private final AtomicLongArray publishedDeadlineCounts = new AtomicLongArray(PLACE_COUNT);
    private final AtomicLongArray publishedFlushLsns = new AtomicLongArray(PLACE_COUNT);
    private long slotCount;
    private long slotSum;
    private long segmentSum;
    private long sequence;

    TableWords(TableState state) {
        this.state = state;
    }

    /** Reads the words from the table's file. */
    void load() {
        slotCount = state.get(TableDescriptor.SLOT_COUNT_OFFSET, "the slot count");
        slotSum = state.get(TableDescriptor.SLOT_SUM_OFFSET, "the slot sum");
        segmentSum = state.get(TableDescriptor.SEGMENT_SUM_OFFSET, "the segment sum");
        sequence = storedSequence();
        for (int database = 0; database < DATABASE_COUNT; database++) {
            int at = database * Long.BYTES;
            keyCounts[database] = state.get(TableDescriptor.KEY_COUNTS_OFFSET + at, "a key count");
            flushLsns[database] = state.get(TableDescriptor.FLUSH_LSNS_OFFSET + at, "a flush LSN");
            sweptLsns[database] = state.get(TableDescriptor.SWEPT_LSNS_OFFSET + at, "a swept LSN");
            deadlineCounts[database] = state.get(TableDescriptor.DEADLINE_COUNTS_OFFSET + at, "a deadline count");
        }
        publish();
    }

    /** Takes whether there are libraries of functions, which have one key. */
    void foundLibraries(boolean areThere) {
        keyCounts[LibraryEffects.DATABASE] = areThere ? 1 : 0;
    }

    /** Publishes the writer's words to all threads. */
    void publish() {
        for (int database = 0; database < PLACE_COUNT; database++) {
            publishedFlushLsns.set(database, flushLsns[database]);
            publishedKeyCounts.set(database, keyCounts[database]);
            publishedDeadlineCounts.set(database, deadlineCounts[database]);
        }
    }

    /** Stores the words in the table's file, flushed and not drained, and publishes them. */
    void store(PersistSite site) {
        state.put(TableDescriptor.SLOT_COUNT_OFFSET, slotCount);
        state.put(TableDescriptor.SLOT_SUM_OFFSET, slotSum);
        state.put(TableDescriptor.SEGMENT_SUM_OFFSET, segmentSum);
        state.put(TableDescriptor.SEQUENCE_OFFSET, sequence);
        for (int database = 0; database < DATABASE_COUNT; database++) {
            int at = database * Long.BYTES;
            state.put(TableDescriptor.KEY_COUNTS_OFFSET + at, keyCounts[database]);
            state.put(TableDescriptor.FLUSH_LSNS_OFFSET + at, flushLsns[database]);
            state.put(TableDescriptor.SWEPT_LSNS_OFFSET + at, sweptLsns[database]);
            state.put(TableDescriptor.DEADLINE_COUNTS_OFFSET + at, deadlineCounts[database]);
        }
        state.region()
                .flush(
                        site,
                        TableDescriptor.SLOT_COUNT_OFFSET,
                        TableDescriptor.WORDS_END - TableDescriptor.SLOT_COUNT_OFFSET);
        publish();
    }

    long slotCount() {
        return slotCount;
    }

    void setSlotCount(long count) {
        slotCount = count;
    }

    /** Returns the sum of the slots in use, see {@link Sums}. */
    long slotSum() {
        return slotSum;
    }

    void setSlotSum(long sum) {
        slotSum = sum;
    }

    /** Notes that one slot replaces another; either may be empty. */
    void slotChanges(long oldSlot, long newSlot) {
        int difference = (newSlot == SlotDescriptor.EMPTY ? 0 : 1) - (oldSlot == SlotDescriptor.EMPTY ? 0 : 1);
        slotCount += difference;
        slotSum = Sums.add(Sums.subtract(slotSum, Sums.ofSlot(oldSlot)), Sums.ofSlot(newSlot));
    }

    /** Returns the sum of the entries of the segments. */
    long segmentSum() {
        return segmentSum;
    }

    void setSegmentSum(long sum) {
        segmentSum = sum;
    }

    /** Returns the number of the last batch. */
    long sequence() {
        return sequence;
    }

    void setSequence(long number) {
        sequence = number;
    }

    /** Returns the number of the batch whose words are in the table's file. */
    long storedSequence() {
        return state.get(TableDescriptor.SEQUENCE_OFFSET, "the number of the last batch");
    }

    long keyCount(int database) {
        return keyCounts[database];
    }

    void setKeyCount(int database, long count) {
        keyCounts[database] = count;
    }

    void addKeys(int database, int difference) {
        keyCounts[database] += difference;
    }

    long deadlineCount(int database) {
        return deadlineCounts[database];
    }

    void setDeadlineCount(int database, long count) {
        deadlineCounts[database] = count;
    }

    void addDeadlines(int database, int difference) {
        deadlineCounts[database] += difference;
    }

    long flushLsn(int database) {
        return flushLsns[database];
    }

    void setFlushLsn(int database, long lsn) {
        flushLsns[database] = lsn;
    }

    long sweptLsn(int database) {
        return sweptLsns[database];
    }

    void setSweptLsn(int database, long lsn) {
        sweptLsns[database] = lsn;
    }

    /** Returns the number of keys of a database as last published. Any thread. */
    long publishedKeyCount(int database) {
        return publishedKeyCounts.get(database);
    }

    /** Returns the number of keys of a database that have a deadline, as last published. Any thread. */
    long publishedDeadlineCount(int database) {
        return publishedDeadlineCounts.get(database);
    }

    /** Returns the LSN of the last FLUSHDB of a database as last published. Any thread. */
    long publishedFlushLsn(int database) {
        return publishedFlushLsns.get(database);
    }
}

package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.Sums;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.SegmentSpace;
import io.nvmredis.nvm.pmem.PmemDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Counts what a published table keeps count of: the slots, and the live bytes of each segment, which are those of the
 * records that slots and chains lead to; and looks whether it knows where those are, and no others.
 */
public final class TableAudit {
    private final TableCore core;
    private final Map<String, Long> liveBytes = new HashMap<>();
    private final Map<String, NavigableSet<Integer>> liveOffsets = new HashMap<>();
    private long slotCount;
    private long slotSum;
    private int longestChain;
    private boolean hasTombstone;
    private boolean hasOverflow;
    private boolean hasPart;
    private boolean knowsLiveRecords;

    private TableAudit(TableCore core) {
        this.core = core;
    }

    /** Throws if a count is not exact; counts nothing if the table has something to publish. */
    public static TableAudit of(Table table) {
        TableAudit audit = new TableAudit(table.core());
        if (audit.core.isPublished()) {
            audit.countBuckets();
            audit.compare();
            assertThat(table.statistics().damagedSegmentCount())
                    .as("segments with damage")
                    .isZero();
        }
        return audit;
    }

    /** Opens a table whose index is compared with its sum at once only if it has no more buckets than this. */
    public static Table open(PmemDirectory directory, TableShape shape, LongSupplier ids, long checkedAtOnce) {
        return Table.open(directory, shape, Long.MAX_VALUE, ids, checkedAtOnce);
    }

    /** Whether everything that was applied is durable and visible. */
    public static boolean isPublished(Table table) {
        return table.core().isPublished();
    }

    private void countBuckets() {
        long cursor = 0;
        do {
            List<Long> slots = new ArrayList<>();
            cursor = core.index()
                    .visitBucket(
                            cursor,
                            slots::clear,
                            slot -> {
                                slots.add(slot);
                                return false;
                            },
                            damage -> {
                                throw damage;
                            });
            hasOverflow |= slots.size() > 7;
            slots.forEach(this::count);
        } while (cursor != 0);
    }

    private void count(long slot) {
        slotCount++;
        slotSum = Sums.add(slotSum, Sums.ofSlot(slot));
        HeapRecord newest = new HeapRecord();
        core.heap().read(SlotDescriptor.position(slot), newest);
        List<HeapRecord> chain = core.chain(newest);
        longestChain = Math.max(longestChain, chain.size());
        hasTombstone |= newest.header().isTombstone();
        for (HeapRecord record : chain) {
            hasPart |= record.header().isPart();
            liveBytes.merge(nameOf(record), record.header().framedLength(), Long::sum);
            liveOffsets.computeIfAbsent(nameOf(record), name -> new TreeSet<>()).add(record.offset());
        }
    }

    /** A file made since the table was opened is known by its temporary name. */
    private static String nameOf(HeapRecord record) {
        String path = record.path();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.endsWith(".tmp") ? name.substring(0, name.length() - ".tmp".length()) : name;
    }

    private void compare() {
        assertThat(core.words().slotCount()).as("the slot count").isEqualTo(slotCount);
        assertThat(core.words().slotSum()).as("the slot sum").isEqualTo(slotSum);
        SegmentSpace space = core.heap().space();
        for (int number = 0; number <= space.highest(); number++) {
            long said = space.end(number) == 0 ? 0 : space.live(number);
            assertThat(said)
                    .as("live bytes of segment %d", number)
                    .isEqualTo(liveBytes.getOrDefault(TableFileNames.heap(number), 0L));
            if (space.knowsLiveRecords(number)) {
                knowsLiveRecords = true;
                assertThat(undecided(space, number))
                        .as("records of segment %d that are not known to be dead", number)
                        .isEqualTo(liveOffsets.getOrDefault(TableFileNames.heap(number), new TreeSet<>()));
            }
        }
    }

    private static NavigableSet<Integer> undecided(SegmentSpace space, int number) {
        NavigableSet<Integer> offsets = new TreeSet<>();
        int offset = space.nextUndecided(number, HeapDescriptor.RECORDS_OFFSET);
        while (offset >= 0) {
            offsets.add(offset);
            offset = space.nextUndecided(number, offset + HeapRecordDescriptor.ALIGNMENT);
        }
        return offsets;
    }

    /** Whether it is known of any segment where its live records are. */
    public boolean knowsLiveRecords() {
        return knowsLiveRecords;
    }

    public int longestChain() {
        return longestChain;
    }

    public boolean hasTombstone() {
        return hasTombstone;
    }

    /** Whether a base was in parts. */
    public boolean hasPart() {
        return hasPart;
    }

    /** Whether a number of a segment has been used again. */
    public static boolean hasReusedSegment(Table table) {
        SegmentSpace space = table.core().heap().space();
        for (int number = 0; number <= space.highest(); number++) {
            if (space.epoch(number) > space.highest() + 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether a bucket had more slots than fit into a line. */
    public boolean hasOverflow() {
        return hasOverflow;
    }
}

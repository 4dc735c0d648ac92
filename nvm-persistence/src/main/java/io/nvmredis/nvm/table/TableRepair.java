package io.nvmredis.nvm.table;

import static io.nvmredis.nvm.format.TableDescriptor.DATABASE_COUNT;

import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.nvm.heap.SegmentReader;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.spi.Finding;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drops keys whose records are damaged, each by a tombstone, and counts anew what they took.
 *
 * <p>The tombstone has the LSN of the last transaction of the log: so the transactions that the table does not have yet,
 * and that may change a value which is gone, are contained in it, and the key is as if it had been deleted then.
 *
 * <p>A key is dropped only if it can be named. Its name is in the damaged record's header, if that checks; in a newer
 * record of its chain; or in the bytes of a header that does not check, if the hash of those bytes has the tag of the slot
 * that leads there and belongs into its bucket, which other bytes do by chance once in 32768 times or less.
 *
 * <p>All is one batch, counts included, so a crash leaves all of it or nothing. What the counts must be is found out
 * before, in a copy that nobody keeps: see {@link #rehearse}.
 */
public final class TableRepair {
    private final List<Doomed> doomed = new ArrayList<>();
    private final List<Finding> left = new ArrayList<>();

    /** Key that is to be dropped, and its slot. */
    private record Doomed(Finding.Key key, long hash, long slot) {}

    private long[] live = {};
    private final long[] keyCounts = new long[DATABASE_COUNT];
    private final long[] deadlineCounts = new long[DATABASE_COUNT];

    /**
     * Finds out which keys have to be dropped for some findings.
     *
     * @param directory directory whose table has been opened and closed again
     */
    public TableRepair(PmemDirectory directory, List<Finding> findings) {
        TableParts parts = TableParts.open(directory, new FindingList());
        if (parts == null) {
            throw new PersistenceException("the table in " + directory.pathOf("") + " cannot be read");
        }
        Map<String, Finding.Key> names = new HashMap<>();
        Map<Long, Finding> unnamed = new HashMap<>();
        for (Finding finding : findings) {
            int number = TableFileNames.heapNumberOf(
                    finding.file().substring(finding.file().lastIndexOf('/') + 1));
            boolean isLive = finding.part().equals("record") || finding.part().equals("payload");
            if (number < 0 || !isLive) {
                left.add(finding);
            } else if (finding.key() != null) {
                names.put(nameOf(finding.key()), finding.key());
            } else {
                unnamed.put(parts.position(number, (int) (finding.offset() & -8)), finding);
            }
        }
        new Search(parts, names, unnamed).run();
    }

    private static String nameOf(Finding.Key key) {
        return key.database() + "/" + new String(key.name(), StandardCharsets.ISO_8859_1);
    }

    /** Search for the slots of the keys. */
    private final class Search {
        private final TableParts parts;
        private final Map<String, Finding.Key> names;
        private final Map<Long, Finding> unnamed;
        private final Map<Long, List<Finding.Key>> byHash = new HashMap<>();
        private final HeapRecord record = new HeapRecord();
        private final long bucketCount;

        Search(TableParts parts, Map<String, Finding.Key> names, Map<Long, Finding> unnamed) {
            this.parts = parts;
            this.names = names;
            this.unnamed = unnamed;
            this.bucketCount = parts.word(TableDescriptor.BUCKET_COUNT_OFFSET);
        }

        void run() {
            for (Finding.Key key : names.values()) {
                byHash.computeIfAbsent(tagOf(hash(key)), tag -> new ArrayList<>())
                        .add(key);
            }
            new IndexWalk(parts, new FindingList(), (slot, bucket, array, at, index) -> visit(slot, bucket)).walk();
            left.addAll(unnamed.values());
        }

        private long hash(Finding.Key key) {
            return KeyHash.of(parts.tableId(), key.database(), key.name(), 0, key.name().length);
        }

        private static long tagOf(long hash) {
            return hash & SlotDescriptor.TAG_MASK;
        }

        private void visit(long slot, long bucket) {
            long position = SlotDescriptor.position(slot);
            SegmentReader segment = parts.segment(parts.segmentOf(position));
            if (segment == null) {
                return;
            }
            int offset = parts.offsetOf(position);
            for (Finding.Key key : byHash.getOrDefault(SlotDescriptor.tag(slot), List.of())) {
                if (isOf(segment, offset, key)) {
                    doomed.add(new Doomed(key, hash(key), slot));
                }
            }
            if (unnamed.containsKey(position)) {
                guess(segment, offset, slot, bucket);
            }
        }

        private boolean isOf(SegmentReader segment, int offset, Finding.Key key) {
            try {
                segment.read(offset, record);
                return record.isOf(key.database(), key.name(), 0, key.name().length);
            } catch (DamageException e) {
                return false;
            }
        }

        private void guess(SegmentReader segment, int offset, long slot, long bucket) {
            try {
                segment.readUnchecked(offset, record);
            } catch (DamageException e) {
                return;
            }
            RecordHeader header = record.header();
            long hash = ChainCheck.hash(parts, record);
            if (tagOf(hash) == SlotDescriptor.tag(slot)
                    && TableIndex.bucketOf(hash, bucketCount) == bucket
                    && header.database() >= 0) {
                doomed.add(new Doomed(ChainCheck.keyOf(record), hash, slot));
                unnamed.remove(SlotDescriptor.position(slot));
            }
        }
    }

    /** Returns the findings for which no key can be named, so that nothing is done about them. */
    public List<Finding> left() {
        return left;
    }

    /** Returns the keys that are dropped. */
    public List<Finding.Key> keys() {
        return doomed.stream().map(Doomed::key).toList();
    }

    /**
     * Drops the keys of a copy of the table, and counts what is left: what {@link #apply} will set.
     *
     * @param directory directory of the table, which is closed here
     * @throws PersistenceException if damage is left that makes the counts unknown
     */
    public void rehearse(PmemDirectory directory, Table table, long lsn) {
        drop(table.core(), lsn);
        table.core().publish();
        table.close();
        FindingList findings = new FindingList();
        TableCounts counts = TableCheck.count(directory, findings);
        if (!counts.isExact()) {
            throw new PersistenceException("damage is left that no key can be named for, and without which nothing can"
                    + " be counted: put back a copy of the directory");
        }
        live = counts.live();
        for (int database = 0; database < DATABASE_COUNT; database++) {
            keyCounts[database] = counts.tally().keys(database);
            deadlineCounts[database] = counts.tally().deadlines(database);
        }
    }

    /** Drops the keys, and sets the counts that the rehearsal has found, in one batch. Returns when it is durable. */
    public void apply(Table table, long lsn) {
        TableCore core = table.core();
        drop(core, lsn);
        for (int database = 0; database < DATABASE_COUNT; database++) {
            core.words().setKeyCount(database, keyCounts[database]);
            core.words().setDeadlineCount(database, deadlineCounts[database]);
        }
        for (int number = 0; number <= core.heap().space().highest(); number++) {
            if (core.heap().space().end(number) > 0) {
                core.heap().space().recounted(number, live[number]);
            }
        }
        core.wordsChanged();
        // A crash before the journal is durable leaves the table as it was; a crash after it leaves the keys dropped
        // and
        // everything counted.
        core.publish();
    }

    private void drop(TableCore core, long lsn) {
        RecordHeader header = new RecordHeader();
        for (Doomed key : doomed) {
            byte[] name = key.key().name();
            header.setTombstone(key.key().database(), lsn);
            long position = core.heap().append(header, name, 0, name.length, ImageEncoder.NO_KEY, 0, 0, true);
            core.change(key.hash(), key.slot(), SlotDescriptor.of(key.hash(), position, false));
        }
    }
}

package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.nvm.heap.SegmentReader;
import io.nvmredis.spi.Finding;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chains of keys whose newest record is a delta, from the newest record back to the base, and checks that
 * each record is of the key, and the one that the next says. Reads headers and keys; payloads are read with their
 * segments. One thread.
 */
final class ChainCheck {
    private final TableParts parts;
    private final FindingList findings;
    private final long bucketCount;
    private final ObjIntConsumer<HeapRecord> visitor;
    private HeapRecord record = new HeapRecord();
    private HeapRecord previous = new HeapRecord();

    /**
     * Makes a check.
     *
     * @param visitor receives each record of a chain with its segment, the newest first
     */
    ChainCheck(TableParts parts, FindingList findings, ObjIntConsumer<HeapRecord> visitor) {
        this.parts = parts;
        this.findings = findings;
        this.visitor = visitor;
        this.bucketCount = parts.word(TableDescriptor.BUCKET_COUNT_OFFSET);
    }

    /** Follows the chain of a slot of a bucket. Returns whether all of it could be read. */
    boolean follow(long slot, long bucket) {
        long position = SlotDescriptor.position(slot);
        if (!isRead(position, record, null)) {
            return false;
        }
        requireBelongs(slot, bucket, record);
        visitor.accept(record, parts.segmentOf(position));
        while (record.header().isDelta()) {
            position = record.header().previousPosition();
            if (!isRead(position, previous, record) || !isFit(position)) {
                return false;
            }
            visitor.accept(previous, parts.segmentOf(position));
            HeapRecord read = previous;
            previous = record;
            record = read;
        }
        return true;
    }

    private boolean isRead(long position, HeapRecord into, @Nullable HeapRecord newer) {
        Finding.Key key = newer == null ? null : keyOf(newer);
        try {
            segmentWith(position, newer).read(parts.offsetOf(position), into);
            return true;
        } catch (DamageException e) {
            findings.add(e, "record", key);
            return false;
        }
    }

    private SegmentReader segmentWith(long position, @Nullable HeapRecord newer) {
        SegmentReader segment = parts.segment(parts.segmentOf(position));
        int offset = parts.offsetOf(position);
        if (segment == null || offset >= segment.end()) {
            throw Damage.damaged(
                    newer == null ? parts.state().region().path() : newer.path(),
                    newer == null ? 0 : newer.offset(),
                    "the position of a record before this one",
                    "offset " + offset + " of heap segment " + parts.segmentOf(position) + ", where there is none");
        }
        return segment;
    }

    private boolean isFit(long position) {
        RecordHeader header = previous.header();
        if (previous.isOfKeyOf(record) && header.canPrecede(record.header())) {
            return true;
        }
        findings.add(
                Damage.damaged(
                        previous.path(),
                        parts.offsetOf(position),
                        "the record of LSN " + record.header().previousLsn() + " that the chain goes on with",
                        "another, of LSN " + header.lsn()),
                "record",
                keyOf(record));
        return false;
    }

    /** Reports a slot that is not of the key of its record, or not in the bucket in which lookups search for it. */
    private void requireBelongs(long slot, long bucket, HeapRecord newest) {
        long hash = hash(parts, newest);
        try {
            Located.requireTag(slot, newest, hash);
            if (!newest.header().isDelta()) {
                throw Damage.damaged(
                        newest.path(), newest.offset(), "a delta, as the slot says", "a record of another kind");
            }
            if (TableIndex.bucketOf(hash, bucketCount) != bucket) {
                throw Damage.damaged(
                        newest.path(),
                        newest.offset(),
                        "a record of bucket " + bucket + ", which leads there",
                        "one of bucket " + TableIndex.bucketOf(hash, bucketCount));
            }
        } catch (DamageException e) {
            findings.add(e, "record", keyOf(newest));
        }
    }

    static long hash(TableParts parts, HeapRecord record) {
        RecordHeader header = record.header();
        return KeyHash.of(
                parts.tableId(), header.database(), record.keyBytes(), record.keyOffset(), header.keyLength());
    }

    static Finding.Key keyOf(HeapRecord record) {
        return new Finding.Key(record.header().database(), record.key());
    }
}

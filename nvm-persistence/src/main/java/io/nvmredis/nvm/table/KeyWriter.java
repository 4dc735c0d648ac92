package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.nvm.table.TableCore.Located;
import io.nvmredis.spi.EffectReader;
import io.nvmredis.spi.Transaction;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of a key, and decides when a chain is folded or its deltas are merged.
 *
 * <p><b>Fold:</b> when the deltas would outweigh the base, the value is written as a new base. The bytes written since
 * the last base then pay for it: at most twice as much is written again as was written.
 *
 * <p><b>Merge:</b> when there would be more than {@value #MAX_DEPTH} deltas, the newest are written as one, reaching
 * back until the next older one is larger than all of them together. So a chain stays short, whatever its base, each
 * delta is written again a logarithmic number of times at most, and the base not at all.
 *
 * <p>Everything that can fail comes before the first change of a counter, so an exception leaves the batch as it was.
 */
final class KeyWriter {
    static final int MAX_DEPTH = 32;
    private static final int UNIT = HeapRecordDescriptor.ALIGNMENT;
    /** Above this a value is not folded for its weight: it might not fit into one payload. */
    private static final long MAX_FOLD_BYTES = 1L << 30;

    private final TableCore core;
    private final Transaction payload = new Transaction();
    private long foldCount;
    private long mergeCount;

    KeyWriter(TableCore core) {
        this.core = core;
    }

    long foldCount() {
        return foldCount;
    }

    long mergeCount() {
        return mergeCount;
    }

    /** Writes a whole value in the place of all that the key had. */
    void writeBase(
            long hash,
            int database,
            byte[] key,
            @Nullable Located old,
            int typeCode,
            int elements,
            long lsn,
            long deadline,
            byte[] bytes,
            int length,
            boolean privileged) {
        RecordHeader header = new RecordHeader(
                HeapRecordDescriptor.KIND_BASE,
                typeCode,
                database,
                elements,
                lsn,
                deadline,
                key.length,
                length,
                Heap.checksum(bytes, 0, length),
                0,
                0,
                0,
                0,
                0);
        List<HeapRecord> superseded = old == null ? List.of() : core.chain(old.record());
        long position = core.heap().append(header, key, bytes, 0, privileged);
        supersede(hash, old, position, superseded);
    }

    /** Writes an image in the place of all that the key had. */
    void writeImage(
            long hash, int database, byte[] key, @Nullable Located old, Image image, long lsn, boolean privileged) {
        int typeCode = EffectTypes.codeOf(Objects.requireNonNull(image.type()));
        byte[] bytes;
        int length;
        int elements = image.elementCount();
        if (typeCode == EffectTypes.STRING_CODE) {
            bytes = image.string();
            length = bytes.length;
        } else {
            payload.reset();
            ImageEncoder.encode(image, payload);
            bytes = payload.bytes();
            length = payload.length();
            // A stream may be empty and is there all the same.
            elements = Math.max(1, elements);
        }
        writeBase(hash, database, key, old, typeCode, elements, lsn, image.deadline(), bytes, length, privileged);
    }

    /** Notes that the key is gone. */
    void writeTombstone(long hash, int database, byte[] key, Located old, long lsn) {
        RecordHeader header = new RecordHeader(
                HeapRecordDescriptor.KIND_TOMBSTONE,
                0,
                database,
                0,
                lsn,
                Image.NO_DEADLINE,
                key.length,
                0,
                0,
                0,
                0,
                0,
                0,
                0);
        List<HeapRecord> superseded = core.chain(old.record());
        long position = core.heap().append(header, key, ImageEncoder.NO_KEY, 0, true);
        supersede(hash, old, position, superseded);
        core.noteTombstone(hash, SlotDescriptor.of(hash, position), lsn);
    }

    private void supersede(long hash, @Nullable Located old, long position, List<HeapRecord> superseded) {
        superseded.forEach(core.heap()::release);
        core.change(hash, old == null ? SlotDescriptor.EMPTY : old.slot(), SlotDescriptor.of(hash, position));
    }

    /** Adds effects to what the key has. */
    void writeDelta(long hash, Located old, KeyChange change, long lsn) {
        RecordHeader newest = old.record().header();
        Transaction effects = change.effects();
        long units =
                HeapRecordDescriptor.framedLength(HeapRecordDescriptor.KIND_DELTA, newest.keyLength(), effects.length())
                        / UNIT;
        if (outweighs(newest, units)) {
            fold(hash, old, change, lsn);
        } else if (newest.depth() >= MAX_DEPTH) {
            List<HeapRecord> chain = core.chain(old.record());
            int count = mergeable(chain, units);
            appendMerged(hash, old, chain, count, effects, change, lsn, false);
        } else {
            append(
                    hash,
                    old,
                    old.record(),
                    old.position(),
                    List.of(),
                    effects,
                    change.elements(),
                    lsn,
                    change.deadline(),
                    false);
        }
    }

    private static long baseUnits(RecordHeader header) {
        return header.isDelta() ? header.baseUnits() : header.framedLength() / UNIT;
    }

    private static boolean outweighs(RecordHeader newest, long units) {
        long deltaUnits = newest.deltaUnits() + units;
        long baseUnits = baseUnits(newest);
        return deltaUnits > baseUnits && (deltaUnits + baseUnits) * UNIT <= MAX_FOLD_BYTES;
    }

    private void fold(long hash, Located old, KeyChange change, long lsn) {
        Image image = TableCore.image(core.chain(old.record()));
        Transaction effects = change.effects();
        TableCore.applyAll(image, new EffectReader().reset(effects.bytes(), 0, effects.length()));
        image.setDeadline(change.deadline());
        HeapRecord newest = old.record();
        writeImage(hash, newest.header().database(), newest.key(), old, image, lsn, false);
        foldCount++;
    }

    /** Writes the value of a chain as one base, for the cleaner. */
    void foldInPlace(long hash, Located old, List<HeapRecord> chain) {
        RecordHeader header = old.record().header();
        writeImage(hash, header.database(), old.record().key(), old, TableCore.image(chain), header.lsn(), true);
        foldCount++;
    }

    /** How many of the newest deltas are to be merged with one of so many units. */
    private static int mergeable(List<HeapRecord> chain, long units) {
        long merged = units;
        int count = 0;
        while (count < chain.size() - 1) {
            long next = chain.get(count).header().framedLength() / UNIT;
            if (count > 0 && next > merged) {
                break;
            }
            merged += next;
            count++;
        }
        return count;
    }

    /** Writes the newest deltas of a chain as one, for the cleaner. */
    void mergeInPlace(long hash, Located old, List<HeapRecord> chain, int count) {
        appendMerged(
                hash,
                old,
                chain,
                count,
                new Transaction(),
                null,
                old.record().header().lsn(),
                true);
    }

    private void appendMerged(
            long hash,
            Located old,
            List<HeapRecord> chain,
            int count,
            Transaction effects,
            @Nullable KeyChange change,
            long lsn,
            boolean privileged) {
        ByteArrayOutputStream merged = new ByteArrayOutputStream();
        for (int i = count - 1; i >= 0; i--) {
            merged.writeBytes(chain.get(i).payload());
        }
        merged.write(effects.bytes(), 0, effects.length());
        RecordHeader newest = old.record().header();
        long position = chain.get(count - 1).header().previousPosition();
        append(
                hash,
                old,
                chain.get(count),
                position,
                chain.subList(0, count),
                merged.toByteArray(),
                merged.size(),
                change == null ? newest.elements() : change.elements(),
                lsn,
                change == null ? newest.deadline() : change.deadline(),
                privileged);
        mergeCount++;
    }

    private void append(
            long hash,
            Located old,
            HeapRecord previous,
            long previousPosition,
            List<HeapRecord> superseded,
            Transaction effects,
            int elements,
            long lsn,
            long deadline,
            boolean privileged) {
        append(
                hash,
                old,
                previous,
                previousPosition,
                superseded,
                effects.bytes(),
                effects.length(),
                elements,
                lsn,
                deadline,
                privileged);
    }

    private void append(
            long hash,
            Located old,
            HeapRecord previous,
            long previousPosition,
            List<HeapRecord> superseded,
            byte[] bytes,
            int length,
            int elements,
            long lsn,
            long deadline,
            boolean privileged) {
        RecordHeader before = previous.header();
        byte[] key = previous.key();
        long units = HeapRecordDescriptor.framedLength(HeapRecordDescriptor.KIND_DELTA, key.length, length) / UNIT;
        RecordHeader header = new RecordHeader(
                HeapRecordDescriptor.KIND_DELTA,
                before.type(),
                before.database(),
                elements,
                lsn,
                deadline,
                key.length,
                length,
                Heap.checksum(bytes, 0, length),
                before.lsn(),
                previousPosition,
                before.depth() + 1,
                Math.toIntExact(baseUnits(before)),
                Math.toIntExact(before.deltaUnits() + units));
        long position = core.heap().append(header, key, bytes, 0, privileged);
        superseded.forEach(core.heap()::release);
        core.change(hash, old.slot(), SlotDescriptor.of(hash, position));
    }

    /** Moves a record that is a whole chain, as it is. */
    void move(long hash, Located old) {
        long position = core.heap().copy(old.record());
        core.heap().release(old.record());
        long slot = SlotDescriptor.of(hash, position);
        core.change(hash, old.slot(), slot);
        if (old.record().header().isTombstone()) {
            core.noteTombstone(hash, slot, old.record().header().lsn());
        }
    }
}

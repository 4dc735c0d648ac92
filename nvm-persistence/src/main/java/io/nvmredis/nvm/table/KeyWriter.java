package io.nvmredis.nvm.table;

import io.nvmredis.nvm.events.FoldEvent;
import io.nvmredis.nvm.format.HeapRecordDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Transaction;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Writes the records of a key, and decides when a chain is folded or its deltas are merged.
 *
 * <p><b>Fold:</b> when the deltas would outweigh the base, the value is written as a new base. The bytes written since
 * the last base pay for it: a fold writes at most twice as many bytes as have been written since.
 *
 * <p><b>Parts:</b> a collection may be longer than any payload can be. Its base is then written as several records, see
 * FORMAT.md; so every value can be folded, and none grows without bound.
 *
 * <p><b>Merge:</b> when there would be more than {@value #MAX_DEPTH} deltas, the newest are written as one, back to the
 * first whose next older delta is larger than all of them together. So a chain stays short, whatever its base; each
 * delta is written again a logarithmic number of times at most, and the base not at all. Deltas that are too large to
 * become one are left as they are, so such a chain has some more of them.
 *
 * <p>Every step that can fail comes before the first change of a counter, so an exception leaves the batch as it was.
 */
final class KeyWriter {
    static final int MAX_DEPTH = 32;
    private static final int UNIT = HeapRecordDescriptor.ALIGNMENT;
    /** Most segments that a payload may take, unless one effect alone is longer. */
    private static final int LARGEST_PAYLOAD_SEGMENTS = 8;

    private final TableCore core;
    private final RecordHeader header = new RecordHeader();
    private final Transaction payload = new Transaction();
    private final HeapRecord written = new HeapRecord();
    private final int largestPayload;
    private final ImageEncoder encoder;
    private long foldCount;
    private long mergeCount;

    KeyWriter(TableCore core) {
        this.core = core;
        // Segments may have 256 MB and more, but a payload, with the rest of its file, must be below 2 GB.
        this.largestPayload = (int) Math.min(
                1L << 30, LARGEST_PAYLOAD_SEGMENTS * (long) core.files().shape().segmentLength());
        this.encoder = new ImageEncoder(payload, largestPayload);
    }

    long foldCount() {
        return foldCount;
    }

    long mergeCount() {
        return mergeCount;
    }

    /** Writes the whole value that a change makes; it replaces all records of the key. */
    void writeBase(Located old, KeyChange change, long lsn) {
        int flags = change.isPlain() ? HeapRecordDescriptor.FLAG_PLAIN : 0;
        header.setBase(change.typeCode(), old.database(), flags, change.elements(), lsn, change.deadline());
        if (change.isString()) {
            replace(old, change.stringBytes(), change.stringOffset(), change.stringLength(), false);
        } else {
            Transaction effects = change.effects();
            replace(old, effects.bytes(), 0, effects.length(), false);
        }
    }

    /** Writes an image as the whole value; it replaces all records of the key. */
    void writeImage(Located old, ValueImage image, long lsn, boolean privileged) {
        int typeCode = EffectTypes.codeOf(Objects.requireNonNull(image.type()));
        if (typeCode == EffectTypes.STRING_CODE) {
            byte[] bytes = image.string();
            header.setBase(typeCode, old.database(), 0, 1, lsn, image.deadline());
            replace(old, bytes, 0, bytes.length, privileged);
            return;
        }
        // A stream exists even if it is empty.
        header.setBase(typeCode, old.database(), 0, Math.max(1, image.elementCount()), lsn, image.deadline());
        List<HeapRecord> chain = chainOf(old);
        List<Long> positions = new ArrayList<>();
        payload.reset();
        boolean isPlain;
        try {
            isPlain = encoder.encode(image, () -> writePart(old, positions));
            if (!positions.isEmpty()) {
                writePart(old, positions);
            }
        } catch (RuntimeException | Error e) {
            positions.forEach(this::release);
            throw e;
        }
        if (positions.isEmpty()) {
            header.setPlain(isPlain);
            replace(old, payload.bytes(), 0, payload.length(), privileged);
        } else {
            point(old, chain, positions.get(positions.size() - 1), true);
        }
        payload.reset();
    }

    /**
     * Writes {@code payload} as one part of a base: a BASE, or a DELTA behind the part before. Nothing points at it
     * yet.
     */
    private void writePart(Located key, List<Long> positions) {
        if (!positions.isEmpty()) {
            long length = HeapRecordDescriptor.framedLength(
                    HeapRecordDescriptor.KIND_DELTA, key.keyLength(), payload.length());
            header.setPart(positions.get(positions.size() - 1), length);
        }
        positions.add(core.heap()
                .appendAlone(header, key.key(), key.keyOffset(), key.keyLength(), payload.bytes(), payload.length()));
        payload.reset();
    }

    /** Releases a part that nothing will point at. */
    private void release(long position) {
        core.heap().read(position, written);
        core.heap().release(written);
    }

    /** Writes a tombstone: the key is removed. */
    void writeTombstone(Located old, long lsn) {
        header.setTombstone(old.database(), lsn);
        long position = replace(old, ImageEncoder.NO_KEY, 0, 0, true);
        core.tombstones().note(old.hash(), SlotDescriptor.of(old.hash(), position, false), lsn);
    }

    /** Appends the record of {@code header}, which replaces all records of the key. Returns its position. */
    private long replace(Located old, byte[] bytes, int offset, int length, boolean privileged) {
        List<HeapRecord> chain = chainOf(old);
        long position = append(old, bytes, offset, length, privileged);
        point(old, chain, position, false);
        return position;
    }

    /**
     * Returns the key's records if they are a chain, otherwise an empty list. It may fail, so it is called before
     * anything changes.
     */
    private List<HeapRecord> chainOf(Located old) {
        return old.isFound() && old.record().header().isDelta() ? core.chain(old.record()) : List.of();
    }

    /** Lets the key's slot point at a new record, and releases the key's old records. */
    private void point(Located old, List<HeapRecord> chain, long position, boolean isChain) {
        if (!chain.isEmpty()) {
            chain.forEach(core.heap()::release);
        } else if (old.isFound()) {
            core.heap().release(old.record());
        }
        core.change(old, SlotDescriptor.of(old.hash(), position, isChain));
    }

    private long append(Located key, byte[] bytes, int offset, int length, boolean privileged) {
        return core.heap()
                .append(header, key.key(), key.keyOffset(), key.keyLength(), bytes, offset, length, privileged);
    }

    /** Writes effects as a delta of the key. */
    void writeDelta(Located old, KeyChange change, long lsn) {
        RecordHeader newest = old.record().header();
        Transaction effects = change.effects();
        long length = deltaLength(newest, effects.length());
        if (outweighs(newest, length)) {
            fold(old, change, lsn);
        } else if (newest.depth() < MAX_DEPTH || !merge(old, change, lsn, length)) {
            header.setDelta(newest, old.position(), change.elements(), lsn, change.deadline(), length);
            long position = append(old, effects.bytes(), 0, effects.length(), false);
            core.change(old, SlotDescriptor.of(old.hash(), position, true));
        }
    }

    private static long deltaLength(RecordHeader newest, int payloadLength) {
        return HeapRecordDescriptor.framedLength(HeapRecordDescriptor.KIND_DELTA, newest.keyLength(), payloadLength);
    }

    /** Returns whether one more delta of {@code length} bytes makes the deltas of a chain longer than its base. */
    static boolean outweighs(RecordHeader newest, long length) {
        return newest.deltaUnits() * UNIT + length > newest.unitsOfBase() * UNIT;
    }

    private void fold(Located old, KeyChange change, long lsn) {
        long startNanos = System.nanoTime();
        FoldEvent event = begun(old);
        ValueImage image = TableCore.image(core.chain(old.record()));
        Transaction effects = change.effects();
        TableCore.applyAll(image, new EffectReader().reset(effects.bytes(), 0, effects.length()));
        image.setDeadline(change.deadline());
        writeImage(old, image, lsn, false);
        folded(event, startNanos);
    }

    private static FoldEvent begun(Located old) {
        FoldEvent event = new FoldEvent();
        event.database = old.database();
        event.bytes = old.record().header().chainLength();
        event.deltas = old.record().header().depth();
        event.begin();
        return event;
    }

    private void folded(FoldEvent event, long startNanos) {
        foldCount++;
        core.durations().accept("fold", System.nanoTime() - startNanos);
        event.commit();
    }

    /** Folds a chain for the cleaner: writes its value as one base. */
    void foldInPlace(Located old, List<HeapRecord> chain) {
        long startNanos = System.nanoTime();
        FoldEvent event = begun(old);
        writeImage(old, TableCore.image(chain), old.record().header().lsn(), true);
        folded(event, startNanos);
    }

    /** Merges the newest deltas of a chain with a new one. Returns false if even the newest is too large for that. */
    private boolean merge(Located old, KeyChange change, long lsn, long length) {
        List<HeapRecord> chain = core.chain(old.record());
        int count = mergeable(chain, length);
        if (count == 0) {
            return false;
        }
        byte[] merged = merged(chain, count, change.effects());
        appendMerged(old, chain, count, merged, change.elements(), lsn, change.deadline(), false);
        return true;
    }

    /** Returns how many of the newest deltas are to be merged with one of {@code length} bytes. */
    private int mergeable(List<HeapRecord> chain, long length) {
        long merged = length;
        int count = 0;
        int deltaCount = chain.get(0).header().depth();
        while (count < deltaCount) {
            long next = chain.get(count).header().framedLength();
            if (merged + next > largestPayload || (count > 0 && next > merged)) {
                break;
            }
            merged += next;
            count++;
        }
        return count;
    }

    /**
     * Writes the newest deltas of a chain as one for the cleaner, or folds the chain if they are too large to be one.
     */
    void mergeInPlace(Located old, List<HeapRecord> chain, int count) {
        RecordHeader newest = old.record().header();
        long length = chain.subList(0, count).stream()
                .mapToLong(record -> record.header().framedLength())
                .sum();
        if (length > largestPayload) {
            foldInPlace(old, chain);
            return;
        }
        byte[] merged = merged(chain, count, new Transaction());
        appendMerged(old, chain, count, merged, newest.elements(), newest.lsn(), newest.deadline(), true);
    }

    private static byte[] merged(List<HeapRecord> chain, int count, Transaction effects) {
        ByteArrayOutputStream merged = new ByteArrayOutputStream();
        for (int i = count - 1; i >= 0; i--) {
            merged.writeBytes(chain.get(i).payload());
        }
        merged.write(effects.bytes(), 0, effects.length());
        return merged.toByteArray();
    }

    /** Appends merged effects, which replace the newest deltas. */
    private void appendMerged(
            Located old,
            List<HeapRecord> chain,
            int count,
            byte[] merged,
            int elements,
            long lsn,
            long deadline,
            boolean privileged) {
        RecordHeader before = chain.get(count).header();
        long position = chain.get(count - 1).header().previousPosition();
        header.setDelta(before, position, elements, lsn, deadline, deltaLength(before, merged.length));
        long appended = append(old, merged, 0, merged.length, privileged);
        chain.subList(0, count).forEach(core.heap()::release);
        core.change(old, SlotDescriptor.of(old.hash(), appended, true));
        mergeCount++;
    }

    /** Moves a record that is a whole chain, with its slot, as it is. */
    void move(long hash, long oldSlot, HeapRecord record) {
        long position = core.heap().copy(record);
        core.heap().release(record);
        long slot = SlotDescriptor.of(hash, position, false);
        core.change(hash, oldSlot, slot);
        if (record.header().isTombstone()) {
            core.tombstones().note(hash, slot, record.header().lsn());
        }
    }
}

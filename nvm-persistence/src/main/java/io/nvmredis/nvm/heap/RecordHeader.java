package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.HeapRecordDescriptor;

/**
 * The header of a record, as numbers. Made to be reused: every record that is read or written has one, and there are
 * millions a second.
 */
public final class RecordHeader {
    int kind;
    int type;
    int database;
    int flags;
    int elements;
    long lsn;
    long deadline;
    int keyLength;
    int payloadLength;
    int payloadCrc;
    long previousLsn;
    long previousPosition;
    int depth;
    long baseUnits;
    long deltaUnits;

    /** Becomes the header of a whole value. */
    public RecordHeader setBase(
            int newType, int newDatabase, int newFlags, int newElements, long newLsn, long newDeadline) {
        kind = HeapRecordDescriptor.KIND_BASE;
        type = newType;
        database = newDatabase;
        flags = newFlags;
        elements = newElements;
        lsn = newLsn;
        deadline = newDeadline;
        return setPrevious(0, 0, 0, 0, 0);
    }

    /** Says whether a base is plain: see {@link #isPlain}. */
    public void setPlain(boolean isPlain) {
        flags = isPlain ? HeapRecordDescriptor.FLAG_PLAIN : 0;
    }

    /** Becomes the header of a note that the key is gone. */
    public RecordHeader setTombstone(int newDatabase, long newLsn) {
        setBase(0, newDatabase, 0, 0, newLsn, -1);
        kind = HeapRecordDescriptor.KIND_TOMBSTONE;
        return this;
    }

    /** Becomes the header of effects on what another record, or the chain that it is the newest of, makes. */
    public RecordHeader setDelta(
            RecordHeader previous, long position, int newElements, long newLsn, long newDeadline, long length) {
        setBase(previous.type, previous.database, 0, newElements, newLsn, newDeadline);
        kind = HeapRecordDescriptor.KIND_DELTA;
        return setPrevious(
                previous.lsn,
                position,
                previous.depth + 1,
                previous.unitsOfBase(),
                previous.deltaUnits + length / HeapRecordDescriptor.ALIGNMENT);
    }

    /**
     * Becomes the header of a further part of the base whose last part it is the header of.
     *
     * @param position of that part
     * @param length of the new one
     */
    public RecordHeader setPart(long position, long length) {
        long units = unitsOfBase() + length / HeapRecordDescriptor.ALIGNMENT;
        kind = HeapRecordDescriptor.KIND_DELTA;
        flags = HeapRecordDescriptor.FLAG_PART;
        return setPrevious(lsn, position, 0, units, 0);
    }

    private RecordHeader setPrevious(
            long lsnBefore, long position, int newDepth, long newBaseUnits, long newDeltaUnits) {
        previousLsn = lsnBefore;
        previousPosition = position;
        depth = newDepth;
        baseUnits = newBaseUnits;
        deltaUnits = newDeltaUnits;
        return this;
    }

    /** BASE, DELTA or TOMBSTONE, of {@link HeapRecordDescriptor}. */
    public int kind() {
        return kind;
    }

    /** Code of the value's type; the table's to interpret. */
    public int type() {
        return type;
    }

    public int database() {
        return database;
    }

    /** Elements that the value has at least. */
    public int elements() {
        return elements;
    }

    /** Of the newest effect in it. */
    public long lsn() {
        return lsn;
    }

    /** Of the key after it, or -1. */
    public long deadline() {
        return deadline;
    }

    public int keyLength() {
        return keyLength;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /** Of the record before it; zero but for a DELTA. */
    public long previousLsn() {
        return previousLsn;
    }

    /** Of the record before it; zero but for a DELTA. */
    public long previousPosition() {
        return previousPosition;
    }

    /** Deltas since the base, this one included; 0 of a part of the base. */
    public int depth() {
        return depth;
    }

    /** Length of the deltas, this one included, in units of 8 bytes. */
    public long deltaUnits() {
        return deltaUnits;
    }

    /** Length of the chain's base in units of 8 bytes; of a part of it, with the parts before. */
    public long unitsOfBase() {
        return isDelta() ? baseUnits : framedLength() / HeapRecordDescriptor.ALIGNMENT;
    }

    /** Bytes that the record takes, padding included. */
    public long framedLength() {
        return HeapRecordDescriptor.framedLength(kind, keyLength, payloadLength);
    }

    /** Bytes of the records of the chain that this one is the newest of. */
    public long chainLength() {
        return (unitsOfBase() + deltaUnits) * HeapRecordDescriptor.ALIGNMENT;
    }

    /** Offset of the payload in the record. */
    int payloadOffset() {
        return HeapRecordDescriptor.headerLength(kind) + keyLength;
    }

    public boolean isDelta() {
        return kind == HeapRecordDescriptor.KIND_DELTA;
    }

    public boolean isTombstone() {
        return kind == HeapRecordDescriptor.KIND_TOMBSTONE;
    }

    /** Whether the payload is effects that name each element once, in order. */
    public boolean isPlain() {
        return (flags & HeapRecordDescriptor.FLAG_PLAIN) != 0;
    }

    /** Whether it is a further part of a base. */
    public boolean isPart() {
        return isDelta() && (flags & HeapRecordDescriptor.FLAG_PART) != 0;
    }

    /** Whether a record of this header can stand before one of another header in a chain. */
    public boolean canPrecede(RecordHeader next) {
        long unitsOfNext = next.isPart() ? next.framedLength() / HeapRecordDescriptor.ALIGNMENT : 0;
        return !isTombstone()
                && lsn == next.previousLsn
                && depth + (next.isPart() ? 0 : 1) == next.depth
                && unitsOfBase() + unitsOfNext == next.baseUnits;
    }
}

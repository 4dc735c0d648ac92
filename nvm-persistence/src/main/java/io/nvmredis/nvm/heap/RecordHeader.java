package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.HeapRecordDescriptor;

/**
 * Header of a record, as numbers. Reused: every record that is read or written has one, and there are millions per
 * second.
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

    /** Makes this the header of a whole value. */
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

    /** Sets whether a base is plain: see {@link #isPlain}. */
    public void setPlain(boolean isPlain) {
        flags = isPlain ? HeapRecordDescriptor.FLAG_PLAIN : 0;
    }

    /** Makes this the header of a tombstone: the key is removed. */
    public RecordHeader setTombstone(int newDatabase, long newLsn) {
        setBase(0, newDatabase, 0, 0, newLsn, -1);
        kind = HeapRecordDescriptor.KIND_TOMBSTONE;
        return this;
    }

    /** Makes this the header of effects on the value of another record, or of the chain whose newest record that is. */
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
     * Makes this header, which is that of the last part of a base, the header of the next part.
     *
     * @param position position of the last part
     * @param length length of the next part
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

    /** Returns the kind: BASE, DELTA or TOMBSTONE, of {@link HeapRecordDescriptor}. */
    public int kind() {
        return kind;
    }

    /** Returns the code of the value's type, which the table interprets. */
    public int type() {
        return type;
    }

    public int database() {
        return database;
    }

    /** Returns the fewest elements that the value has. */
    public int elements() {
        return elements;
    }

    /** Returns the LSN of the newest effect in the record. */
    public long lsn() {
        return lsn;
    }

    /** Returns the deadline of the key after the record's effects, or -1. */
    public long deadline() {
        return deadline;
    }

    public int keyLength() {
        return keyLength;
    }

    public int payloadLength() {
        return payloadLength;
    }

    /** Returns the LSN of the record before a DELTA; zero for other kinds. */
    public long previousLsn() {
        return previousLsn;
    }

    /** Returns the position of the record before a DELTA; zero for other kinds. */
    public long previousPosition() {
        return previousPosition;
    }

    /** Returns the number of deltas since the base, this one included; 0 for a part of the base. */
    public int depth() {
        return depth;
    }

    /** Returns the length of the deltas, this one included, in units of 8 bytes. */
    public long deltaUnits() {
        return deltaUnits;
    }

    /** Returns the length of the chain's base in units of 8 bytes; for a part of the base, with the parts before. */
    public long unitsOfBase() {
        return isDelta() ? baseUnits : framedLength() / HeapRecordDescriptor.ALIGNMENT;
    }

    /** Returns the bytes that the record takes, padding included. */
    public long framedLength() {
        return HeapRecordDescriptor.framedLength(kind, keyLength, payloadLength);
    }

    /** Returns the bytes of the records of the chain whose newest this one is. */
    public long chainLength() {
        return (unitsOfBase() + deltaUnits) * HeapRecordDescriptor.ALIGNMENT;
    }

    /** Returns the offset of the payload in the record. */
    int payloadOffset() {
        return HeapRecordDescriptor.headerLength(kind) + keyLength;
    }

    public boolean isDelta() {
        return kind == HeapRecordDescriptor.KIND_DELTA;
    }

    public boolean isTombstone() {
        return kind == HeapRecordDescriptor.KIND_TOMBSTONE;
    }

    /** Returns whether the payload consists of effects that name each element once, in order. */
    public boolean isPlain() {
        return (flags & HeapRecordDescriptor.FLAG_PLAIN) != 0;
    }

    /** Returns whether this is a further part of a base. */
    public boolean isPart() {
        return isDelta() && (flags & HeapRecordDescriptor.FLAG_PART) != 0;
    }

    /** Returns whether a record of this header can precede one of another header in a chain. */
    public boolean canPrecede(RecordHeader next) {
        long unitsOfNext = next.isPart() ? next.framedLength() / HeapRecordDescriptor.ALIGNMENT : 0;
        return !isTombstone()
                && lsn == next.previousLsn
                && depth + (next.isPart() ? 0 : 1) == next.depth
                && unitsOfBase() + unitsOfNext == next.baseUnits;
    }
}

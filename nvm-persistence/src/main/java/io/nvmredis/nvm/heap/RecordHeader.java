package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.HeapRecordDescriptor;

/**
 * The header of a record.
 *
 * @param kind BASE, DELTA or TOMBSTONE, of {@link HeapRecordDescriptor}
 * @param type code of the value's type; the table's to interpret
 * @param elements that the value has at least
 * @param lsn of the newest effect in it
 * @param deadline of the key after it, or -1
 * @param previousLsn of the record before it; the last five are zero but for a DELTA
 * @param previousPosition of the record before it
 * @param depth deltas since the base, this one included
 * @param baseUnits length of the base in units of 8 bytes
 * @param deltaUnits length of the deltas, this one included
 */
public record RecordHeader(
        int kind,
        int type,
        int database,
        int elements,
        long lsn,
        long deadline,
        int keyLength,
        int payloadLength,
        int payloadCrc,
        long previousLsn,
        long previousPosition,
        int depth,
        int baseUnits,
        int deltaUnits) {

    /** Bytes that the record takes, padding included. */
    public long framedLength() {
        return HeapRecordDescriptor.framedLength(kind, keyLength, payloadLength);
    }

    /** Offset of the payload in the record. */
    public int payloadOffset() {
        return HeapRecordDescriptor.headerLength(kind) + keyLength;
    }

    /** Bytes of the records of the chain that this one is the newest of. */
    public long chainLength() {
        return isDelta() ? ((long) baseUnits + deltaUnits) * HeapRecordDescriptor.ALIGNMENT : framedLength();
    }

    public boolean isDelta() {
        return kind == HeapRecordDescriptor.KIND_DELTA;
    }

    public boolean isTombstone() {
        return kind == HeapRecordDescriptor.KIND_TOMBSTONE;
    }
}

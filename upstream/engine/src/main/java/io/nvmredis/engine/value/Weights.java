package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.HeapArrays;

/**
 * Bytes that objects take on the heap of a 64-bit JVM with compressed references, roughly: accurate enough for a
 * budget. A weight costs only a few loads, because collections keep count as they change.
 */
public final class Weights {
    /** Bytes of an {@link Entry} with its place in the keyspace and its key, without the key's bytes. */
    private static final int ENTRY_BYTES = 152;

    /** Bytes of a value of a class of its own with its object header, or of a string without its content. */
    private static final int VALUE_BYTES = 48;

    /** Bytes of a {@link Slice} with its array, without the content. */
    private static final int SLICE_BYTES = 36;

    /** Bytes per element of a list in the array of references. */
    public static final int LIST_NODE_BYTES = 8;

    /** Bytes per node of a linked hash map, with its part of the map's array. */
    public static final int HASH_NODE_BYTES = 48;

    /** Bytes per member of a sorted set in the map and the order of the set, without the member's content. */
    public static final int SORTED_SET_NODE_BYTES = 140;

    /** Bytes per entry of a stream, without its fields. */
    static final int STREAM_ENTRY_BYTES = 240;

    /** Bytes per field of an entry of a stream, without its content. */
    public static final int STREAM_FIELD_BYTES = 80;

    /** Bytes per consumer group of a stream, without its name's content. */
    public static final int STREAM_GROUP_BYTES = 216;

    /** Bytes per consumer of a group, without its name's content. */
    public static final int STREAM_CONSUMER_BYTES = 136;

    /** Bytes per pending entry, in the group's and the consumer's list. */
    public static final int STREAM_PENDING_BYTES = 144;

    /** Bytes per deadline of a field of a hash. */
    static final int FIELD_DEADLINE_BYTES = 64;

    private Weights() {}

    public static int of(Entry entry) {
        long bytes = ENTRY_BYTES + lengthOnHeap(entry.key.length()) + ofValue(entry.value);
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private static long ofValue(RMDataStructure value) {
        if (value instanceof RMString string) {
            return VALUE_BYTES + lengthOnHeap(string.size());
        }
        return value instanceof Observed observed ? VALUE_BYTES + observed.contentBytes() : VALUE_BYTES;
    }

    public static long of(Slice slice) {
        return SLICE_BYTES + lengthOnHeap(slice.length());
    }

    /** Returns the length of an array, with the bytes of the heap that are lost beside it if it is long. */
    static long lengthOnHeap(int length) {
        return length + HeapArrays.wasteOf(length);
    }
}

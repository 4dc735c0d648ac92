package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.HeapArrays;

/**
 * What things take on the heap of a 64-bit JVM with compressed references, roughly: enough to keep a budget by. Never
 * more than a few loads to find out; collections keep count as they change.
 */
public final class Weights {
    /** An {@link Entry}, its place in the keyspace and its key, without the key's bytes. */
    private static final int ENTRY_BYTES = 144;

    /** A value of a class of its own with its object header, or a string without its bytes. */
    private static final int VALUE_BYTES = 48;

    /** A {@link Slice} with its array, without the bytes in it. */
    private static final int SLICE_BYTES = 36;

    /** What an element of a list takes in the array of references. */
    public static final int LIST_NODE_BYTES = 8;

    /** A node of a linked hash map with its part of the map's array. */
    public static final int HASH_NODE_BYTES = 48;

    /** What a member of a sorted set takes in upstream's two maps. */
    public static final int SORTED_SET_NODE_BYTES = 140;

    /** What an entry of a stream takes without its fields. */
    static final int STREAM_ENTRY_BYTES = 240;

    /** What a field of an entry of a stream takes without its bytes. */
    public static final int STREAM_FIELD_BYTES = 80;

    /** The deadline of a field of a hash. */
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

    /** The bytes of an array, with what is lost beside them if they are many. */
    static long lengthOnHeap(int length) {
        return length + HeapArrays.wasteOf(length);
    }
}

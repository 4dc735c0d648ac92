package io.nvmredis.rdb;

import java.util.Arrays;

/**
 * Collects the entries of a stream into nodes as Redis has them. A node is a listpack under the id of its first entry;
 * its other entries need not repeat the fields of the first one.
 *
 * <pre>
 *   count | deleted | field count | field … | 0                        the master entry
 *   flags | ms | sequence | value … | elements                         an entry with the same fields
 *   flags | ms | sequence | field count | field | value … | elements   one with others
 * </pre>
 *
 * <p>One node is in memory at a time. One thread.
 */
final class StreamEncoder {
    /** Most bytes of a node: the default of {@code stream-node-max-bytes}. */
    private static final int NODE_MAX_BYTES = 4096;

    /** Most entries of a node: the default of {@code stream-node-max-entries}. */
    private static final int NODE_MAX_ENTRIES = 100;

    private final StringEncoder strings;
    private final RdbBuffer entries = new RdbBuffer();
    private final RdbBuffer listpack = new RdbBuffer();
    private final RdbBuffer nodeKey = new RdbBuffer();
    private byte[][] masterFieldsAndValues = new byte[0][];
    private long masterMillis;
    private long masterSequence;
    private int entryCount;
    private int elementCount;
    private int nodeCount;

    StreamEncoder(StringEncoder strings) {
        this.strings = strings;
    }

    void begin() {
        nodeCount = 0;
        entryCount = 0;
    }

    /** Takes an entry, and appends the node of the entries before it if that is full. */
    void add(long idMillis, long idSequence, byte[][] fieldsAndValues, RdbBuffer target) {
        if (entryCount >= NODE_MAX_ENTRIES || entries.length() >= NODE_MAX_BYTES) {
            putNode(target);
        }
        if (entryCount == 0) {
            masterMillis = idMillis;
            masterSequence = idSequence;
            masterFieldsAndValues = fieldsAndValues;
            elementCount = 0;
        }
        putEntry(idMillis - masterMillis, idSequence - masterSequence, fieldsAndValues);
        entryCount++;
    }

    private void putEntry(long millis, long sequence, byte[][] fieldsAndValues) {
        boolean hasSameFields = hasMasterFields(fieldsAndValues);
        int fieldCount = fieldsAndValues.length / 2;
        ListpackEncoder.putInteger(hasSameFields ? RdbFormat.STREAM_ENTRY_SAME_FIELDS : 0, entries);
        ListpackEncoder.putInteger(millis, entries);
        ListpackEncoder.putInteger(sequence, entries);
        if (!hasSameFields) {
            ListpackEncoder.putInteger(fieldCount, entries);
        }
        for (int i = hasSameFields ? 1 : 0; i < fieldsAndValues.length; i += hasSameFields ? 2 : 1) {
            ListpackEncoder.putString(fieldsAndValues[i], entries);
        }
        int elements = 3 + (hasSameFields ? fieldCount : 1 + 2 * fieldCount);
        ListpackEncoder.putInteger(elements, entries);
        elementCount += elements + 1;
    }

    private boolean hasMasterFields(byte[][] fieldsAndValues) {
        if (fieldsAndValues.length != masterFieldsAndValues.length) {
            return false;
        }
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            if (!Arrays.equals(fieldsAndValues[i], masterFieldsAndValues[i])) {
                return false;
            }
        }
        return true;
    }

    /** Appends the last node, and returns how many nodes the stream has. */
    int end(RdbBuffer target) {
        if (entryCount > 0) {
            putNode(target);
        }
        masterFieldsAndValues = new byte[0][];
        return nodeCount;
    }

    private void putNode(RdbBuffer target) {
        nodeKey.putBigEndian(masterMillis);
        nodeKey.putBigEndian(masterSequence);
        target.putLength(nodeKey.length());
        target.putBytes(nodeKey.bytes(), 0, nodeKey.length());
        nodeKey.removeFirst(nodeKey.length());
        assembleListpack();
        strings.put(listpack.bytes(), 0, listpack.length(), target);
        listpack.removeFirst(listpack.length());
        entries.removeFirst(entries.length());
        entryCount = 0;
        nodeCount++;
    }

    private void assembleListpack() {
        listpack.putLittleEndian(0);
        listpack.setLength(ListpackEncoder.HEADER_LENGTH);
        int fieldCount = masterFieldsAndValues.length / 2;
        ListpackEncoder.putInteger(entryCount, listpack);
        ListpackEncoder.putInteger(0, listpack);
        ListpackEncoder.putInteger(fieldCount, listpack);
        for (int i = 0; i < masterFieldsAndValues.length; i += 2) {
            ListpackEncoder.putString(masterFieldsAndValues[i], listpack);
        }
        ListpackEncoder.putInteger(0, listpack);
        listpack.putBytes(entries.bytes(), 0, entries.length());
        listpack.putByte(ListpackEncoder.END);
        int length = listpack.length();
        listpack.setLength(0);
        ListpackEncoder.putLittleEndian(length, Integer.BYTES, listpack);
        int elements = Math.min(elementCount + fieldCount + 4, ListpackEncoder.UNKNOWN_COUNT);
        ListpackEncoder.putLittleEndian(elements, Short.BYTES, listpack);
        listpack.setLength(length);
    }
}

package io.nvmredis.rdb;

import io.nvmredis.spi.effects.StreamState;
import java.util.Arrays;

/**
 * Reads a stream, node by node: see {@link StreamEncoder} for the content of a node. One thread.
 */
final class StreamReader {
    /** Least bytes of memory that a field with its value takes. */
    private static final int FIELD_BYTES = 64;

    private final RdbInput input;
    private final ValueTarget target;
    private final StreamGroupReader groups;
    /** Field, value, field, value … of the entry that is being read. */
    private byte[][] fieldsAndValues = new byte[16][];

    private byte[][] masterFields = new byte[0][];
    private long lastMillis;
    private long lastSequence;
    private long liveCount;
    private long firstMillis;
    private long firstSequence;

    StreamReader(RdbInput input, ValueTarget target) {
        this.input = input;
        this.target = target;
        groups = new StreamGroupReader(input, target);
    }

    /** Reads a stream. Returns how many pending entries belong to no consumer, and are left out. */
    long read(int type) {
        lastMillis = 0;
        lastSequence = 0;
        liveCount = 0;
        firstMillis = 0;
        firstSequence = 0;
        for (long left = input.readCount(); left > 0; left--) {
            readNode();
        }
        StreamState state = readState(type);
        target.streamState(state);
        long ownerless = groups.read(type, state, liveCount, firstMillis, firstSequence);
        if (type >= RdbFormat.TYPE_STREAM_LISTPACKS_4) {
            skipProducers();
        }
        return ownerless;
    }

    private void readNode() {
        byte[] key = input.readString();
        if (key.length != 2 * Long.BYTES) {
            throw input.corrupt("a node of a stream under an id of " + key.length + " bytes");
        }
        long masterMillis = bigEndian(key, 0);
        long masterSequence = bigEndian(key, Long.BYTES);
        Listpack elements = new Listpack(input, input.readString());
        long count = elements.nextInteger();
        long deletedCount = elements.nextInteger();
        readMasterFields(elements);
        long live = 0;
        long deleted = 0;
        while (elements.hasNext()) {
            long flags = elements.nextInteger();
            long millis = masterMillis + elements.nextInteger();
            long sequence = masterSequence + elements.nextInteger();
            boolean hasMasterFields = (flags & RdbFormat.STREAM_ENTRY_SAME_FIELDS) != 0;
            int length = readFields(elements, hasMasterFields);
            // For a reader from behind: flags, id, and the values, or the number of fields and the fields as well.
            if (elements.nextInteger() != (hasMasterFields ? 3 + length / 2 : 4 + length)) {
                throw elements.corrupt("a wrong number of elements behind an entry");
            }
            if ((flags & RdbFormat.STREAM_ENTRY_DELETED) != 0) {
                deleted++;
            } else {
                live++;
                checkOrder(millis, sequence);
                target.streamEntry(millis, sequence, fieldsAndValues, length);
            }
        }
        if (live != count || deleted != deletedCount) {
            throw input.corrupt("a node of a stream with " + live + " entries and " + deleted
                    + " deleted ones, where its beginning says " + count + " and " + deletedCount);
        }
        liveCount += live;
        Arrays.fill(fieldsAndValues, null);
    }

    private void readMasterFields(Listpack elements) {
        int count = fieldCount(elements);
        masterFields = new byte[count][];
        for (int i = 0; i < count; i++) {
            masterFields[i] = elements.next();
        }
        if (elements.nextInteger() != 0) {
            throw input.corrupt("a node of a stream whose beginning does not end");
        }
    }

    /** Reads a number of fields, each of which takes at least two bytes. */
    private int fieldCount(Listpack elements) {
        long count = elements.nextInteger();
        if (count < 0 || count > elements.bytes.length / 2) {
            throw elements.corrupt(count + " fields");
        }
        input.requireRoom(count * FIELD_BYTES);
        return (int) count;
    }

    private int readFields(Listpack elements, boolean areMasterFields) {
        int count = areMasterFields ? masterFields.length : fieldCount(elements);
        if (2 * count > fieldsAndValues.length) {
            fieldsAndValues = new byte[2 * count][];
        }
        for (int i = 0; i < count; i++) {
            fieldsAndValues[2 * i] = areMasterFields ? masterFields[i] : elements.next();
            fieldsAndValues[2 * i + 1] = elements.next();
        }
        if (count == 0) {
            throw elements.corrupt("an entry without fields");
        }
        return 2 * count;
    }

    private void checkOrder(long millis, long sequence) {
        if (compare(millis, sequence, lastMillis, lastSequence) <= 0) {
            throw input.corrupt("the entry " + id(millis, sequence) + " of a stream behind "
                    + id(lastMillis, lastSequence) + ", though ids rise");
        }
        if ((lastMillis | lastSequence) == 0) {
            firstMillis = millis;
            firstSequence = sequence;
        }
        lastMillis = millis;
        lastSequence = sequence;
    }

    private StreamState readState(int type) {
        long count = input.readCount();
        if (count != liveCount) {
            throw input.corrupt("a number of " + count + " entries behind a stream of " + liveCount);
        }
        long millis = input.readLength();
        long sequence = input.readLength();
        int order = compare(millis, sequence, lastMillis, lastSequence);
        if (order < 0) {
            throw input.corrupt("the last id " + id(millis, sequence) + " of a stream that has an entry "
                    + id(lastMillis, lastSequence));
        }
        if (type == RdbFormat.TYPE_STREAM_LISTPACKS) {
            return StreamState.whole(millis, sequence, liveCount);
        }
        // The first id, which the entries tell.
        skipLengths(2);
        long deletedMillis = input.readLength();
        long deletedSequence = input.readLength();
        return new StreamState(millis, sequence, input.readLength(), deletedMillis, deletedSequence);
    }

    static int compare(long millis, long sequence, long otherMillis, long otherSequence) {
        int order = Long.compareUnsigned(millis, otherMillis);
        return order != 0 ? order : Long.compareUnsigned(sequence, otherSequence);
    }

    private static String id(long millis, long sequence) {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }

    private void skipLengths(int count) {
        for (int i = 0; i < count; i++) {
            input.readLength();
        }
    }

    /**
     * Skips the record of recent messages, by which newer versions of Redis refuse a message that is sent twice:
     * nothing here uses it.
     */
    private void skipProducers() {
        // How many seconds, and how many messages, are remembered.
        skipLengths(2);
        for (long producers = input.readCount(); producers > 0; producers--) {
            input.skipString();
            for (long messages = input.readCount(); messages > 0; messages--) {
                input.skipString();
                skipLengths(2);
            }
        }
        // How many messages were added, and how many were not: statistics.
        skipLengths(2);
    }

    private static long bigEndian(byte[] bytes, int offset) {
        long value = 0;
        for (int i = offset; i < offset + Long.BYTES; i++) {
            value = (value << Byte.SIZE) | (bytes[i] & 0xFF);
        }
        return value;
    }
}

package io.nvmredis.rdb;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one value after the other as Redis 7.0 loads them, or Redis 7.4 a hash that has fields with deadlines: the type, the key
 * if there is one, and the elements.
 *
 * <p>The numbers of nodes and of groups of a stream stand at the beginning of these: they are put right when they are
 * known. Makes no garbage per value. One thread.
 */
abstract class ValueEncoder implements ValueVisitor {
    private static final byte[] COUNT_PLACE = {(byte) RdbFormat.LENGTH_32_BITS, 0, 0, 0, 0};

    private final RdbOutput output;
    private final RdbBuffer buffer;
    private final StringEncoder strings;
    private final HashEncoder hashes;
    private final StreamEncoder streams;
    private final StreamGroupEncoder groups;
    /** Key behind the type; null if there is none. */
    private byte @Nullable [] key;

    private ValueType type = ValueType.STRING;
    private int elementCount;
    private int elementsLeft;
    private long nodeCountStart;
    private long groupCountStart;
    private long firstMillis;
    private long firstSequence;

    ValueEncoder(RdbOutput output, boolean isCompressing) {
        this.output = output;
        buffer = output.buffer();
        strings = new StringEncoder(isCompressing);
        hashes = new HashEncoder(output, strings);
        streams = new StreamEncoder(strings);
        groups = new StreamGroupEncoder(strings);
    }

    /** Sets the key of the next value. */
    final void beginKey(byte[] newKey) {
        key = newKey;
    }

    final void putString(byte[] string) {
        strings.put(string, 0, string.length, buffer);
    }

    /** Puts a library of functions, which is no value of a key. */
    final void putLibrary(byte[] code) {
        LibraryPayload.put(code, strings, buffer);
    }

    @Override
    public void begin(ValueType newType, int newElementCount) {
        type = newType;
        elementCount = newElementCount;
        elementsLeft = newElementCount;
        switch (newType) {
            case STRING -> putKey(RdbFormat.TYPE_STRING);
            case LIST -> putKeyAndCount(RdbFormat.TYPE_LIST);
            case SET -> putKeyAndCount(RdbFormat.TYPE_SET);
            case ZSET -> putKeyAndCount(RdbFormat.TYPE_ZSET_2);
            case HASH -> hashes.begin(key, elementCount);
            case STREAM -> beginStream();
        }
    }

    private void putKey(int typeByte) {
        buffer.putByte(typeByte);
        if (key != null) {
            putString(key);
        }
    }

    private void putKeyAndCount(int typeByte) {
        putKey(typeByte);
        buffer.putLength(elementCount);
    }

    private void beginStream() {
        putKey(RdbFormat.TYPE_STREAM_LISTPACKS_2);
        nodeCountStart = output.position();
        buffer.putLongLength(0);
        streams.begin();
        groups.begin();
    }

    @Override
    public void string(byte[] value) {
        elementsLeft--;
        putString(value);
    }

    @Override
    public void listElement(byte[] element) {
        elementsLeft--;
        putString(element);
    }

    @Override
    public void setMember(byte[] member) {
        elementsLeft--;
        putString(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        elementsLeft--;
        hashes.put(field, value, deadlineMillis);
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        elementsLeft--;
        putString(member);
        buffer.putLittleEndian(Double.doubleToRawLongBits(score));
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        if (elementsLeft == elementCount) {
            firstMillis = idMillis;
            firstSequence = idSequence;
        }
        elementsLeft--;
        streams.add(idMillis, idSequence, fieldsAndValues, buffer);
    }

    @Override
    public void streamState(StreamState state) {
        putCount(nodeCountStart, streams.end(buffer));
        buffer.putLength(elementCount);
        buffer.putLength(state.lastMillis());
        buffer.putLength(state.lastSequence());
        buffer.putLength(elementCount == 0 ? 0 : firstMillis);
        buffer.putLength(elementCount == 0 ? 0 : firstSequence);
        buffer.putLength(state.maxDeletedMillis());
        buffer.putLength(state.maxDeletedSequence());
        buffer.putLength(state.entriesAdded());
        groupCountStart = output.position();
        buffer.putLongLength(0);
    }

    /** Puts a number right that was not known at its place. */
    private void putCount(long start, int count) {
        byte[] bytes = {COUNT_PLACE[0], (byte) (count >>> 24), (byte) (count >>> 16), (byte) (count >>> 8), (byte) count
        };
        output.replace(start, COUNT_PLACE, bytes);
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        groups.group(group, lastMillis, lastSequence, entriesRead, buffer);
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        groups.consumer(consumer, seenMillis);
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        groups.pending(idMillis, idSequence, deliveredMillis, deliveryCount);
    }

    /** Ends a value that has been shown whole. Returns whether it is a hash with deadlines of fields. */
    final boolean endValue() {
        if (elementsLeft != 0) {
            throw new PersistenceException(place() + " was said to have " + elementCount + " elements and showed "
                    + (elementCount - elementsLeft) + ": the snapshot cannot be saved");
        }
        if (type == ValueType.STREAM) {
            endStream();
        }
        return type == ValueType.HASH && hashes.end();
    }

    /** Returns what messages call the value. */
    abstract String place();

    private void endStream() {
        int groupCount = groups.end(buffer);
        if (groupCount > 0) {
            putCount(groupCountStart, groupCount);
        }
    }
}

package io.nvmredis.engine.value;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Value, or some elements of one, as it is at one moment. It holds references to the bytes of the elements, which are
 * never written to, so that making an image costs little more than walking over the value. One thread at a time.
 */
public final class Image implements ValueVisitor {
    /** Bytes of memory per element beyond its content, roughly. */
    private static final int ELEMENT_BYTES = 24;

    /** Bytes of memory of a pending entry of a stream. */
    private static final int PENDING_BYTES = 48;

    private final List<Object> elements = new ArrayList<>(1);
    private ValueType type = ValueType.STRING;
    private int count = 1;
    private long contentBytes;

    /** Returns the bytes of memory of the elements and the references, as if no other object shared the elements. */
    public long contentBytes() {
        return contentBytes + referenceBytes();
    }

    /** Returns the bytes of memory of the references alone. */
    public long referenceBytes() {
        return (long) ELEMENT_BYTES * elements.size();
    }

    public boolean isEmpty() {
        return elements.isEmpty();
    }

    public ValueType type() {
        return type;
    }

    public int count() {
        return count;
    }

    private void add(byte[] bytes) {
        elements.add(bytes);
        contentBytes += bytes.length;
    }

    @Override
    public void begin(ValueType newType, int elementCount) {
        type = newType;
        count = elementCount;
    }

    @Override
    public void string(byte[] value) {
        add(value);
    }

    @Override
    public void listElement(byte[] element) {
        add(element);
    }

    @Override
    public void setMember(byte[] member) {
        add(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        add(field);
        add(value);
        elements.add(deadlineMillis);
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        add(member);
        elements.add(score);
    }

    /** Part of a stream, which is one of five kinds. */
    @FunctionalInterface
    private interface StreamPart {
        void show(ValueVisitor visitor);
    }

    private void add(long partBytes, StreamPart part) {
        elements.add(part);
        contentBytes += partBytes;
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        long bytes = 0;
        for (byte[] word : fieldsAndValues) {
            bytes += word.length;
        }
        add(bytes, visitor -> visitor.streamEntry(idMillis, idSequence, fieldsAndValues));
    }

    @Override
    public void streamState(StreamState state) {
        add(0, visitor -> visitor.streamState(state));
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        add(group.length, visitor -> visitor.streamGroup(group, lastMillis, lastSequence, entriesRead));
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        add(consumer.length, visitor -> visitor.streamConsumer(consumer, seenMillis));
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        add(PENDING_BYTES, visitor -> visitor.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount));
    }

    /** Shows the fields and values of a hash without their deadlines. */
    public void forEachField(BiConsumer<byte[], byte[]> visitor) {
        for (int i = 0; i < elements.size(); i += 3) {
            visitor.accept(bytes(i), bytes(i + 1));
        }
    }

    /** Shows the elements as those of a value of this type. */
    public void show(ValueType of, ValueVisitor visitor) {
        int step = switch (of) {
            case STRING, LIST, SET, STREAM -> 1;
            case ZSET -> 2;
            case HASH -> 3;
        };
        for (int i = 0; i < elements.size(); i += step) {
            show(of, i, visitor);
        }
    }

    private void show(ValueType of, int i, ValueVisitor visitor) {
        switch (of) {
            case STRING -> visitor.string(bytes(i));
            case LIST -> visitor.listElement(bytes(i));
            case SET -> visitor.setMember(bytes(i));
            case HASH -> visitor.hashField(bytes(i), bytes(i + 1), (Long) elements.get(i + 2));
            case ZSET -> visitor.zsetMember(bytes(i), (Double) elements.get(i + 1));
            case STREAM -> ((StreamPart) elements.get(i)).show(visitor);
        }
    }

    private byte[] bytes(int i) {
        return (byte[]) elements.get(i);
    }
}

package io.nvmredis.engine.value;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import java.util.ArrayList;
import java.util.List;

/**
 * Value, or some elements of one, as it is at one moment. It holds references to the bytes of the elements, which are
 * never written to, so that making an image costs little more than walking over the value. One thread at a time.
 */
public final class Image implements ValueVisitor {
    /** Bytes of memory per element beyond its content, roughly. */
    private static final int ELEMENT_BYTES = 24;

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

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        elements.add(new long[] {idMillis, idSequence});
        elements.add(fieldsAndValues);
        for (byte[] word : fieldsAndValues) {
            contentBytes += word.length;
        }
    }

    @Override
    public void streamLastId(long idMillis, long idSequence) {
        elements.add(new long[] {idMillis, idSequence});
    }

    /** Shows the elements as those of a value of this type. */
    public void show(ValueType of, ValueVisitor visitor) {
        int step = switch (of) {
            case STRING, LIST, SET -> 1;
            case ZSET, STREAM -> 2;
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
            case STREAM -> showOfStream(i, visitor);
        }
    }

    /** Shows an entry of a stream, or the last id, which stands alone at the end. */
    private void showOfStream(int i, ValueVisitor visitor) {
        long[] id = (long[]) elements.get(i);
        if (i + 1 < elements.size()) {
            visitor.streamEntry(id[0], id[1], (byte[][]) elements.get(i + 1));
        } else {
            visitor.streamLastId(id[0], id[1]);
        }
    }

    private byte[] bytes(int i) {
        return (byte[]) elements.get(i);
    }
}

package io.nvmredis.rdb;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import java.util.Arrays;

/** Hands the elements of a value on to a visitor, which has been told the type of the value. */
record VisitorTarget(ValueVisitor visitor) implements ValueTarget {
    @Override
    public void string(byte[] bytes) {
        visitor.string(bytes);
    }

    @Override
    public void listElement(byte[] element) {
        visitor.listElement(element);
    }

    @Override
    public void setMember(byte[] member) {
        visitor.setMember(member);
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        visitor.zsetMember(member, score);
    }

    @Override
    public void hashField(byte[] field, byte[] fieldValue, long fieldDeadlineMillis) {
        visitor.hashField(field, fieldValue, fieldDeadlineMillis);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues, int length) {
        visitor.streamEntry(idMillis, idSequence, Arrays.copyOf(fieldsAndValues, length));
    }

    @Override
    public void streamState(StreamState state) {
        visitor.streamState(state);
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        visitor.streamGroup(group, lastMillis, lastSequence, entriesRead);
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        visitor.streamConsumer(consumer, seenMillis);
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        visitor.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount);
    }
}

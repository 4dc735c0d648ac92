package io.nvmredis.nvm;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Takes the value of a string; anything else is a fault. */
record StringVisitor(Consumer<String> target) implements ValueVisitor {

    @Override
    public void begin(ValueType type, int elementCount) {
        if (type != ValueType.STRING) {
            throw new AssertionError(type);
        }
    }

    @Override
    public void string(byte[] value) {
        target.accept(new String(value, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void listElement(byte[] element) {
        throw new AssertionError();
    }

    @Override
    public void setMember(byte[] member) {
        throw new AssertionError();
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        throw new AssertionError();
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        throw new AssertionError();
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        throw new AssertionError();
    }

    @Override
    public void streamState(StreamState state) {
        throw new AssertionError();
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        throw new AssertionError();
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        throw new AssertionError();
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        throw new AssertionError();
    }
}

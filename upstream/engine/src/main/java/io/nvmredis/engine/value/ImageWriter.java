package io.nvmredis.engine.value;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.ValueEffects;

/**
 * Writer of a whole value, as the {@link ValueEffects} that make it from nothing.
 *
 * <p>One value at a time; guarded by the engine's lock.
 */
public final class ImageWriter implements ValueVisitor {
    /** Length up to which a key is short compared to the elements of one effect. */
    private static final int SHORT_KEY_LENGTH = 1 << 10;

    private final ValueEffects image;
    private boolean isLogged;

    public ImageWriter(Effects effects) {
        image = new ValueEffects(effects);
    }

    /**
     * Writes the value of an entry and its deadline, and before them the removal of a value that the log has under the
     * key.
     */
    public void write(Entry entry) {
        byte[] key = entry.keyBytes();
        // Each effect contains the key, and a long key would make up most of an image of many elements.
        image.key(key, Effects.ELEMENTS_PER_EFFECT * (1 + key.length / SHORT_KEY_LENGTH));
        isLogged = entry.isLogged;
        Values.visit(entry.value, this);
        image.end(entry.deadline);
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        if (isLogged && type != ValueType.STRING) {
            image.replace();
        }
        image.elements(elementCount);
    }

    @Override
    public void string(byte[] value) {
        image.string(value);
    }

    @Override
    public void listElement(byte[] element) {
        image.listElement(element);
    }

    @Override
    public void setMember(byte[] member) {
        image.setMember(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        image.hashField(field, value, deadlineMillis);
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        image.zsetMember(member, score);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        image.streamEntry(idMillis, idSequence, fieldsAndValues, fieldsAndValues.length);
    }

    @Override
    public void streamState(StreamState state) {
        image.streamState(state);
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        image.streamGroup(group, lastMillis, lastSequence, entriesRead);
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        image.streamConsumer(consumer, seenMillis);
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        image.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount);
    }
}

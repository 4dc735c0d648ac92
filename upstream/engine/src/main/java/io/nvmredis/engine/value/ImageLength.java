package io.nvmredis.engine.value;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effects;

/** Upper bound of the length of the image of a value that {@link ImageWriter} writes. */
public final class ImageLength implements ValueVisitor {
    /** Bytes per word beside its content. */
    private static final int WORD_BYTES = 16;

    /** Bytes per effect beside its words. */
    private static final int EFFECT_BYTES = 48;
    /** Maximum bytes per number or stream id. */
    private static final int NUMBER_BYTES = 48;

    private final long keyLength;
    private long bytes;

    private ImageLength(long keyLength) {
        this.keyLength = keyLength;
    }

    public static long of(Entry entry) {
        ImageLength length = new ImageLength(entry.keyBytes().length);
        Values.visit(entry.value, length);
        return length.bytes;
    }

    private void effects(long count) {
        bytes += count * (EFFECT_BYTES + WORD_BYTES + keyLength);
    }

    private void word(byte[] word) {
        bytes += WORD_BYTES + word.length;
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        effects(2 + elementCount / Effects.ELEMENTS_PER_EFFECT);
    }

    @Override
    public void string(byte[] value) {
        word(value);
    }

    @Override
    public void listElement(byte[] element) {
        word(element);
    }

    @Override
    public void setMember(byte[] member) {
        word(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        word(field);
        word(value);
        if (deadlineMillis != NO_DEADLINE) {
            effects(1);
            word(field);
            bytes += NUMBER_BYTES;
        }
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        word(member);
        bytes += NUMBER_BYTES;
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        effects(1);
        bytes += NUMBER_BYTES;
        for (byte[] word : fieldsAndValues) {
            word(word);
        }
    }

    @Override
    public void streamLastId(long idMillis, long idSequence) {
        effects(1);
        bytes += NUMBER_BYTES;
    }
}

package io.nvmredis.engine.value;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.StreamState;

/** Upper bound of the length of the image of a value that {@link ImageWriter} writes. */
public final class ImageLength implements ValueVisitor {
    /** Bytes per word beside its content. */
    private static final int WORD_BYTES = 16;

    /** Bytes per effect beside its words. */
    private static final int EFFECT_BYTES = 48;
    /** Maximum bytes per number or stream id. */
    private static final int NUMBER_BYTES = 48;

    /** Bytes of the numbers and options of an XCLAIM, with what RESP adds to its words. */
    private static final int CLAIM_BYTES = 9 * WORD_BYTES + 2 * NUMBER_BYTES;

    private final long keyLength;
    private long bytes;

    private int groupLength;
    private int consumerLength;
    private int pendingCount;
    private long deliveredMillis;
    private long deliveryCount;

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
    public void streamState(StreamState state) {
        effects(3);
        bytes += 4 * NUMBER_BYTES;
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        effects(1);
        word(group);
        bytes += 3 * NUMBER_BYTES;
        groupLength = group.length;
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        effects(1);
        word(consumer);
        bytes += 2 * NUMBER_BYTES + groupLength;
        consumerLength = consumer.length;
        pendingCount = 0;
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long newDeliveredMillis, long newDeliveryCount) {
        boolean isNext = pendingCount % Effects.ELEMENTS_PER_EFFECT != 0
                && newDeliveredMillis == deliveredMillis
                && newDeliveryCount == deliveryCount;
        if (!isNext) {
            pendingCount = 0;
            deliveredMillis = newDeliveredMillis;
            deliveryCount = newDeliveryCount;
            effects(1);
            bytes += CLAIM_BYTES + groupLength + consumerLength;
        }
        pendingCount++;
        bytes += NUMBER_BYTES;
    }
}

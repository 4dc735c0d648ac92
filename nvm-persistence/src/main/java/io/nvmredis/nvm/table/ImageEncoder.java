package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.ElementChunk;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.effects.ValueEffects;

/**
 * Encodes a value as {@link ValueEffects} with an empty key, which are the payload of a BASE.
 *
 * <p>A string is not encoded this way: its payload is its bytes.
 *
 * <p>The encoded effects are handed over before they become too long, so that a value may be longer than any array.
 * Reused; only the writer uses it.
 */
final class ImageEncoder implements ValueVisitor {
    /** Key in payloads; the record's header has the real one. */
    static final byte[] NO_KEY = {};

    /** Bytes of an effect above which its next elements go into another effect. */
    private static final int LARGEST_EFFECT = 1 << 20;
    /** Bytes that RESP adds to an element at most; an element is two arguments at most. */
    private static final int FRAME_LENGTH = 64;

    private final Transaction target;
    private final long largestLength;
    private final ValueEffects effects;
    private final ElementChunk chunk;
    private Runnable full = ImageEncoder::notEncoding;
    private boolean hasFieldDeadlines;

    /**
     * Creates an encoder that writes to a transaction.
     *
     * @param largestLength the most bytes of the transaction, unless one effect alone is longer
     */
    ImageEncoder(Transaction target, long largestLength) {
        this.target = target;
        this.largestLength = largestLength;
        this.effects = new ValueEffects(new Effects(target), this::makeRoom);
        this.chunk = new ElementChunk(effects);
    }

    /**
     * Encodes the value of an image, which must exist and be no string, into the transaction, which must be empty.
     *
     * @param whenFull called when the transaction must be emptied, between two effects; never at the end
     * @return whether the effects are plain: {@link PlainValue} can show them
     */
    boolean encode(ValueImage image, Runnable whenFull) {
        full = whenFull;
        hasFieldDeadlines = false;
        effects.key(NO_KEY, Effects.ELEMENTS_PER_EFFECT);
        try {
            image.accept(this);
            chunk.write();
            effects.end(NO_DEADLINE);
        } finally {
            // An error may have left elements, which the next value must not get.
            chunk.clear();
            full = ImageEncoder::notEncoding;
        }
        return image.elementCount() > 0 && !hasFieldDeadlines;
    }

    private static void notEncoding() {
        throw new IllegalStateException("no value is being encoded");
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        // The chunk counts the elements itself, since its effects are also bounded in bytes.
    }

    /** Makes room for an effect of {@code mostBytes}. */
    private void makeRoom(long mostBytes) {
        if (mostBytes > 0 && !target.isEmpty() && target.length() + mostBytes > largestLength) {
            full.run();
        }
    }

    /** Makes room in the chunk for an element of {@code elementBytes}. */
    private void makeChunk(long elementBytes) {
        long bytes = chunk.bytes() + elementBytes + FRAME_LENGTH * (chunk.count() + 1L);
        if (chunk.isFull() || bytes > Math.min(LARGEST_EFFECT, largestLength)) {
            chunk.write();
        }
    }

    @Override
    public void string(byte[] value) {
        throw new IllegalStateException("a string is kept as its bytes");
    }

    @Override
    public void listElement(byte[] element) {
        makeChunk(element.length);
        chunk.listElement(element);
    }

    @Override
    public void setMember(byte[] member) {
        makeChunk(member.length);
        chunk.setMember(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        makeChunk((long) field.length + value.length);
        chunk.hashField(field, value, deadlineMillis);
        hasFieldDeadlines |= deadlineMillis != NO_DEADLINE;
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        makeChunk(member.length);
        chunk.zsetMember(member, score);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        effects.streamEntry(idMillis, idSequence, fieldsAndValues, fieldsAndValues.length);
    }

    /** Writes the state in any case, because {@link PlainValue} shows it. */
    @Override
    public void streamState(StreamState state) {
        effects.speltState(state);
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        effects.streamGroup(group, lastMillis, lastSequence, entriesRead);
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        effects.streamConsumer(consumer, seenMillis);
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        effects.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount);
    }
}

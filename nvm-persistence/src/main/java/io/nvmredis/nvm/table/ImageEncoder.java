package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.ElementChunk;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.effects.ValueEffects;

/**
 * Writes a value as {@link ValueEffects} with an empty key: the payload of a BASE.
 *
 * <p>A string is not written this way: its payload is its bytes.
 *
 * <p>What has been written is handed over before it becomes too long, so that the value may be longer than any array.
 * Made to be reused; the writer's.
 */
final class ImageEncoder implements ValueVisitor {
    /** Stands in payloads for the key, which the record's header has. */
    static final byte[] NO_KEY = {};

    /** An effect of several elements is begun anew rather than longer than this. */
    private static final int LARGEST_EFFECT = 1 << 20;
    /** What RESP adds to an element, which is two arguments at most. */
    private static final int FRAME_LENGTH = 64;

    private final Transaction target;
    private final long largestLength;
    private final ValueEffects effects;
    private final ElementChunk chunk;
    private Runnable full = ImageEncoder::notEncoding;
    private boolean hasFieldDeadlines;

    /**
     * An encoder that writes to a transaction.
     *
     * @param largestLength that the transaction is to have, unless one effect alone is longer
     */
    ImageEncoder(Transaction target, long largestLength) {
        this.target = target;
        this.largestLength = largestLength;
        this.effects = new ValueEffects(new Effects(target), this::makeRoom);
        this.chunk = new ElementChunk(effects);
    }

    /**
     * Writes the value of an image, which is there and no string, to the transaction, which is empty.
     *
     * @param whenFull called when the transaction has to be emptied, between two effects; never at the end
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
            // An error may have left elements, which a value that comes next must not have.
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
        // The chunk counts, since its effects are bounded in bytes, too.
    }

    /** Sees to it that an effect of so many bytes can be written. */
    private void makeRoom(long mostBytes) {
        if (mostBytes > 0 && !target.isEmpty() && target.length() + mostBytes > largestLength) {
            full.run();
        }
    }

    /** Sees to it that an element of so many bytes can be added. */
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

    /** The last id is spelt out in any case: it is what {@link PlainValue} shows. */
    @Override
    public void streamLastId(long idMillis, long idSequence) {
        effects.speltLastId(idMillis, idSequence);
    }
}

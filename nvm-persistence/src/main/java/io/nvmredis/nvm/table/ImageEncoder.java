package io.nvmredis.nvm.table;

import io.nvmredis.spi.Effect;
import io.nvmredis.spi.Effects;
import io.nvmredis.spi.Transaction;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a value as the effects that make it from nothing, with an empty key: the payload of a BASE.
 *
 * <p>A string is not written this way: its payload is its bytes.
 */
final class ImageEncoder implements ValueVisitor {
    /** Stands in payloads for the key, which the record's header has. */
    static final byte[] NO_KEY = {};

    private static final byte[] FIELDS = "FIELDS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLACEHOLDER = {'x'};

    private final Effects effects;
    private final List<FieldDeadline> deadlines = new ArrayList<>();
    private int elementsLeft;
    private int bite;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record FieldDeadline(byte[] field, long deadlineMillis) {}

    private ImageEncoder(Transaction target) {
        this.effects = new Effects(target);
    }

    /**
     * Writes the value of an image, which is there and no string, to the end of a transaction.
     *
     * @return whether the effects are plain: {@link PlainValue} can show them
     */
    static boolean encode(Image image, Transaction target) {
        ImageEncoder encoder = new ImageEncoder(target);
        image.accept(encoder);
        encoder.writeDeadlines();
        return image.elementCount() > 0 && encoder.deadlines.isEmpty();
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        elementsLeft = elementCount;
    }

    private Effects next(Effect effect, int argumentsPerElement) {
        if (bite == 0) {
            bite = Math.min(elementsLeft, Effects.ELEMENTS_PER_EFFECT);
            elementsLeft -= bite;
            effects.begin(effect, 1 + bite * argumentsPerElement).argument(NO_KEY);
        }
        bite--;
        return effects;
    }

    @Override
    public void string(byte[] value) {
        throw new IllegalStateException("a string is kept as its bytes");
    }

    @Override
    public void listElement(byte[] element) {
        next(Effect.RPUSH, 1).argument(element);
    }

    @Override
    public void setMember(byte[] member) {
        next(Effect.SADD, 1).argument(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        next(Effect.HSET, 2).argument(field).argument(value);
        if (deadlineMillis != NO_DEADLINE) {
            deadlines.add(new FieldDeadline(field, deadlineMillis));
        }
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        next(Effect.ZADD, 2).argument(score).argument(member);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        effects.begin(Effect.XADD, 2 + fieldsAndValues.length).argument(NO_KEY).streamId(idMillis, idSequence);
        for (byte[] argument : fieldsAndValues) {
            effects.argument(argument);
        }
        elementsLeft = -1;
    }

    @Override
    public void streamLastId(long idMillis, long idSequence) {
        if (elementsLeft == 0) {
            // Only an entry makes a stream: one is added and taken out again.
            effects.begin(Effect.XADD, 4)
                    .argument(NO_KEY)
                    .streamId(0, 1)
                    .argument(PLACEHOLDER)
                    .argument(PLACEHOLDER);
            effects.begin(Effect.XDEL, 2).argument(NO_KEY).streamId(0, 1);
        }
        effects.begin(Effect.XSETID, 2).argument(NO_KEY).streamId(idMillis, idSequence);
    }

    private void writeDeadlines() {
        for (FieldDeadline deadline : deadlines) {
            effects.begin(Effect.HPEXPIREAT, 5)
                    .argument(NO_KEY)
                    .argument(deadline.deadlineMillis())
                    .argument(FIELDS)
                    .argument(1L)
                    .argument(deadline.field());
        }
    }
}

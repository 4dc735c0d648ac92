package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a value as the effects that make it from nothing, with an empty key: the payload of a BASE.
 *
 * <p>A string is not written this way: its payload is its bytes.
 *
 * <p>What has been written is handed over before it becomes too long, so that the value may be longer than any array.
 */
final class ImageEncoder implements ValueVisitor {
    /** Stands in payloads for the key, which the record's header has. */
    static final byte[] NO_KEY = {};

    private static final byte[] FIELDS = "FIELDS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLACEHOLDER = {'x'};

    /** An effect of several elements is begun anew rather than longer than this. */
    private static final int LARGEST_EFFECT = 1 << 20;
    /** What RESP adds to an argument at most. */
    private static final int FRAME_LENGTH = 32;

    private final Transaction target;
    private final Effects effects;
    private final long largestLength;
    private final Runnable full;
    private final List<FieldDeadline> deadlines = new ArrayList<>();
    /** Elements of the next effect: each one argument, or two of which the second, or the score, is here. */
    private final List<byte[]> elements = new ArrayList<>();

    private final List<byte[]> values = new ArrayList<>();
    private final double[] scores = new double[Effects.ELEMENTS_PER_EFFECT];
    private Effect elementEffect = Effect.RPUSH;
    private long elementBytes;
    private boolean isEmpty;

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record FieldDeadline(byte[] field, long deadlineMillis) {}

    private ImageEncoder(Transaction target, long largestLength, Runnable full) {
        this.target = target;
        this.effects = new Effects(target);
        this.largestLength = largestLength;
        this.full = full;
    }

    /**
     * Writes the value of an image, which is there and no string, to a transaction, which is empty.
     *
     * @param largestLength that the transaction is to have, unless one effect alone is longer
     * @param full called when it has to be emptied, between two effects; never at the end
     * @return whether the effects are plain: {@link PlainValue} can show them
     */
    static boolean encode(ValueImage image, Transaction target, long largestLength, Runnable full) {
        ImageEncoder encoder = new ImageEncoder(target, largestLength, full);
        image.accept(encoder);
        encoder.writeElements();
        encoder.writeDeadlines();
        return image.elementCount() > 0 && encoder.deadlines.isEmpty();
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        isEmpty = elementCount == 0;
    }

    /** Sees to it that an effect of so many bytes of arguments can be written. */
    private void makeRoom(long argumentBytes) {
        if (!target.isEmpty() && target.length() + argumentBytes > largestLength) {
            full.run();
        }
    }

    private void add(Effect effect, byte[] element, int otherLength) {
        long bytes = (long) element.length + otherLength + 2 * FRAME_LENGTH;
        boolean isLong = elementBytes + bytes > Math.min(LARGEST_EFFECT, largestLength);
        if (elements.size() == Effects.ELEMENTS_PER_EFFECT || (isLong && !elements.isEmpty())) {
            writeElements();
        }
        elementEffect = effect;
        elementBytes += bytes;
        elements.add(element);
    }

    private void writeElements() {
        if (elements.isEmpty()) {
            return;
        }
        makeRoom(elementBytes + 2 * FRAME_LENGTH);
        boolean isPair = elementEffect == Effect.HSET || elementEffect == Effect.ZADD;
        effects.begin(elementEffect, 1 + elements.size() * (isPair ? 2 : 1)).argument(NO_KEY);
        for (int i = 0; i < elements.size(); i++) {
            if (elementEffect == Effect.ZADD) {
                effects.argument(scores[i]);
            }
            effects.argument(elements.get(i));
            if (elementEffect == Effect.HSET) {
                effects.argument(values.get(i));
            }
        }
        elements.clear();
        values.clear();
        elementBytes = 0;
    }

    @Override
    public void string(byte[] value) {
        throw new IllegalStateException("a string is kept as its bytes");
    }

    @Override
    public void listElement(byte[] element) {
        add(Effect.RPUSH, element, 0);
    }

    @Override
    public void setMember(byte[] member) {
        add(Effect.SADD, member, 0);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        add(Effect.HSET, field, value.length);
        values.add(value);
        if (deadlineMillis != NO_DEADLINE) {
            deadlines.add(new FieldDeadline(field, deadlineMillis));
        }
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        add(Effect.ZADD, member, 0);
        scores[elements.size() - 1] = score;
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        long bytes = 4L * FRAME_LENGTH;
        for (byte[] argument : fieldsAndValues) {
            bytes += argument.length + FRAME_LENGTH;
        }
        makeRoom(bytes);
        effects.begin(Effect.XADD, 2 + fieldsAndValues.length).argument(NO_KEY).streamId(idMillis, idSequence);
        for (byte[] argument : fieldsAndValues) {
            effects.argument(argument);
        }
    }

    @Override
    public void streamLastId(long idMillis, long idSequence) {
        if (isEmpty) {
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
            makeRoom(deadline.field().length + 6L * FRAME_LENGTH);
            effects.begin(Effect.HPEXPIREAT, 5)
                    .argument(NO_KEY)
                    .argument(deadline.deadlineMillis())
                    .argument(FIELDS)
                    .argument(1L)
                    .argument(deadline.field());
        }
    }
}

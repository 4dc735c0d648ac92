package io.nvmredis.engine;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.nio.charset.StandardCharsets;

/**
 * Writes a whole value as the effects that make it from nothing, in bites of {@link Effects#ELEMENTS_PER_EFFECT}.
 *
 * <p>One value at a time; guarded by the engine's lock.
 */
final class ImageWriter implements ValueVisitor {
    /** The word that Redis wants before the number of hash fields. */
    static final byte[] FIELDS = "FIELDS".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] PLACEHOLDER = {'x'};
    /** Next to the elements of one effect, a key up to this length is little. */
    private static final int SHORT_KEY_LENGTH = 1 << 10;

    private final Effects effects;
    private byte[] key = PLACEHOLDER;
    private int elementsLeft;
    private int bite;
    private boolean isLogged;
    private long lastEntryMillis;
    private long lastEntrySequence;
    private boolean hasEntries;

    ImageWriter(Effects effects) {
        this.effects = effects;
    }

    /** Writes the value of an entry, its deadline, and before them the end of what the log has under the key. */
    void write(Entry entry) {
        key = entry.keyBytes();
        isLogged = entry.isLogged;
        Values.visit(entry.value, this);
        if (entry.value instanceof ObservedHash hash) {
            writeFieldDeadlines(hash);
        }
        if (entry.deadline != Entry.NO_DEADLINE) {
            effects.begin(Effect.PEXPIREAT, 2).argument(key).argument(entry.deadline);
        }
        key = PLACEHOLDER;
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        if (isLogged && type != ValueType.STRING) {
            effects.begin(Effect.DEL, 1).argument(key);
        }
        elementsLeft = elementCount;
        bite = 0;
        hasEntries = false;
    }

    @Override
    public void string(byte[] value) {
        effects.begin(Effect.SET, 2).argument(key).argument(value);
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
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        next(Effect.ZADD, 2).argument(score).argument(member);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        effects.begin(Effect.XADD, 2 + fieldsAndValues.length).argument(key).streamId(idMillis, idSequence);
        for (byte[] argument : fieldsAndValues) {
            effects.argument(argument);
        }
        lastEntryMillis = idMillis;
        lastEntrySequence = idSequence;
        hasEntries = true;
    }

    @Override
    public void streamLastId(long idMillis, long idSequence) {
        if (!hasEntries) {
            // Only an entry makes a stream: one is added and taken out again.
            effects.begin(Effect.XADD, 4)
                    .argument(key)
                    .streamId(0, 1)
                    .argument(PLACEHOLDER)
                    .argument(PLACEHOLDER);
            effects.begin(Effect.XDEL, 2).argument(key).streamId(0, 1);
            effects.begin(Effect.XSETID, 2).argument(key).streamId(idMillis, idSequence);
        } else if (idMillis != lastEntryMillis || idSequence != lastEntrySequence) {
            effects.begin(Effect.XSETID, 2).argument(key).streamId(idMillis, idSequence);
        }
    }

    private Effects next(Effect kind, int argumentsPerElement) {
        if (bite == 0) {
            // Each effect says the key: a long one would be most of an image of many elements.
            bite = (int) Math.min(elementsLeft, Effects.ELEMENTS_PER_EFFECT * (1L + key.length / SHORT_KEY_LENGTH));
            elementsLeft -= bite;
            effects.begin(kind, 1 + bite * argumentsPerElement).argument(key);
        }
        bite--;
        return effects;
    }

    private void writeFieldDeadlines(ObservedHash hash) {
        hash.forEachField((field, value) -> {
            long deadline = hash.deadlineOf(field);
            if (deadline != Entry.NO_DEADLINE) {
                effects.begin(Effect.HPEXPIREAT, 5)
                        .argument(key)
                        .argument(deadline)
                        .argument(FIELDS)
                        .argument(1L)
                        .argument(RawBytes.of(field));
            }
        });
    }
}

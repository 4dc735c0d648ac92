package io.nvmredis.rdb;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.nio.charset.StandardCharsets;

/**
 * Turns the elements of one key after the other, whose number nobody knows before, into effects of up to {@link
 * Effects#ELEMENTS_PER_EFFECT}. One thread.
 */
final class KeyLoader {
    private static final byte[] FIELDS = "FIELDS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PLACEHOLDER = {'x'};
    /** Elements are not kept beyond so many bytes, however few they are. */
    private static final int MAX_COLLECTED_BYTES = 256 << 10;

    private final TransactionBatch batch;
    private final boolean dropsExpired;
    private final boolean replacesKeys;
    private final byte[][] collected = new byte[2 * Effects.ELEMENTS_PER_EFFECT][];
    private final double[] scores = new double[Effects.ELEMENTS_PER_EFFECT];
    private final long[] deadlines = new long[Effects.ELEMENTS_PER_EFFECT];
    private int collectedCount;
    private int collectedBytes;
    private Effect kind = Effect.RPUSH;

    private byte[] key = new byte[0];
    private long deadlineMillis;
    private long nowMillis;
    private boolean isDropped;
    private long elementCount;
    private long keptCount;

    KeyLoader(TransactionBatch batch, RdbLoadOptions options) {
        this.batch = batch;
        this.dropsExpired = options.dropsExpired();
        this.replacesKeys = options.replacesKeys();
    }

    /**
     * A key, whose elements follow.
     *
     * @param hasNoPlace whether it is left out in any case
     * @return whether it is left out, for that or because it has expired
     */
    boolean begin(byte[] newKey, long newDeadlineMillis, boolean hasNoPlace) {
        key = newKey;
        deadlineMillis = newDeadlineMillis;
        nowMillis = System.currentTimeMillis();
        isDropped = hasNoPlace || hasPassed(newDeadlineMillis);
        elementCount = 0;
        keptCount = 0;
        collectedCount = 0;
        collectedBytes = 0;
        return isDropped;
    }

    private boolean hasPassed(long deadline) {
        return dropsExpired && deadline != ValueVisitor.NO_DEADLINE && deadline < nowMillis;
    }

    void string(byte[] value) {
        elementCount++;
        if (!isDropped) {
            keptCount++;
            batch.begin(Effect.SET, 2).argument(key).argument(value);
        }
    }

    void listElement(byte[] element) {
        add(Effect.RPUSH, element);
    }

    void setMember(byte[] member) {
        add(Effect.SADD, member);
    }

    void zsetMember(byte[] member, double score) {
        scores[collectedCount] = score;
        add(Effect.ZADD, member);
    }

    private void add(Effect effect, byte[] element) {
        elementCount++;
        if (!isDropped) {
            kind = effect;
            collected[collectedCount] = element;
            collectedEnds(element.length);
        }
    }

    void hashField(byte[] field, byte[] value, long fieldDeadlineMillis) {
        elementCount++;
        if (!isDropped && !hasPassed(fieldDeadlineMillis)) {
            kind = Effect.HSET;
            collected[2 * collectedCount] = field;
            collected[2 * collectedCount + 1] = value;
            deadlines[collectedCount] = fieldDeadlineMillis;
            collectedEnds(field.length + value.length);
        }
    }

    private void collectedEnds(int length) {
        collectedCount++;
        collectedBytes += length;
        if (collectedCount == Effects.ELEMENTS_PER_EFFECT || collectedBytes >= MAX_COLLECTED_BYTES) {
            writeCollected();
        }
    }

    private void writeCollected() {
        if (collectedCount == 0) {
            return;
        }
        replaceOnce();
        int argumentsPerElement = kind == Effect.HSET || kind == Effect.ZADD ? 2 : 1;
        Effects effects =
                batch.begin(kind, 1 + collectedCount * argumentsPerElement).argument(key);
        for (int i = 0; i < collectedCount; i++) {
            if (kind == Effect.HSET) {
                effects.argument(collected[2 * i]).argument(collected[2 * i + 1]);
            } else if (kind == Effect.ZADD) {
                effects.argument(scores[i]).argument(collected[i]);
            } else {
                effects.argument(collected[i]);
            }
        }
        if (kind == Effect.HSET) {
            writeFieldDeadlines();
        }
        keptCount += collectedCount;
        collectedCount = 0;
        collectedBytes = 0;
    }

    /** Before the first effect of a collection: what is there under its key goes. */
    private void replaceOnce() {
        if (replacesKeys && keptCount == 0) {
            batch.begin(Effect.DEL, 1).argument(key);
        }
    }

    private void writeFieldDeadlines() {
        for (int i = 0; i < collectedCount; i++) {
            if (deadlines[i] != ValueVisitor.NO_DEADLINE) {
                batch.begin(Effect.HPEXPIREAT, 5)
                        .argument(key)
                        .argument(deadlines[i])
                        .argument(FIELDS)
                        .argument(1L)
                        .argument(collected[2 * i]);
            }
        }
    }

    /** An entry of a stream: field, value, field, value …, the first so many of an array. */
    void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues, int length) {
        elementCount++;
        if (isDropped) {
            return;
        }
        replaceOnce();
        keptCount++;
        Effects effects = batch.begin(Effect.XADD, 2 + length).argument(key).streamId(idMillis, idSequence);
        for (int i = 0; i < length; i++) {
            effects.argument(fieldsAndValues[i]);
        }
    }

    /** Follows the entries of a stream. */
    void streamLastId(boolean isLastEntry, long idMillis, long idSequence) {
        elementCount++;
        if (isDropped) {
            return;
        }
        if (keptCount == 0) {
            replaceOnce();
            // Only an entry makes a stream: one is added and taken out again.
            batch.begin(Effect.XADD, 4)
                    .argument(key)
                    .streamId(0, 1)
                    .argument(PLACEHOLDER)
                    .argument(PLACEHOLDER);
            batch.begin(Effect.XDEL, 2).argument(key).streamId(0, 1);
            keptCount++;
        }
        if (!isLastEntry) {
            batch.begin(Effect.XSETID, 2).argument(key).streamId(idMillis, idSequence);
        }
    }

    /** All elements have been given. */
    void end() {
        writeCollected();
        if (keptCount > 0 && deadlineMillis != ValueVisitor.NO_DEADLINE) {
            batch.begin(Effect.PEXPIREAT, 2).argument(key).argument(deadlineMillis);
        }
    }

    /** Whether the key had no elements at all. */
    boolean isEmpty() {
        return elementCount == 0;
    }

    /** Whether anything of it has been handed on. */
    boolean isKept() {
        return keptCount > 0;
    }
}

package io.nvmredis.stock.aof;

import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes a snapshot as effects that make it, for a base file of commands. What it is shown is taken into memory, to be
 * written out when {@link io.nvmredis.spi.Snapshot#advance} has returned. One thread.
 */
final class RespBaseWriter implements SnapshotVisitor {
    private static final byte[] EMPTY = {};
    private static final byte[] FIELDS = "FIELDS".getBytes(StandardCharsets.US_ASCII);

    private final Transaction encoded = new Transaction();
    private final Effects effects = new Effects(encoded);
    /** Fields of the HSET being written that have deadlines, and these. */
    private final List<byte[]> deadlineFields = new ArrayList<>();

    private final List<Long> fieldDeadlines = new ArrayList<>();
    private int database;
    private byte[] key = EMPTY;
    private long deadlineMillis;
    private int elementsLeft;
    /** Elements that the effect begun last still lacks. */
    private int bite;

    private boolean hasEntries;
    private long lastEntryMillis;
    private long lastEntrySequence;

    /** What has been encoded and not been taken out yet. */
    int pendingBytes() {
        return encoded.length();
    }

    byte[] bytes() {
        return encoded.bytes();
    }

    void clear() {
        encoded.reset();
    }

    @Override
    public void key(int newDatabase, byte[] newKey, long newDeadlineMillis) {
        if (newDatabase != database) {
            database = newDatabase;
            effects.begin(Effect.SELECT, 1).argument((long) newDatabase);
        }
        key = newKey;
        deadlineMillis = newDeadlineMillis;
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        elementsLeft = elementCount;
        bite = 0;
        hasEntries = false;
    }

    @Override
    public void string(byte[] value) {
        elementsLeft--;
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
    public void hashField(byte[] field, byte[] value, long fieldDeadlineMillis) {
        next(Effect.HSET, 2).argument(field).argument(value);
        if (fieldDeadlineMillis != NO_DEADLINE) {
            deadlineFields.add(field);
            fieldDeadlines.add(fieldDeadlineMillis);
        }
        if (bite == 0) {
            // The HSET is complete.
            writeFieldDeadlines();
        }
    }

    private void writeFieldDeadlines() {
        for (int i = 0; i < fieldDeadlines.size(); i++) {
            effects.begin(Effect.HPEXPIREAT, 5)
                    .argument(key)
                    .argument(fieldDeadlines.get(i).longValue())
                    .argument(FIELDS)
                    .argument(1L)
                    .argument(deadlineFields.get(i));
        }
        deadlineFields.clear();
        fieldDeadlines.clear();
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        next(Effect.ZADD, 2).argument(score).argument(member);
    }

    private Effects next(Effect kind, int argumentsPerElement) {
        if (bite == 0) {
            bite = Math.min(elementsLeft, Effects.ELEMENTS_PER_EFFECT);
            elementsLeft -= bite;
            effects.begin(kind, 1 + bite * argumentsPerElement).argument(key);
        }
        bite--;
        return effects;
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        elementsLeft--;
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
                    .argument(EMPTY)
                    .argument(EMPTY);
            effects.begin(Effect.XDEL, 2).argument(key).streamId(0, 1);
            effects.begin(Effect.XSETID, 2).argument(key).streamId(idMillis, idSequence);
        } else if (idMillis != lastEntryMillis || idSequence != lastEntrySequence) {
            effects.begin(Effect.XSETID, 2).argument(key).streamId(idMillis, idSequence);
        }
    }

    @Override
    public void end() {
        if (bite != 0 || elementsLeft > 0) {
            throw new PersistenceException("a key was shown with " + (bite + elementsLeft)
                    + " elements fewer than it was said to have: the base file cannot be written");
        }
        if (deadlineMillis != NO_DEADLINE) {
            effects.begin(Effect.PEXPIREAT, 2).argument(key).argument(deadlineMillis);
        }
    }
}

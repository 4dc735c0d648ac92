package io.nvmredis.stock.aof;

import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.effects.RedisSpelling;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.effects.ValueEffects;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;

/**
 * Encodes a snapshot as the {@link ValueEffects} of its keys, for a base file of commands. The keys shown are encoded
 * into memory, and written out when {@link io.nvmredis.spi.Snapshot#advance} has returned. One thread.
 */
public final class RespBaseWriter implements SnapshotVisitor {
    private static final byte[] EMPTY = {};

    private final Transaction encoded = new Transaction();
    private final Effects effects = new Effects(encoded);
    private final ValueEffects image = new ValueEffects(effects, EMPTY);
    private final RedisSpelling spelling = new RedisSpelling();
    private final RespBuffer spelt = new RespBuffer();
    private int database;
    private long deadlineMillis;
    /** Number of elements of the value that have not been shown yet. */
    private int missingElements;

    /** Returns how many encoded bytes have not been taken out yet. */
    public int pendingBytes() {
        return encoded.length();
    }

    /** Writer of bytes to a file. */
    @FunctionalInterface
    public interface Target {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    /** Takes the encoded bytes out as commands of Redis. Returns how many there were. */
    public int drainTo(Target target) throws IOException {
        int length;
        if (encoded.isSpeltAsInRedis()) {
            length = encoded.length();
            target.write(encoded.bytes(), 0, length);
        } else {
            spelt.clear();
            spelling.begin();
            spelling.put(spelt, encoded.bytes(), 0, encoded.length());
            length = spelt.length();
            target.write(spelt.bytes(), spelt.start(), length);
        }
        encoded.reset();
        return length;
    }

    @Override
    public void key(int newDatabase, byte[] newKey, long newDeadlineMillis) {
        if (newDatabase != database) {
            database = newDatabase;
            if (database == LibraryEffects.DATABASE) {
                LibraryEffects.select(effects);
            } else {
                effects.begin(Effect.SELECT, 1).argument((long) newDatabase);
            }
        }
        image.key(newKey, Effects.ELEMENTS_PER_EFFECT);
        deadlineMillis = newDeadlineMillis;
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        image.elements(elementCount);
        missingElements = elementCount;
    }

    @Override
    public void string(byte[] value) {
        missingElements--;
        image.string(value);
    }

    @Override
    public void listElement(byte[] element) {
        missingElements--;
        image.listElement(element);
    }

    @Override
    public void setMember(byte[] member) {
        missingElements--;
        image.setMember(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long fieldDeadlineMillis) {
        missingElements--;
        image.hashField(field, value, fieldDeadlineMillis);
        if (image.isWhole()) {
            // Written here and not at the end of the hash, all of whose deadlines together might take too much memory.
            image.fieldDeadlines();
        }
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        missingElements--;
        image.zsetMember(member, score);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        missingElements--;
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

    @Override
    public void end() {
        if (missingElements != 0) {
            throw new PersistenceException("a key was shown with " + missingElements
                    + " elements fewer than it was said to have: the base file cannot be written");
        }
        image.end(deadlineMillis);
    }
}

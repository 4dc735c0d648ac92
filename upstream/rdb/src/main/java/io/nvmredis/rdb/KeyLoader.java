package io.nvmredis.rdb;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.ElementChunk;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.ValueEffects;

/**
 * Turns the elements of one key after the other into {@link ValueEffects}, without knowing their number in advance.
 * Leaves out expired keys and fields. One thread.
 */
final class KeyLoader implements ValueTarget {
    /** Bytes of collected elements after which a chunk is written, however few elements it has. */
    private static final int MAX_COLLECTED_BYTES = 256 << 10;

    private final boolean dropsExpired;
    private final boolean replacesKeys;
    private final ValueEffects value;
    private final ElementChunk chunk;

    private long deadlineMillis;
    private long nowMillis;
    private boolean isDropped;
    private long elementCount;
    private boolean isKept;

    KeyLoader(TransactionBatch batch, RdbLoadOptions options) {
        this.dropsExpired = options.dropsExpired();
        this.replacesKeys = options.replacesKeys();
        this.value = new ValueEffects(batch.effects(), mostBytes -> batch.effectBegins());
        this.chunk = new ElementChunk(value);
    }

    /**
     * Begins a key, whose elements follow.
     *
     * @param hasNoPlace whether the key is left out in any case
     * @return whether the key is left out, because it has no place or because it has expired
     */
    boolean begin(byte[] key, long newDeadlineMillis, boolean hasNoPlace) {
        value.key(key, Effects.ELEMENTS_PER_EFFECT);
        chunk.clear();
        deadlineMillis = newDeadlineMillis;
        nowMillis = System.currentTimeMillis();
        isDropped = hasNoPlace || hasPassed(newDeadlineMillis);
        elementCount = 0;
        isKept = false;
        return isDropped;
    }

    private boolean hasPassed(long deadline) {
        return dropsExpired && deadline != ValueVisitor.NO_DEADLINE && deadline < nowMillis;
    }

    @Override
    public void string(byte[] bytes) {
        elementCount++;
        if (!isDropped) {
            // No DEL precedes it: SET replaces any value.
            isKept = true;
            value.string(bytes);
        }
    }

    @Override
    public void listElement(byte[] element) {
        elementCount++;
        if (!isDropped) {
            chunk.listElement(element);
            writeIfFull();
        }
    }

    @Override
    public void setMember(byte[] member) {
        elementCount++;
        if (!isDropped) {
            chunk.setMember(member);
            writeIfFull();
        }
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        elementCount++;
        if (!isDropped) {
            chunk.zsetMember(member, score);
            writeIfFull();
        }
    }

    @Override
    public void hashField(byte[] field, byte[] fieldValue, long fieldDeadlineMillis) {
        elementCount++;
        if (!isDropped && !hasPassed(fieldDeadlineMillis)) {
            chunk.hashField(field, fieldValue, fieldDeadlineMillis);
            writeIfFull();
        }
    }

    private void writeIfFull() {
        if (chunk.isFull() || chunk.bytes() >= MAX_COLLECTED_BYTES) {
            writeChunk();
        }
    }

    private void writeChunk() {
        if (chunk.count() > 0) {
            keep();
            chunk.write();
            value.fieldDeadlines();
        }
    }

    /**
     * Notes that the key is kept. Before the first elements of a collection, the value that the key has already is
     * removed.
     */
    private void keep() {
        if (!isKept && replacesKeys) {
            value.replace();
        }
        isKept = true;
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues, int length) {
        elementCount++;
        if (!isDropped) {
            keep();
            value.streamEntry(idMillis, idSequence, fieldsAndValues, length);
        }
    }

    @Override
    public void streamState(StreamState state) {
        elementCount++;
        if (!isDropped) {
            keep();
            value.streamState(state);
        }
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        if (!isDropped) {
            value.streamGroup(group, lastMillis, lastSequence, entriesRead);
        }
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        if (!isDropped) {
            value.streamConsumer(consumer, seenMillis);
        }
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        if (!isDropped) {
            value.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount);
        }
    }

    /** Ends the key, all of whose elements have been given. */
    void end() {
        writeChunk();
        value.end(isKept ? deadlineMillis : ValueVisitor.NO_DEADLINE);
    }

    /** Returns whether the key has no elements at all. */
    boolean isEmpty() {
        return elementCount == 0;
    }

    /** Returns whether any element of the key has been handed on. */
    boolean isKept() {
        return isKept;
    }
}

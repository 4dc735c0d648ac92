package io.nvmredis.rdb;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.ElementChunk;
import io.nvmredis.spi.effects.ValueEffects;

/**
 * Turns the elements of one key after the other, whose number nobody knows before, into {@link ValueEffects}; leaves out
 * what has expired. One thread.
 */
final class KeyLoader {
    /** Elements are not kept beyond so many bytes, however few they are. */
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
     * A key, whose elements follow.
     *
     * @param hasNoPlace whether it is left out in any case
     * @return whether it is left out, for that or because it has expired
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

    void string(byte[] bytes) {
        elementCount++;
        if (!isDropped) {
            // Without a DEL before it: SET replaces whatever there is.
            isKept = true;
            value.string(bytes);
        }
    }

    void listElement(byte[] element) {
        elementCount++;
        if (!isDropped) {
            chunk.listElement(element);
            writeIfFull();
        }
    }

    void setMember(byte[] member) {
        elementCount++;
        if (!isDropped) {
            chunk.setMember(member);
            writeIfFull();
        }
    }

    void zsetMember(byte[] member, double score) {
        elementCount++;
        if (!isDropped) {
            chunk.zsetMember(member, score);
            writeIfFull();
        }
    }

    void hashField(byte[] field, byte[] fieldValue, long fieldDeadlineMillis) {
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

    /** Something of a collection is handed on: before the first of it, what there is under its key goes. */
    private void keep() {
        if (!isKept && replacesKeys) {
            value.replace();
        }
        isKept = true;
    }

    /** An entry of a stream: field, value, field, value …, the first so many of an array. */
    void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues, int length) {
        elementCount++;
        if (!isDropped) {
            keep();
            value.streamEntry(idMillis, idSequence, fieldsAndValues, length);
        }
    }

    /** Follows the entries of a stream. */
    void streamLastId(long idMillis, long idSequence) {
        elementCount++;
        if (!isDropped) {
            keep();
            value.streamLastId(idMillis, idSequence);
        }
    }

    /** All elements have been given. */
    void end() {
        writeChunk();
        value.end(isKept ? deadlineMillis : ValueVisitor.NO_DEADLINE);
    }

    /** Whether the key had no elements at all. */
    boolean isEmpty() {
        return elementCount == 0;
    }

    /** Whether anything of it has been handed on. */
    boolean isKept() {
        return isKept;
    }
}

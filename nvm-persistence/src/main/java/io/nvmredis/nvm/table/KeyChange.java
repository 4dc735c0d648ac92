package io.nvmredis.nvm.table;

import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Works out what effects do to a key without looking at its value, where that is possible.
 *
 * <p>It is not possible when a set, hash or sorted set might lose its last element, which removes the key. The newest
 * record has a lower bound of the number of elements. Additions to an existing value do not raise it, since they may
 * name elements that the value has; additions to a new value count each element once; removals count in full. Only if
 * the bound reaches zero must the value be read, which gives the exact number: so a value is read at most once per as
 * many removals as it has elements. It is not written for that: the effects alone are written, unless they have made
 * the value from nothing. Reused; one thread.
 */
final class KeyChange {
    private final Transaction transaction = new Transaction();
    private final Effects effects = new Effects(transaction);
    private final EffectReader reader = new EffectReader();
    /** Counts the elements of a value made anew. */
    private final DistinctCount distinct = new DistinctCount();

    private boolean exists;
    private boolean isReset;
    private boolean needsImage;
    private boolean isComplete;
    private boolean hasEffect;
    private @Nullable ValueType type;
    private int elements;
    private long deadline;
    private boolean isString;
    private byte[] stringBytes = ImageEncoder.NO_KEY;
    private int stringOffset;
    private int stringLength;
    private boolean isPlain;
    /** Bytes of all effects that are looked at; no more can be copied from them. */
    private long sourceLength;

    /**
     * Looks at the effects from an index on.
     *
     * @param newest the key's newest record, or null if there is no key
     */
    void compile(@Nullable RecordHeader newest, KeyEffects change, int from) {
        transaction.reset();
        distinct.reset();
        isString = false;
        isPlain = true;
        needsImage = false;
        isComplete = true;
        hasEffect = false;
        exists = newest != null;
        isReset = newest == null;
        type = newest == null ? null : EffectTypes.typeOfCode(newest.type());
        elements = newest == null ? 0 : newest.elements();
        deadline = newest == null ? ValueImage.NO_DEADLINE : newest.deadline();
        sourceLength = 0;
        for (int i = from; i < change.count(); i++) {
            sourceLength += change.length(i);
        }
        for (int i = from; i < change.count(); i++) {
            reader.reset(change.bytes(i), change.offset(i), change.length(i));
            while (reader.next()) {
                add(reader.effect());
            }
        }
    }

    private void add(Effect effect) {
        switch (effect) {
            case DEL -> {
                hasEffect |= exists;
                forget();
            }
            case SET -> {
                hasEffect = true;
                forget();
                exists = true;
                type = ValueType.STRING;
                elements = 1;
                isString = true;
                stringBytes = reader.bytes();
                stringOffset = reader.offset(1);
                stringLength = reader.length(1);
            }
            case PEXPIREAT -> setDeadline(reader.number(1));
            case PERSIST -> setDeadline(ValueImage.NO_DEADLINE);
            case SELECT, FLUSHDB -> throw new PersistenceException(effect + " is not an effect on one key");
            default -> addToValue(effect);
        }
    }

    /** Drops all that is known of the key before this effect. */
    private void forget() {
        exists = false;
        isReset = true;
        needsImage = false;
        isComplete = true;
        type = null;
        elements = 0;
        deadline = ValueImage.NO_DEADLINE;
        isString = false;
        isPlain = true;
        transaction.reset();
        distinct.reset();
    }

    private void setDeadline(long newDeadline) {
        if (exists && deadline != newDeadline) {
            deadline = newDeadline;
            hasEffect = true;
        }
    }

    private void addToValue(Effect effect) {
        if (!isComplete) {
            return;
        }
        ValueType needed = EffectTypes.typeOf(effect);
        if (!exists) {
            if (!EffectTypes.makesValue(effect)) {
                return;
            }
            exists = true;
            type = needed;
            elements = 0;
        }
        if (type != needed) {
            // The value may have lost its last element, and one of another type have taken its place.
            isComplete = !needsImage;
            if (isComplete) {
                throw new PersistenceException(
                        effect + " on a " + type + ": the log and the table do not fit together");
            }
            return;
        }
        hasEffect = true;
        isPlain &= effect == Effect.RPUSH;
        // The base of a string is its bytes, so the first change after a new one needs the value.
        needsImage |= (isReset && needed == ValueType.STRING) || !count(effect);
        isComplete = !needsImage || !isReset;
        if (isComplete) {
            copyEffect(effect);
        }
    }

    /** Updates the bound of the number of elements. Returns whether the value certainly has an element left. */
    private boolean count(Effect effect) {
        int named = reader.argumentCount() - 1;
        switch (effect) {
            case RPUSH, LPUSH -> elements = Math.addExact(elements, named);
            case RPOP, LPOP -> elements--;
            case LTRIM -> elements = ByteList.Trim.size(reader.number(1), reader.number(2), elements);
            case SADD -> addElements(1, 1);
            case HSET -> addElements(1, 2);
            case ZADD -> addElements(2, 2);
            case SREM, HDEL, ZREM -> elements -= named;
            case XADD, XDEL, XTRIM, XSETID, XGROUP, XCLAIM, XACK -> elements = 1;
            default -> {
                // The number of elements stays.
            }
        }
        return elements > 0;
    }

    /** Counts the elements of a value made anew that are named at this argument and at every {@code step}th behind it. */
    private void addElements(int first, int step) {
        if (isReset) {
            for (int i = first; i < reader.argumentCount(); i += step) {
                elements += distinct.add(reader.bytes(), reader.offset(i), reader.length(i)) ? 1 : 0;
            }
        }
        elements = Math.max(elements, 1);
    }

    private void copyEffect(Effect effect) {
        if (transaction.isEmpty()) {
            transaction.expect(sourceLength);
        }
        int count = reader.argumentCount();
        effects.begin(effect, count).argument(ImageEncoder.NO_KEY);
        for (int i = 1; i < count; i++) {
            effects.argument(reader.bytes(), reader.offset(i), reader.length(i));
        }
    }

    /** Returns whether the value must be made to know the outcome. */
    boolean needsImage() {
        return needsImage;
    }

    /**
     * Returns whether {@link #effects} contain all changes of the value that the key had, even if that value must be
     * made.
     */
    boolean isComplete() {
        return isComplete && !isReset;
    }

    /** Takes the element count and the deadline from the image that the effects have made. */
    void setOutcome(ValueImage image) {
        // A stream exists even if it is empty.
        elements = Math.max(1, image.elementCount());
        deadline = image.deadline();
    }

    /** Returns whether the key's former value does not matter any more. */
    boolean isReset() {
        return isReset;
    }

    /** Returns whether anything changes at all. */
    boolean hasEffect() {
        return hasEffect;
    }

    /** Returns whether there is a key afterwards. */
    boolean exists() {
        return exists;
    }

    /** Returns whether the key has become a string: its value is in {@link #stringBytes}, and there are no effects. */
    boolean isString() {
        return isString;
    }

    byte[] stringBytes() {
        return stringBytes;
    }

    int stringOffset() {
        return stringOffset;
    }

    int stringLength() {
        return stringLength;
    }

    /** Returns whether the effects, of a value made anew, name each element once, in order. */
    boolean isPlain() {
        return isPlain && !isString;
    }

    /** Returns the effects on the value, without the key. */
    Transaction effects() {
        return transaction;
    }

    int typeCode() {
        return type == null ? 0 : EffectTypes.codeOf(type);
    }

    int elements() {
        return elements;
    }

    long deadline() {
        return deadline;
    }
}

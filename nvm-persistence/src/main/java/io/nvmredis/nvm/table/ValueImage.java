package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Value in DRAM, made by applying effects, which mean what {@link Effect} says.
 *
 * <p>It begins with no value. One thread.
 */
final class ValueImage {
    static final long NO_DEADLINE = ValueVisitor.NO_DEADLINE;

    /** Greatest capacity that a map is made with; beyond it the map grows by itself. */
    private static final int MAX_CAPACITY = 1 << 24;

    /** Capacity that a map is made with: growing a large map step by step costs as much again as filling it. */
    private final int capacity;

    private @Nullable ValueType type;
    private long deadline = NO_DEADLINE;
    private byte[] string = new byte[0];
    private int stringLength;
    private ByteList list = new ByteList();
    private Set<Bytes> set = Set.of();
    private Map<Bytes, HashValue> hash = Map.of();
    private Map<Bytes, Double> scores = Map.of();
    private StreamImage stream = new StreamImage();

    /** Value of a field, and its deadline. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record HashValue(byte[] value, long deadline) {}

    ValueImage() {
        this(0);
    }

    /** Creates an image that will have about {@code elementCount} elements. */
    ValueImage(int elementCount) {
        this.capacity = Math.max(16, (int) Math.min(elementCount * 4L / 3 + 1, MAX_CAPACITY));
    }

    /** Returns the value's type, or null if there is no value. */
    @Nullable
    ValueType type() {
        return type;
    }

    long deadline() {
        return deadline;
    }

    void setDeadline(long newDeadline) {
        deadline = newDeadline;
    }

    /** Makes the value a string, which keeps the array. */
    void setString(byte[] value) {
        become(ValueType.STRING);
        string = value;
        stringLength = value.length;
        deadline = NO_DEADLINE;
    }

    private void become(ValueType newType) {
        if (type != null && type != newType) {
            clear();
        }
        type = newType;
        switch (newType) {
            case SET -> set = new LinkedHashSet<>(capacity);
            case HASH -> hash = new LinkedHashMap<>(capacity);
            case ZSET -> scores = new LinkedHashMap<>(capacity);
            case LIST -> list = new ByteList();
            case STREAM -> stream = new StreamImage();
            case STRING -> stringLength = 0;
        }
    }

    void clear() {
        type = null;
        deadline = NO_DEADLINE;
        string = new byte[0];
        stringLength = 0;
        set = Set.of();
        hash = Map.of();
        scores = Map.of();
    }

    /** Returns the number of elements of the value: 0 if there is none, 1 for a string. */
    int elementCount() {
        if (type == null) {
            return 0;
        }
        return switch (type) {
            case STRING -> 1;
            case LIST -> list.size();
            case SET -> set.size();
            case HASH -> hash.size();
            case ZSET -> scores.size();
            case STREAM -> stream.size();
        };
    }

    /** Applies the effect that the reader has read; its first argument, the key, is ignored. */
    void apply(EffectReader reader) {
        try {
            applyChecked(reader);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new PersistenceException(reader.effect() + " cannot be applied: " + e.getMessage(), e);
        }
    }

    private void applyChecked(EffectReader reader) {
        Effect effect = reader.effect();
        switch (effect) {
            case DEL -> clear();
            case SET -> setString(reader.argument(1));
            case PEXPIREAT -> deadline = type == null ? NO_DEADLINE : reader.number(1);
            case PERSIST -> deadline = NO_DEADLINE;
            default -> applyToValue(effect, reader);
        }
    }

    private void applyToValue(Effect effect, EffectReader reader) {
        ValueType needed = EffectTypes.typeOf(effect);
        if (type == null) {
            if (!EffectTypes.makesValue(effect)) {
                return;
            }
            become(needed);
        } else if (type != needed) {
            throw new IllegalArgumentException("the key holds a " + type);
        }
        switch (needed) {
            case STRING -> applyToString(effect, reader);
            case LIST -> applyToList(effect, reader);
            case SET -> applyToSet(effect, reader);
            case HASH -> applyToHash(effect, reader);
            case ZSET -> applyToSortedSet(effect, reader);
            case STREAM -> stream.apply(effect, reader);
        }
        if (needed != ValueType.STREAM && elementCount() == 0) {
            clear();
        }
    }

    private void applyToString(Effect effect, EffectReader reader) {
        boolean isAppend = effect == Effect.APPEND;
        int argument = isAppend ? 1 : 2;
        int offset = isAppend ? stringLength : Math.toIntExact(reader.number(1));
        int length = reader.length(argument);
        int end = Math.addExact(offset, length);
        if (end > string.length) {
            long grown = Math.min(Math.max(end, 2L * string.length), BufferCapacity.MAX);
            string = Arrays.copyOf(string, (int) grown);
        }
        System.arraycopy(reader.bytes(), reader.offset(argument), string, offset, length);
        stringLength = Math.max(stringLength, end);
    }

    private void applyToList(Effect effect, EffectReader reader) {
        switch (effect) {
            case RPUSH -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    list.addLast(reader.argument(i));
                }
            }
            case LPUSH -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    list.addFirst(reader.argument(i));
                }
            }
            case RPOP -> list.removeLast();
            case LPOP -> list.removeFirst();
            case LSET -> {
                long index = reader.number(1);
                list.set(Math.toIntExact(index < 0 ? index + list.size() : index), reader.argument(2));
            }
            default -> list.trim(reader.number(1), reader.number(2));
        }
    }

    private void applyToSet(Effect effect, EffectReader reader) {
        for (int i = 1; i < reader.argumentCount(); i++) {
            Bytes member = Bytes.of(reader.argument(i));
            if (effect == Effect.SADD) {
                set.add(member);
            } else {
                set.remove(member);
            }
        }
    }

    private void applyToHash(Effect effect, EffectReader reader) {
        switch (effect) {
            case HSET -> {
                for (int i = 1; i + 1 < reader.argumentCount(); i += 2) {
                    hash.put(Bytes.of(reader.argument(i)), new HashValue(reader.argument(i + 1), NO_DEADLINE));
                }
            }
            case HDEL -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    hash.remove(Bytes.of(reader.argument(i)));
                }
            }
            default -> {
                long fieldDeadline = reader.number(1);
                for (int i = 4; i < reader.argumentCount(); i++) {
                    hash.computeIfPresent(
                            Bytes.of(reader.argument(i)), (field, old) -> new HashValue(old.value(), fieldDeadline));
                }
            }
        }
    }

    private void applyToSortedSet(Effect effect, EffectReader reader) {
        if (effect == Effect.ZADD) {
            for (int i = 1; i + 1 < reader.argumentCount(); i += 2) {
                scores.put(Bytes.of(reader.argument(i + 1)), reader.score(i));
            }
        } else {
            for (int i = 1; i < reader.argumentCount(); i++) {
                scores.remove(Bytes.of(reader.argument(i)));
            }
        }
    }

    /** Returns the bytes of a string. */
    byte[] string() {
        return stringLength == string.length ? string : Arrays.copyOf(string, stringLength);
    }

    /**
     * Shows the value, which must exist. Members of a sorted set come in the order of their scores, then of their
     * bytes.
     */
    void accept(ValueVisitor visitor) {
        if (type == null) {
            throw new IllegalStateException("no value");
        }
        visitor.begin(type, elementCount());
        switch (type) {
            case STRING -> visitor.string(string());
            case LIST -> {
                for (int i = 0; i < list.size(); i++) {
                    visitor.listElement(list.get(i));
                }
            }
            case SET -> set.forEach(member -> visitor.setMember(member.value()));
            case HASH ->
                hash.forEach((field, value) -> visitor.hashField(field.value(), value.value(), value.deadline()));
            case ZSET ->
                scores.entrySet().stream()
                        .sorted(Map.Entry.<Bytes, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                        .forEach(member -> visitor.zsetMember(member.getKey().value(), member.getValue()));
            case STREAM -> stream.accept(visitor);
        }
    }
}

package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hash that records each field that is set, removed, given a deadline or found expired. If the removal of an expired
 * field cannot be recorded, the field stays and is hidden.
 *
 * <p>Upstream keeps fields and deadlines in private maps and removes expired fields from them unseen. So this class
 * keeps maps of its own and overrides every method that reads or changes them. A field that is removed loses its
 * deadline.
 */
public final class ObservedHash extends RMHash implements Observed {
    /** Milliseconds after the expiry of its last field at which a hash counts as gone, as in upstream. */
    private static final long LINGER_MILLIS = 1000;

    private final LinkedHashMap<Slice, Slice> fields = new LinkedHashMap<>();
    /** Deadlines of the fields that have one; made when the first one is given. */
    private @Nullable Map<Slice, Long> deadlines;
    /** Bytes of memory of the fields and their values. */
    private long fieldBytes;

    private @Nullable Entry owner;

    public ObservedHash(Supplier<Clock> clockSupplier) {
        super(clockSupplier);
    }

    static ObservedHash of(RMHash content, Supplier<Clock> clockSupplier) {
        ObservedHash copy = new ObservedHash(clockSupplier);
        content.getStoredDataReadOnly().forEach((field, value) -> {
            copy.put(field, value);
            Long deadline = content.getDeadline(field);
            if (deadline != null) {
                copy.setDeadline(field, deadline);
            }
        });
        return copy;
    }

    /** Returns an iterator over every field with its value, including expired fields that have not been removed yet. */
    Iterator<Map.Entry<Slice, Slice>> fields() {
        return fields.entrySet().iterator();
    }

    /** Passes every field with its value to an action, including expired fields that have not been removed yet. */
    void forEachField(BiConsumer<Slice, Slice> action) {
        fields.forEach(action);
    }

    /** Returns the deadline of a field, or {@link Entry#NO_DEADLINE}. */
    public long deadlineOf(Slice field) {
        Long deadline = deadlines == null ? null : deadlines.get(field);
        return deadline == null ? Entry.NO_DEADLINE : deadline;
    }

    @Override
    public Map<Slice, Slice> getStoredDataReadOnly() {
        List<Slice> hidden = removeExpired();
        if (hidden.isEmpty()) {
            return Collections.unmodifiableMap(fields);
        }
        Map<Slice, Slice> shown = new LinkedHashMap<>(fields);
        hidden.forEach(shown::remove);
        return Collections.unmodifiableMap(shown);
    }

    /** Removes the expired fields, or returns them if they have to stay and are to be hidden. */
    private List<Slice> removeExpired() {
        if (deadlines == null || keepsExpired()) {
            return List.of();
        }
        long now = lookupMillis();
        List<Slice> expired = new ArrayList<>();
        deadlines.forEach((field, deadline) -> {
            if (deadline <= now) {
                expired.add(field);
            }
        });
        if (!removesExpired()) {
            return expired;
        }
        expired.forEach(this::deleteExpired);
        return List.of();
    }

    /** Sets a field and keeps its deadline. */
    @Override
    public void put(Slice field, Slice value) {
        put(field, value, false);
    }

    /** Sets a field and removes its deadline. */
    public void putWithoutDeadline(Slice field, Slice value) {
        put(field, value, true);
    }

    private void put(Slice field, Slice value, boolean losesDeadline) {
        if (owner != null) {
            owner.beforeChange();
        }
        boolean wasEmpty = fields.isEmpty();
        Slice previous = fields.put(field, value);
        fieldBytes += previous == null ? bytesOf(field, value) : Weights.of(value) - Weights.of(previous);
        boolean hasLostDeadline = losesDeadline && deadlines != null && deadlines.remove(field) != null;
        if (owner == null || !owner.recordsChanges()) {
            return;
        }
        if (wasEmpty && owner.isLogged) {
            owner.sink.markFresh(owner);
        } else if (hasLostDeadline || !value.equals(previous)) {
            recordField(owner, field, value);
            long deadline = deadlineOf(field);
            if (deadline != Entry.NO_DEADLINE) {
                // In the log, setting a field removes its deadline.
                recordDeadline(owner, field, deadline);
            }
        }
    }

    private static long bytesOf(Slice field, Slice value) {
        return Weights.HASH_NODE_BYTES + Weights.of(field) + Weights.of(value);
    }

    private static void recordField(Entry entry, Slice field, Slice value) {
        Effects effect = entry.sink.effect(entry, Effect.HSET, 3);
        if (effect != null) {
            effect.argument(RawBytes.of(field)).argument(RawBytes.of(value));
        }
        entry.isLogged = true;
    }

    private static void recordDeadline(Entry entry, Slice field, long deadline) {
        Effects effect = entry.sink.effect(entry, Effect.HPEXPIREAT, 5);
        if (effect != null) {
            effect.fieldDeadline(deadline, RawBytes.of(field));
        }
    }

    @Override
    public void delete(Slice field) {
        if (owner != null) {
            owner.beforeChange();
        }
        if (deadlines != null) {
            deadlines.remove(field);
        }
        Slice removed = fields.remove(field);
        if (removed == null) {
            return;
        }
        fieldBytes -= bytesOf(field, removed);
        if (owner == null || !owner.recordsChanges()) {
            return;
        }
        ChangeSink sink = owner.sink;
        Effects effect = sink.effect(owner, Effect.HDEL, 2);
        if (effect != null) {
            effect.argument(RawBytes.of(field));
        }
        if (fields.isEmpty()) {
            sink.markEmptied(owner);
        }
    }

    private void deleteExpired(Slice field) {
        if (owner == null) {
            delete(field);
        } else {
            owner.sink.notCounting(() -> delete(field));
        }
    }

    /**
     * Tells whether expired fields are removed. They stay while nothing can be recorded, or while a pause keeps the
     * data as they are.
     */
    private boolean removesExpired() {
        return owner == null || owner.sink.removesExpired();
    }

    @Override
    public boolean keyExists(Slice field) {
        return fields.containsKey(field) && !hides(field);
    }

    @Override
    protected boolean isKeyOutdated(Slice field) {
        long deadline = deadlineOf(field);
        return deadline != Entry.NO_DEADLINE && !keepsExpired() && deadline <= lookupMillis();
    }

    /** Tells whether a field has expired, and removes it then unless it has to stay. */
    private boolean hides(Slice field) {
        boolean isOutdated = isKeyOutdated(field);
        if (isOutdated && removesExpired()) {
            deleteExpired(field);
        }
        return isOutdated;
    }

    private long lookupMillis() {
        return owner == null ? getMillis() : owner.sink.lookupMillis();
    }

    private boolean keepsExpired() {
        return owner != null && owner.sink.keepsExpired();
    }

    @Override
    public @Nullable Slice get(Slice field) {
        return keyExists(field) ? fields.get(field) : null;
    }

    @Override
    public boolean isEmpty() {
        return removeExpired().size() == fields.size();
    }

    @Override
    public int sizeIncludingExpired() {
        return fields.size();
    }

    @Override
    public boolean isLazilyExpired() {
        if (deadlines == null || deadlines.size() < fields.size() || keepsExpired()) {
            return fields.isEmpty();
        }
        long latestGone = lookupMillis() - LINGER_MILLIS;
        for (long deadline : deadlines.values()) {
            if (deadline >= latestGone) {
                return fields.isEmpty();
            }
        }
        return true;
    }

    @Override
    public @Nullable Long getDeadline(Slice field) {
        return deadlines == null ? null : deadlines.get(field);
    }

    @Override
    public @Nullable Long getTTL(Slice field) {
        Long deadline = getDeadline(field);
        if (deadline == null) {
            return null;
        }
        return hides(field) ? null : Long.valueOf(Math.max(0, deadline - getMillis()));
    }

    @Override
    public long setTTL(Slice field, long ttlMillis) {
        return setDeadline(field, ttlMillis + getMillis());
    }

    @Override
    public long setDeadline(Slice field, long deadline) {
        Slice value = get(field);
        if (value == null) {
            return 0;
        }
        long previous = deadlineOf(field);
        storeDeadline(field, deadline);
        if (previous != deadline && owner != null && owner.recordsChanges()) {
            if (deadline == Entry.NO_DEADLINE) {
                recordField(owner, field, value);
            } else {
                recordDeadline(owner, field, deadline);
            }
        }
        return deadline < 0 && previous < 0 ? 0 : 1;
    }

    /** Sets the deadline of a field, past or not, if the field exists, without recording it. */
    public void storeDeadline(Slice field, long deadline) {
        if (deadline != Entry.NO_DEADLINE && !fields.containsKey(field)) {
            return;
        }
        if (owner != null) {
            owner.beforeChange();
        }
        if (deadline != Entry.NO_DEADLINE) {
            if (deadlines == null) {
                deadlines = new HashMap<>();
            }
            deadlines.put(field, deadline);
        } else if (deadlines != null) {
            deadlines.remove(field);
        }
    }

    @Override
    protected void clear() {
        new ArrayList<>(fields.keySet()).forEach(this::delete);
    }

    @Override
    public @Nullable Entry owner() {
        return owner;
    }

    @Override
    public void attach(@Nullable Entry newOwner) {
        owner = newOwner;
    }

    @Override
    public boolean isEmptyCollection() {
        return fields.isEmpty();
    }

    @Override
    public long contentBytes() {
        return fieldBytes + (deadlines == null ? 0 : (long) Weights.FIELD_DEADLINE_BYTES * deadlines.size());
    }

    @Override
    public Observed copy() {
        ObservedHash copy = new ObservedHash(getClockSupplier());
        copy.fields.putAll(fields);
        copy.fieldBytes = fieldBytes;
        if (deadlines != null) {
            copy.deadlines = new HashMap<>(deadlines);
        }
        return copy;
    }
}

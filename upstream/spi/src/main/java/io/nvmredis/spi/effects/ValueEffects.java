package io.nvmredis.spi.effects;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes a value as effects that make it from nothing. The effects are the same in every log, file and table.
 *
 * <ul>
 *   <li>A string is a SET.
 *   <li>A list, set, hash or sorted set is RPUSH, SADD, HSET or ZADD effects of up to {@code elementsPerEffect}
 *       elements each, in the order in which they are shown.
 *   <li>A field's deadline is an HPEXPIREAT of its own, behind the HSET that names the field.
 *   <li>A stream is an XADD for each entry, and an XSETID if it has lost entries or its last id is not the one of the
 *       last entry. Only an entry makes a stream: if there is none, one is added and cut off again. An XGROUP makes each
 *       consumer group and each consumer, and an XCLAIM what is pending for a consumer, of up to {@code
 *       elementsPerEffect} ids that were delivered together.
 *   <li>A key's deadline is a PEXPIREAT and comes last.
 * </ul>
 *
 * <p>The number of elements of a collection, or of a part of one, is given before they are shown; {@link ElementChunk}
 * gathers elements whose number is not known. Nothing is allocated except room for deadlines of fields. One thread at a
 * time.
 */
public final class ValueEffects {
    /** Deadline of a key, or of a field, that has none. */
    public static final long NO_DEADLINE = -1;

    /** Field and value of the entry that is added and cut off to make an empty stream. */
    private static final byte[] PLACEHOLDER = {'x'};

    private static final byte[] MAXLEN = {'M', 'A', 'X', 'L', 'E', 'N'};

    private static final byte[] NO_KEY = {};
    /** Most bytes that RESP adds to an argument; also the most bytes of a number with what RESP adds. */
    private static final int FRAME_LENGTH = 32;
    /** Number of deadlines for which room is kept. */
    private static final int RETAINED_DEADLINES = 1 << 10;

    private final Effects effects;
    private final @Nullable Boundary boundary;
    private final byte[] placeholder;
    private byte[] key = NO_KEY;
    private int elementsPerEffect = Effects.ELEMENTS_PER_EFFECT;

    /** Number of elements that will be shown and belong to no effect yet. */
    private int elementsLeft;
    /** Bytes of the elements given last, or 0 if unknown. */
    private long elementBytes;
    /** Number of elements that the effect begun last still lacks. */
    private int bite;

    private byte[][] deadlineFields = {};
    private long[] deadlines = {};
    private int deadlineCount;

    /** Number of entries of a stream that have been shown. */
    private long entryCount;

    private long lastEntryMillis;
    private long lastEntrySequence;

    private byte[] group = NO_KEY;
    private byte[] consumer = NO_KEY;
    /** Pending ids of the consumer that were delivered together and are not written yet: milliseconds, sequence, … */
    private long[] pendingIds = {};

    private int pendingCount;
    private long deliveredMillis;
    private long deliveryCount;

    /** Called before each effect, when the transaction holds whole effects and may be emptied. */
    @FunctionalInterface
    public interface Boundary {
        /**
         * Prepares for an effect that is about to be written.
         *
         * @param mostBytes most bytes that it takes beside its name and its key; 0 if that is little, however large the
         *     value
         */
        void effectBegins(long mostBytes);
    }

    /** Creates a writer that writes values to a transaction whatever their size. */
    public ValueEffects(Effects effects) {
        this(effects, PLACEHOLDER);
    }

    /**
     * Creates a writer that writes values to a transaction whatever their size.
     *
     * @param placeholder field and value of the entry that is added and cut off to make an empty stream
     */
    public ValueEffects(Effects effects, byte[] placeholder) {
        this.effects = effects;
        this.boundary = null;
        this.placeholder = placeholder;
    }

    public ValueEffects(Effects effects, Boundary boundary) {
        this.effects = effects;
        this.boundary = boundary;
        this.placeholder = PLACEHOLDER;
    }

    /**
     * Begins a key, whose value follows.
     *
     * @param newElementsPerEffect most elements of an effect
     */
    public void key(byte[] newKey, int newElementsPerEffect) {
        key = newKey;
        elementsPerEffect = newElementsPerEffect;
        elementsLeft = 0;
        bite = 0;
        deadlineCount = 0;
        entryCount = 0;
        pendingCount = 0;
    }

    /** Writes an effect that removes the key's value. */
    public void replace() {
        begin(Effect.DEL, 1, 0);
    }

    /** Announces {@code count} elements of a collection. */
    public void elements(int count) {
        elements(count, 0);
    }

    /** Announces elements of a collection, and how many bytes they are. */
    void elements(int count, long bytes) {
        elementsLeft = count;
        elementBytes = bytes;
        bite = 0;
    }

    public void string(byte[] value) {
        begin(Effect.SET, 2, (long) value.length + FRAME_LENGTH).argument(value);
    }

    public void listElement(byte[] element) {
        next(Effect.RPUSH, 1).argument(element);
    }

    public void setMember(byte[] member) {
        next(Effect.SADD, 1).argument(member);
    }

    /** Writes a field of a hash. Its deadline, if it has one, is noted for {@link #fieldDeadlines}. */
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        next(Effect.HSET, 2).argument(field).argument(value);
        if (deadlineMillis != NO_DEADLINE) {
            note(field, deadlineMillis);
        }
    }

    public void zsetMember(byte[] member, double score) {
        next(Effect.ZADD, 2).argument(score).argument(member);
    }

    /** Returns whether the last effect has all its elements, so that {@link #fieldDeadlines} may follow. */
    public boolean isWhole() {
        return bite == 0;
    }

    private Effects next(Effect effect, int argumentsPerElement) {
        if (bite == 0) {
            bite = Math.min(elementsLeft, elementsPerEffect);
            elementsLeft -= bite;
            begin(effect, 1 + bite * argumentsPerElement, elementBytes + 2L * FRAME_LENGTH * (bite + 1L));
        }
        bite--;
        return effects;
    }

    private void note(byte[] field, long deadlineMillis) {
        if (deadlineCount == deadlines.length) {
            int capacity = Math.max(Effects.ELEMENTS_PER_EFFECT, 2 * deadlineCount);
            deadlineFields = Arrays.copyOf(deadlineFields, capacity);
            deadlines = Arrays.copyOf(deadlines, capacity);
        }
        deadlineFields[deadlineCount] = field;
        deadlines[deadlineCount++] = deadlineMillis;
    }

    /**
     * Writes the deadlines of the fields shown so far. A caller that must not keep them all in memory calls it after
     * each HSET; {@link #end} writes the rest.
     */
    public void fieldDeadlines() {
        for (int i = 0; i < deadlineCount; i++) {
            byte[] field = deadlineFields[i];
            deadlineFields[i] = NO_KEY;
            begin(Effect.HPEXPIREAT, 5, field.length + 6L * FRAME_LENGTH).fieldDeadline(deadlines[i], field);
        }
        deadlineCount = 0;
        if (deadlines.length > RETAINED_DEADLINES) {
            deadlineFields = new byte[0][];
            deadlines = new long[0];
        }
    }

    /**
     * Writes an entry of a stream.
     *
     * @param fieldsAndValues array whose first {@code length} elements are field, value, field, value …
     */
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues, int length) {
        long mostBytes = boundary == null ? 0 : bytesOf(fieldsAndValues, length);
        begin(Effect.XADD, 2 + length, mostBytes).streamId(idMillis, idSequence);
        for (int i = 0; i < length; i++) {
            effects.argument(fieldsAndValues[i]);
        }
        lastEntryMillis = idMillis;
        lastEntrySequence = idSequence;
        entryCount++;
    }

    private static long bytesOf(byte[][] fieldsAndValues, int length) {
        long bytes = FRAME_LENGTH * (length + 4L);
        for (int i = 0; i < length; i++) {
            bytes += fieldsAndValues[i].length;
        }
        return bytes;
    }

    /** Writes what a stream has beside its entries and groups, after the entries, unless the entries tell it. */
    public void streamState(StreamState state) {
        boolean isTold = entryCount > 0
                && state.lastMillis() == lastEntryMillis
                && state.lastSequence() == lastEntrySequence
                && hasLostNothing(state);
        if (!isTold) {
            speltState(state);
        }
    }

    private boolean hasLostNothing(StreamState state) {
        return state.entriesAdded() == entryCount && !state.hasDeleted();
    }

    /** Writes what a stream has beside its entries and groups, after the entries, even if the entries tell it. */
    public void speltState(StreamState state) {
        if (entryCount > 0 && hasLostNothing(state)) {
            begin(Effect.XSETID, 2, 0).streamId(state.lastMillis(), state.lastSequence());
            return;
        }
        if (entryCount == 0) {
            begin(Effect.XADD, 4, 0).streamId(0, 1).argument(placeholder).argument(placeholder);
            begin(Effect.XTRIM, 3, 0).argument(MAXLEN).argument(0L);
        }
        begin(Effect.XSETID, 6, 0).streamState(state);
    }

    /** Writes a consumer group of a stream, whose state has been written. */
    public void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead) {
        writePending();
        group = name;
        begin(Effect.XGROUP, 6, name.length + 6L * FRAME_LENGTH)
                .groupChange(GroupChange.CREATE, name)
                .groupState(lastMillis, lastSequence, entriesRead);
    }

    /** Writes a consumer of the group written last. */
    public void streamConsumer(byte[] name, long seenMillis) {
        writePending();
        consumer = name;
        begin(Effect.XGROUP, 5, (long) group.length + name.length + 5L * FRAME_LENGTH)
                .groupChange(GroupChange.CREATECONSUMER, group)
                .argument(name)
                .argument(seenMillis);
    }

    /** Takes an entry that is pending for the consumer written last; it is written with those delivered together. */
    public void streamPending(long idMillis, long idSequence, long newDeliveredMillis, long newDeliveryCount) {
        if (pendingCount == elementsPerEffect
                || newDeliveredMillis != deliveredMillis
                || newDeliveryCount != deliveryCount) {
            writePending();
            deliveredMillis = newDeliveredMillis;
            deliveryCount = newDeliveryCount;
        }
        if (2 * pendingCount == pendingIds.length) {
            pendingIds = Arrays.copyOf(pendingIds, Math.max(2 * Effects.ELEMENTS_PER_EFFECT, 4 * pendingCount));
        }
        pendingIds[2 * pendingCount] = idMillis;
        pendingIds[2 * pendingCount + 1] = idSequence;
        pendingCount++;
    }

    private void writePending() {
        if (pendingCount == 0) {
            return;
        }
        long mostBytes = (long) group.length + consumer.length + 2L * FRAME_LENGTH * (pendingCount + 5L);
        begin(Effect.XCLAIM, Effects.CLAIM_START + pendingCount + Effects.CLAIM_END, mostBytes)
                .claimant(group, consumer);
        for (int i = 0; i < pendingCount; i++) {
            effects.streamId(pendingIds[2 * i], pendingIds[2 * i + 1]);
        }
        effects.delivered(deliveryCount, deliveredMillis);
        pendingCount = 0;
    }

    /** Ends a value that has been shown whole; its key has this deadline, or {@link #NO_DEADLINE}. */
    public void end(long deadlineMillis) {
        fieldDeadlines();
        writePending();
        if (deadlineMillis != NO_DEADLINE) {
            begin(Effect.PEXPIREAT, 2, 0).argument(deadlineMillis);
        }
        key = NO_KEY;
        group = NO_KEY;
        consumer = NO_KEY;
    }

    private Effects begin(Effect effect, int argumentCount, long mostBytes) {
        if (boundary != null) {
            boundary.effectBegins(mostBytes);
        }
        return effects.begin(effect, argumentCount).argument(key);
    }
}

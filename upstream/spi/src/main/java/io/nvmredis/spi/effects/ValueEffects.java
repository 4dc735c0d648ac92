package io.nvmredis.spi.effects;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Says what a value is as effects: those that make it from nothing, the same in every log, file and table.
 *
 * <ul>
 *   <li>A string is a SET.
 *   <li>A list, set, hash or sorted set is RPUSH, SADD, HSET or ZADD of up to so many elements each, which come in the
 *       order in which they are shown.
 *   <li>A field's deadline is an HPEXPIREAT of its own, behind the HSET that names the field.
 *   <li>A stream is an XADD for each entry, and an XSETID if its last id is not the one of the last entry. Only an entry
 *       makes a stream: if there is none, one is added and taken out again.
 *   <li>A key's deadline is a PEXPIREAT and comes last.
 * </ul>
 *
 * <p>How many elements follow is said before they are shown, of a collection or of a part of one; {@link ElementChunk}
 * gathers them where nobody knows. Nothing is allocated but room for deadlines of fields. One thread at a time.
 */
public final class ValueEffects {
    /** The deadline of a key, or of a field, that has none. */
    public static final long NO_DEADLINE = -1;

    /** Field and value of an entry that is taken out again. */
    private static final byte[] PLACEHOLDER = {'x'};

    private static final byte[] NO_KEY = {};
    /** What RESP adds to an argument at most; and a number, with that. */
    private static final int FRAME_LENGTH = 32;
    /** More room for deadlines than this is given back. */
    private static final int RETAINED_DEADLINES = 1 << 10;

    private final Effects effects;
    private final @Nullable Boundary boundary;
    private final byte[] placeholder;
    private byte[] key = NO_KEY;
    private int elementsPerEffect = Effects.ELEMENTS_PER_EFFECT;

    /** Elements that will be shown and belong to no effect yet. */
    private int elementsLeft;
    /** What these take, if that is known. */
    private long elementBytes;
    /** Elements that the effect begun last still lacks. */
    private int bite;

    private byte[][] deadlineFields = {};
    private long[] deadlines = {};
    private int deadlineCount;

    private boolean hasEntries;
    private long lastEntryMillis;
    private long lastEntrySequence;

    /** Told before each effect, when the transaction holds whole effects and may be emptied. */
    @FunctionalInterface
    public interface Boundary {
        /**
         * An effect is about to be written.
         *
         * @param mostBytes that it takes beside its name and its key; 0 if that is little, however large the value
         */
        void effectBegins(long mostBytes);
    }

    /** For values that are written to a transaction whatever they take. */
    public ValueEffects(Effects effects) {
        this(effects, PLACEHOLDER);
    }

    /**
     * For values that are written to a transaction whatever they take.
     *
     * @param placeholder field and value of an entry that is taken out again
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
     * A key, whose value follows.
     *
     * @param newElementsPerEffect how many elements an effect has at most
     */
    public void key(byte[] newKey, int newElementsPerEffect) {
        key = newKey;
        elementsPerEffect = newElementsPerEffect;
        elementsLeft = 0;
        bite = 0;
        deadlineCount = 0;
        hasEntries = false;
    }

    /** What there is under the key goes first. */
    public void replace() {
        begin(Effect.DEL, 1, 0);
    }

    /** A collection of so many elements follows, or a part of one. */
    public void elements(int count) {
        elements(count, 0);
    }

    /** The same where it is known how many bytes they are. */
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

    /** A field of a hash. Its deadline, if it has one, is noted for {@link #fieldDeadlines}. */
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        next(Effect.HSET, 2).argument(field).argument(value);
        if (deadlineMillis != NO_DEADLINE) {
            note(field, deadlineMillis);
        }
    }

    public void zsetMember(byte[] member, double score) {
        next(Effect.ZADD, 2).argument(score).argument(member);
    }

    /** Whether the last effect has all its elements: {@link #fieldDeadlines} may follow. */
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
     * Writes the deadlines of the fields that have been shown so far. Who does not want to keep them all in memory calls
     * it after each HSET; {@link #end} writes what there is left.
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
     * An entry of a stream.
     *
     * @param fieldsAndValues field, value, field, value …, of which the first so many are the entry's
     */
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues, int length) {
        long mostBytes = boundary == null ? 0 : bytesOf(fieldsAndValues, length);
        begin(Effect.XADD, 2 + length, mostBytes).streamId(idMillis, idSequence);
        for (int i = 0; i < length; i++) {
            effects.argument(fieldsAndValues[i]);
        }
        lastEntryMillis = idMillis;
        lastEntrySequence = idSequence;
        hasEntries = true;
    }

    private static long bytesOf(byte[][] fieldsAndValues, int length) {
        long bytes = FRAME_LENGTH * (length + 4L);
        for (int i = 0; i < length; i++) {
            bytes += fieldsAndValues[i].length;
        }
        return bytes;
    }

    /** Follows the entries of a stream: the highest id it has ever had. */
    public void streamLastId(long idMillis, long idSequence) {
        if (!hasEntries || idMillis != lastEntryMillis || idSequence != lastEntrySequence) {
            speltLastId(idMillis, idSequence);
        }
    }

    /** The same, for who wants it spelt out even if it is the one of the last entry. */
    public void speltLastId(long idMillis, long idSequence) {
        if (!hasEntries) {
            begin(Effect.XADD, 4, 0).streamId(0, 1).argument(placeholder).argument(placeholder);
            begin(Effect.XDEL, 2, 0).streamId(0, 1);
        }
        begin(Effect.XSETID, 2, 0).streamId(idMillis, idSequence);
    }

    /** The value has been shown whole; its key has this deadline, or {@link #NO_DEADLINE}. */
    public void end(long deadlineMillis) {
        fieldDeadlines();
        if (deadlineMillis != NO_DEADLINE) {
            begin(Effect.PEXPIREAT, 2, 0).argument(deadlineMillis);
        }
        key = NO_KEY;
    }

    private Effects begin(Effect effect, int argumentCount, long mostBytes) {
        if (boundary != null) {
            boundary.effectBegins(mostBytes);
        }
        return effects.begin(effect, argumentCount).argument(key);
    }
}

package io.nvmredis.spi.effects;

import java.util.Arrays;

/**
 * Gathers elements of a collection for one effect, for a caller that does not know their number in advance, or wants
 * short effects. The caller decides when they are written, at the latest when {@link #isFull}.
 *
 * <p>The elements' arrays are kept until then. One thread at a time.
 */
public final class ElementChunk {
    private final ValueEffects target;
    private final byte[][] elements = new byte[Effects.ELEMENTS_PER_EFFECT][];
    private final byte[][] values = new byte[Effects.ELEMENTS_PER_EFFECT][];
    private final double[] scores = new double[Effects.ELEMENTS_PER_EFFECT];
    private final long[] deadlines = new long[Effects.ELEMENTS_PER_EFFECT];
    private Effect effect = Effect.RPUSH;
    private int count;
    private long bytes;

    public ElementChunk(ValueEffects target) {
        this.target = target;
    }

    public int count() {
        return count;
    }

    /** Returns the bytes of all elements, a field with its value, without what RESP adds. */
    public long bytes() {
        return bytes;
    }

    public boolean isFull() {
        return count == Effects.ELEMENTS_PER_EFFECT;
    }

    /** Drops all elements. */
    public void clear() {
        Arrays.fill(elements, 0, count, null);
        Arrays.fill(values, 0, count, null);
        count = 0;
        bytes = 0;
    }

    public void listElement(byte[] element) {
        add(Effect.RPUSH, element);
    }

    public void setMember(byte[] member) {
        add(Effect.SADD, member);
    }

    /** Adds a field with its deadline, or {@link ValueEffects#NO_DEADLINE}. */
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        values[count] = value;
        deadlines[count] = deadlineMillis;
        bytes += value.length;
        add(Effect.HSET, field);
    }

    public void zsetMember(byte[] member, double score) {
        scores[count] = score;
        add(Effect.ZADD, member);
    }

    private void add(Effect newEffect, byte[] element) {
        effect = newEffect;
        elements[count++] = element;
        bytes += element.length;
    }

    /** Writes the elements as one effect, if there are any, and drops them. */
    public void write() {
        if (count == 0) {
            return;
        }
        target.elements(count, bytes);
        for (int i = 0; i < count; i++) {
            switch (effect) {
                case RPUSH -> target.listElement(elements[i]);
                case SADD -> target.setMember(elements[i]);
                case HSET -> target.hashField(elements[i], values[i], deadlines[i]);
                default -> target.zsetMember(elements[i], scores[i]);
            }
        }
        clear();
    }
}

package io.nvmredis.nvm.table;

import io.nvmredis.spi.effects.EffectReader;

/** Id of an entry of a stream; both halves are unsigned. */
record StreamEntryId(long millis, long sequence) implements Comparable<StreamEntryId> {
    static final StreamEntryId ZERO = new StreamEntryId(0, 0);

    @Override
    public int compareTo(StreamEntryId other) {
        int order = Long.compareUnsigned(millis, other.millis);
        return order != 0 ? order : Long.compareUnsigned(sequence, other.sequence);
    }

    StreamEntryId orAbove(StreamEntryId other) {
        return compareTo(other) >= 0 ? this : other;
    }

    static StreamEntryId of(EffectReader reader, int argument) {
        String text = reader.text(argument);
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a stream id");
        }
        return new StreamEntryId(
                Long.parseUnsignedLong(text, 0, dash, 10), Long.parseUnsignedLong(text, dash + 1, text.length(), 10));
    }
}

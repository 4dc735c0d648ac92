package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import io.nvmredis.spi.ValueType;
import java.util.Locale;

/**
 * Stands for a value that the cold side holds and nobody has needed yet. No operation ever gets to see one: asking for
 * the value of an entry puts the real one in its place.
 *
 * @param storedBytes about as many as have to be read for the value
 */
public record ColdValue(ValueType type, long storedBytes) implements RMDataStructure {
    /** Above this a value is not read on an event loop: a millisecond's work or so. */
    public static final long BIG_BYTES = 256 << 10;

    public boolean isBig() {
        return storedBytes > BIG_BYTES;
    }

    @Override
    public String getTypeName() {
        return type.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void raiseTypeCastException() {
        throw new IllegalStateException("a cold value was used as if it were in memory");
    }
}

package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import io.nvmredis.spi.ValueType;
import java.util.Locale;

/**
 * Placeholder of a value that the cold side holds and no command has needed yet. An operation never sees one, because
 * asking for the value of an entry replaces it by the real value.
 *
 * @param storedBytes approximate number of bytes to be read for the value
 */
public record ColdValue(ValueType type, long storedBytes) implements RMDataStructure {
    /** Length above which a value is not read on an event loop: about a millisecond of work. */
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

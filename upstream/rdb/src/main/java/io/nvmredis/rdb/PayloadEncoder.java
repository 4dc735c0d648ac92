package io.nvmredis.rdb;

import io.nvmredis.spi.ValueVisitor;
import java.util.function.Consumer;

/**
 * Encodes single values as DUMP returns them: the value without a key, the version in two bytes, and the checksum of
 * all bytes before it. One thread.
 */
final class PayloadEncoder extends ValueEncoder {
    private final RdbOutput output;

    PayloadEncoder() {
        this(new RdbOutput());
    }

    private PayloadEncoder(RdbOutput output) {
        super(output, true);
        this.output = output;
    }

    byte[] encode(Consumer<ValueVisitor> value, long maxLength) {
        RdbBuffer buffer = output.buffer();
        buffer.limit(maxLength);
        try {
            value.accept(this);
            int version = endValue() ? RdbFormat.VERSION_WITH_FIELD_DEADLINES : RdbFormat.VERSION;
            buffer.putByte(version);
            buffer.putByte(version >> Byte.SIZE);
            buffer.putLittleEndian(Crc64.update(0, buffer.bytes(), 0, buffer.length()));
            buffer.requireWithinLimit(buffer.length());
            return output.take();
        } finally {
            output.clear();
        }
    }

    @Override
    String place() {
        return "a value";
    }
}

package io.nvmredis.rdb;

import io.nvmredis.spi.ValueCodec;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Codec of single values as DUMP and RESTORE of Redis have them: a value as in an RDB file, the version of the format in
 * two bytes, and a checksum in eight.
 *
 * <p>A payload is written as Redis 7.0 restores it; one of a hash that has fields with deadlines as Redis 7.4 does. All
 * versions of values are read that are read from files. As in Redis, bytes between a value and the version are passed
 * over, and a value that ends too late finds the version behind it.
 */
public final class RdbValueCodec implements ValueCodec {
    private static final int VERSION_LENGTH = Short.BYTES;
    private static final int FOOTER_LENGTH = VERSION_LENGTH + Long.BYTES;
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Made when the first value is encoded: its buffers take some memory. */
    private @Nullable PayloadEncoder encoder;

    @Override
    public byte[] encode(Consumer<ValueVisitor> value, long maxLength) {
        PayloadEncoder used = encoder;
        if (used == null) {
            used = new PayloadEncoder();
        }
        // An encoder that fails in the middle of a value may keep parts of the value, and is not used again.
        encoder = null;
        byte[] payload = used.encode(value, maxLength);
        encoder = used;
        return payload;
    }

    @Override
    public boolean isIntact(byte[] payload) {
        if (payload.length < FOOTER_LENGTH) {
            return false;
        }
        int checked = payload.length - Long.BYTES;
        return isKnown(version(payload)) && (long) LONGS.get(payload, checked) == Crc64.update(0, payload, 0, checked);
    }

    private static int version(byte[] payload) {
        return (short) SHORTS.get(payload, payload.length - FOOTER_LENGTH) & 0xFFFF;
    }

    private static boolean isKnown(int version) {
        return version <= RdbFormat.NEWEST_VERSION || isOfValkey(version);
    }

    private static boolean isOfValkey(int version) {
        return version >= RdbFormat.VALKEY_VERSION && version <= RdbFormat.VALKEY_NEWEST_VERSION;
    }

    @Override
    public void decode(byte[] payload, long maxBytes, ValueVisitor target) {
        RdbInput input = new RdbInput(payload, "the payload", maxBytes);
        input.reading("its type");
        int number = input.readByte();
        int type = isOfValkey(version(payload)) ? RdbFormat.ofValkey(number) : number;
        ValueType kind = ValueReader.kindOf(type);
        if (kind == null) {
            throw new PersistenceException("the payload has a " + ValueReader.nameOf(type));
        }
        input.reading("its value");
        target.begin(kind, 0);
        if (new ValueReader(input, new VisitorTarget(target)).read(type) > 0) {
            throw new PersistenceException("the payload has pending entries that consumers have given back");
        }
    }
}

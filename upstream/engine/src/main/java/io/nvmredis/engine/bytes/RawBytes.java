package io.nvmredis.engine.bytes;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Access to the bytes inside upstream's values without the copy that upstream's accessors make.
 *
 * <p>Every command reads its key, its name and its reply, and copies of these would be most of the garbage of the hot
 * path. The arrays are read, never written. The expected fields are checked when this class is loaded, so that a new
 * upstream release without them fails every test at once instead of a later command.
 */
public final class RawBytes {
    private static final VarHandle SLICE = field(Slice.class);
    private static final VarHandle STRING = field(RMString.class);

    private RawBytes() {}

    public static byte[] of(Slice slice) {
        return (byte[]) SLICE.get(slice);
    }

    public static byte[] of(RMString string) {
        return (byte[]) STRING.get(string);
    }

    private static VarHandle field(Class<?> owner) {
        try {
            return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .findVarHandle(owner, "storedData", byte[].class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    owner + " has no byte[] storedData: not the upstream this was built for", e);
        }
    }
}

package io.nvmredis.engine.bytes;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The bytes inside upstream's values, without the copy that its accessors make of them.
 *
 * <p>Every command reads its key, its name and its reply, and a copy of each would be most of the garbage of the hot
 * path. The arrays are read, never written. Whether the fields are still what is expected here is checked when this
 * class is loaded, so a new upstream release fails every test at once and not one command later.
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

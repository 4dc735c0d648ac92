package io.nvmredis.nvm.pmem;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Unmaps a buffer at once where the JVM allows it without a warning, and otherwise leaves it to the garbage collector.
 *
 * <p>{@code Unsafe.invokeCleaner} is silent up to Java 23. Later ones warn on its first use; there the mapping lives on
 * until its buffer is collected, which costs address space and, for a deleted file, its blocks until then.
 */
final class Unmapper {
    private static final @Nullable Object UNSAFE;
    private static final @Nullable Method INVOKE_CLEANER;

    static {
        Object unsafe = null;
        Method invokeCleaner = null;
        if (Runtime.version().feature() < 24) {
            try {
                Class<?> type = Class.forName("sun.misc.Unsafe");
                Field field = type.getDeclaredField("theUnsafe");
                field.setAccessible(true);
                unsafe = field.get(null);
                invokeCleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
            } catch (ReflectiveOperationException | RuntimeException e) {
                // This JVM does not offer it: the collector unmaps.
                invokeCleaner = null;
            }
        }
        UNSAFE = unsafe;
        INVOKE_CLEANER = invokeCleaner;
    }

    private Unmapper() {}

    static void unmap(ByteBuffer mapped) {
        if (INVOKE_CLEANER == null) {
            return;
        }
        try {
            INVOKE_CLEANER.invoke(UNSAFE, mapped);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot unmap", e);
        }
    }
}

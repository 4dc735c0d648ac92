package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.value.Values;
import io.nvmredis.spi.ValueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code BlockingCommand} wants of its keys, its words understood: the first of them that has it gives it. Holds the
 * engine's lock.
 */
public abstract class Demand {
    /** For a command that answers at once, whatever it finds. */
    public static final long NO_WAIT = -1;
    /** How long a command waits that may do so forever. */
    public static final long FOREVER = 0;

    private final List<Slice> keys;
    private final long timeoutMillis;

    public Demand(List<Slice> keys, long timeoutMillis) {
        this.keys = keys;
        this.timeoutMillis = timeoutMillis;
    }

    /** In the order in which they are asked; one may be there twice. */
    public final List<Slice> keys() {
        return keys;
    }

    /** How long it may wait, {@link #FOREVER} or {@link #NO_WAIT}. */
    public final long timeoutMillis() {
        return timeoutMillis;
    }

    /** Of the values that may meet it. */
    public abstract ValueType type();

    /** Whether meeting it changes data. */
    public boolean writes() {
        return true;
    }

    /** Whether this value has something for it; it is one of the {@link #type}. */
    public boolean isMetBy(Slice key, RMDataStructure value) {
        return !Values.isEmptyCollection(value);
    }

    /** Takes it from a key that has it, in the selected database, and returns the reply. */
    public abstract Slice take(SessionState state, Slice key);

    /** Takes it from the first key that has it; null if none has. */
    public @Nullable Slice attempt(SessionState state) {
        RedisBase database = state.base();
        for (Slice key : keys) {
            RMDataStructure value = database.getValue(key);
            if (value != null) {
                requireType(value);
                if (isMetBy(key, value)) {
                    return take(state, key);
                }
            }
        }
        return null;
    }

    protected final void requireType(RMDataStructure value) {
        if (!isOfType(value)) {
            throw new WrongValueTypeException(ErrorReplies.WRONG_TYPE);
        }
    }

    public final boolean isOfType(RMDataStructure value) {
        return Values.typeOf(value) == type();
    }

    /** Takes it from the first key that has it, and does not wait. */
    public final Slice orNothing(SessionState state) {
        Slice reply = attempt(state);
        return reply == null ? nothing() : reply;
    }

    /** The reply where there is nothing and it may not wait. */
    public Slice nothing() {
        return Response.NULL_ARRAY;
    }
}

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
 * The demand of a {@code BlockingCommand}, parsed from its words: the first of its keys that has something for it meets
 * it. The caller holds the engine's lock.
 */
public abstract class Demand {
    /** Timeout of a command that answers at once, whatever it finds. */
    public static final long NO_WAIT = -1;
    /** Timeout of a command that may wait forever. */
    public static final long FOREVER = 0;

    private final List<Slice> keys;
    private final long timeoutMillis;

    public Demand(List<Slice> keys, long timeoutMillis) {
        this.keys = keys;
        this.timeoutMillis = timeoutMillis;
    }

    /** Returns the keys in the order in which they are asked; a key may occur twice. */
    public final List<Slice> keys() {
        return keys;
    }

    /** Returns the milliseconds that the command may wait, {@link #FOREVER} or {@link #NO_WAIT}. */
    public final long timeoutMillis() {
        return timeoutMillis;
    }

    /** Returns the type of the values that may meet the demand. */
    public abstract ValueType type();

    /** Tells whether meeting the demand changes data. */
    public boolean writes() {
        return true;
    }

    /** Tells whether this value, which has the demand's {@link #type}, meets the demand. */
    public boolean isMetBy(Slice key, RMDataStructure value) {
        return !Values.isEmptyCollection(value);
    }

    /**
     * Tells whether the command waits no longer when one of its keys is gone or has a value of another type: then
     * {@link #take} from that key throws the error that is the reply.
     */
    public boolean endsWithKey() {
        return false;
    }

    /** Takes what is demanded from a key that has it, in the selected database, and returns the reply. */
    public abstract Slice take(SessionState state, Slice key);

    /** Takes what is demanded from the first key that has it and returns the reply; null if no key has it. */
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

    /**
     * Takes what is demanded from the first key that has it and returns the reply; replies {@link #nothing} if no key
     * has it, and does not wait.
     */
    public final Slice orNothing(SessionState state) {
        Slice reply = attempt(state);
        return reply == null ? nothing() : reply;
    }

    /** Returns the reply when the time is up. Any thread may call this. */
    public Slice expired() {
        return Response.NULL_ARRAY;
    }

    /** Returns the reply if no key has what is demanded and the command may not wait. */
    public Slice nothing() {
        return Response.NULL_ARRAY;
    }
}

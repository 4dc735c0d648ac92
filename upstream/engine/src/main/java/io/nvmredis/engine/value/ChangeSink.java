package io.nvmredis.engine.value;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import org.jspecify.annotations.Nullable;

/**
 * What is told of each change of a value under a key: all that an observed value knows of the engine. It has one
 * implementation, so that calls of it cost what calls of a class do. Guarded by the engine's lock.
 */
public interface ChangeSink {
    /** Whether changes are recorded at all: not while a persister opens, whose log has them already. */
    boolean isOpen();

    /** The value of an entry is about to change in place. */
    void beforeChange(Entry entry);

    /** Begins an effect on a key, which is the first of its arguments. Null if nothing is recorded now. */
    @Nullable
    Effects effect(Entry entry, Effect effect, int argumentCount);

    /** The log does not know this value: its image is written when the transaction ends. */
    void markFresh(Entry entry);

    /** A collection has lost its last element; unless it gets another one its key goes when the transaction ends. */
    void markEmptied(Entry entry);

    /** Does something that is no command's doing: removes what has expired. */
    void notCounting(Runnable removal);

    /** Whether nothing expires now. */
    boolean keepsExpired();

    /** Whether what has expired is removed when it is looked up; otherwise it is hidden. */
    boolean removesExpired();

    /** When the running command looks keys and fields up. */
    long lookupMillis();
}

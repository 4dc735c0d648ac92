package io.nvmredis.engine.value;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import org.jspecify.annotations.Nullable;

/**
 * Receiver of each change of a value under a key; an observed value knows nothing else of the engine. The interface has
 * one implementation, so that a call of it costs what a call of a class does. Guarded by the engine's lock.
 */
public interface ChangeSink {
    /** Tells whether changes are recorded. They are not while a persister opens, whose log holds them already. */
    boolean isOpen();

    /** Notes that the value of an entry is about to change in place. */
    void beforeChange(Entry entry);

    /** Begins an effect on a key, which is its first argument. Returns null if nothing is recorded now. */
    @Nullable
    Effects effect(Entry entry, Effect effect, int argumentCount);

    /** Notes that commands that wait for a key are to look at it again, beside the effects after which they do so anyway. */
    void wakeWaiters(Entry entry);

    /** Marks a value that the log does not know: its image is written when the transaction ends. */
    void markFresh(Entry entry);

    /**
     * Notes that a collection lost its last element. If it gets no other, its key is removed when the transaction ends.
     */
    void markEmptied(Entry entry);

    /** Runs the removal of expired data, which does not count as a change by the command. */
    void notCounting(Runnable removal);

    /** Tells whether nothing expires now. */
    boolean keepsExpired();

    /** Tells whether expired data are removed when they are looked up; otherwise they are hidden. */
    boolean removesExpired();

    /** Returns the time at which the running command looks keys and fields up. */
    long lookupMillis();
}

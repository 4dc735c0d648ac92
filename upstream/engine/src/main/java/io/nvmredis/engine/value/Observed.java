package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import org.jspecify.annotations.Nullable;

/**
 * A collection that records each change of an element as an effect on the key it is stored under.
 *
 * <p>It belongs to one key at a time. Until it is attached to one it is an ordinary collection.
 */
public interface Observed extends RMDataStructure {

    @Nullable
    Entry owner();

    /** Gives it to a key, or, with null, takes it away from the one it has. */
    void attach(@Nullable Entry owner);

    boolean isEmptyCollection();

    /** What its elements take in memory, roughly, with the maps and arrays that hold them: see {@link Weights}. */
    long contentBytes();

    /** An equal one that belongs to no key. */
    Observed copy();
}

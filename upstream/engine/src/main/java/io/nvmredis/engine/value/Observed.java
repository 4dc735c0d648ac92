package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import org.jspecify.annotations.Nullable;

/**
 * Value that records each change inside it as an effect on the key under which it is stored.
 *
 * <p>A value belongs to one key at a time. Until it is attached to a key, nothing is recorded.
 */
public interface Observed extends RMDataStructure {

    @Nullable
    Entry owner();

    /** Attaches the value to a key, or, with null, detaches it from its key. */
    void attach(@Nullable Entry owner);

    boolean isEmptyCollection();

    /**
     * Returns the bytes of memory of the content, roughly, with the maps and arrays that hold it: see {@link Weights}.
     */
    long contentBytes();

    /** Returns an equal value that belongs to no key. */
    Observed copy();
}

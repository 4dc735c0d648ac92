package io.nvmredis.spi;

/**
 * Takes the keys of a {@link Snapshot}: for each key {@link #key}, then its value as any {@link ValueVisitor} takes it,
 * then {@link #end}.
 */
public interface SnapshotVisitor extends ValueVisitor {

    /**
     * Takes a key, whose value follows. The hash of the {@linkplain io.nvmredis.spi.effects.LibraryEffects libraries}
     * is such a key.
     *
     * @param deadlineMillis Unix time, or {@link #NO_DEADLINE}; it may have passed
     */
    void key(int database, byte[] key, long deadlineMillis);

    /** Ends a value that has been shown whole. */
    void end();
}

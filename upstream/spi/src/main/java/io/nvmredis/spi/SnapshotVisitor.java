package io.nvmredis.spi;

/** Takes the keys of a {@link Snapshot}: for each {@link #key}, then its value as any visitor takes it, then {@link #end}. */
public interface SnapshotVisitor extends ValueVisitor {

    /**
     * A key, whose value follows.
     *
     * @param deadlineMillis Unix time, or {@link #NO_DEADLINE}; it may have passed
     */
    void key(int database, byte[] key, long deadlineMillis);

    /** The value has been shown whole. */
    void end();
}

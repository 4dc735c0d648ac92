package io.nvmredis.engine;

/** The connection of a session, as the engine sees it. */
public interface SessionOutput {

    /**
     * Sends a whole message that is not the reply of {@link Session#execute}: one published, or a reply that upstream
     * sends by itself. Called by any thread; {@link Session#observedLsn} counts for it too. The array may be kept.
     */
    void push(byte[] message);

    /** Closes the connection once everything replied and pushed so far has been sent. */
    void close();

    boolean isOpen();

    int localPort();

    /** Whether the client is on this machine, as far as its address tells. */
    default boolean isLocal() {
        return true;
    }
}

package io.nvmredis.engine.context;

import org.jspecify.annotations.Nullable;

/** The connection of a session, as the engine sees it. */
public interface SessionOutput {
    /** Of commands that nobody waits for: there is no connection. */
    SessionOutput NOBODY = new SessionOutput() {
        @Override
        public void push(byte[] message) {
            // Nobody has asked for it.
        }

        @Override
        public void close() {
            // There is nothing to close.
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public int localPort() {
            return 0;
        }
    };

    /**
     * Whether a message of so many bytes may be kept for the client, in which case it is counted until {@link #push} or
     * {@link #dropped} is called with it. If not, the client is disconnected. Called by any thread.
     */
    default boolean admits(int length) {
        return true;
    }

    /** Whether a reply may be made now, of whatever length. Called by workers. */
    default boolean hasMemory() {
        return true;
    }

    /** A worker has made a reply of so many bytes, which has yet to come here. */
    default void replying(int length) {}

    /** A message of so many bytes that has been admitted is not sent after all. Called by any thread. */
    default void dropped(int length) {}

    /**
     * Sends a whole message that is not the reply of {@code Session.execute}: one published, or a reply that upstream
     * sends by itself. Called by any thread; {@code Session.observedLsn} counts for it too. The array may be kept. Nothing of the
     * client's is run here: this may be in the middle of somebody else's command.
     */
    void push(byte[] message);

    /**
     * Sends the reply of a command that {@code Session.execute} said is {@code Session.WAITING}; null if it has none.
     * Called by any thread, in the middle of somebody else's command.
     */
    default void resume(byte @Nullable [] reply) {
        throw new UnsupportedOperationException("no command waits here");
    }

    /** Has {@code SessionWait.onRoom} called when commands that write need not wait. Called by any thread. */
    default void awaitRoom() {
        throw new UnsupportedOperationException("no command waits here");
    }

    /** Closes the connection once everything replied and pushed so far has been sent. */
    void close();

    /** Closes the connection soon, whatever waits to be sent. Called by any thread, in the middle of somebody else's command. */
    default void disconnect() {
        close();
    }

    /** What the connection has done and takes. Called by any thread. */
    default ClientFigures figures() {
        return ClientFigures.NONE;
    }

    /** Whether others are to be disconnected before this client where the memory of all is short. Called by any thread. */
    default void exempt(boolean isExempt) {}

    boolean isOpen();

    int localPort();

    /** Whether the client is on this machine, as far as its address tells. */
    default boolean isLocal() {
        return true;
    }
}

package io.nvmredis.engine.context;

import org.jspecify.annotations.Nullable;

/** The connection of a session, as the engine sees it. */
public interface SessionOutput {
    /** Output of commands that no client has sent: there is no connection. */
    SessionOutput NOBODY = new SessionOutput() {
        @Override
        public void push(byte[] message) {
            // No client has asked for the message.
        }

        @Override
        public void close() {
            // There is no connection to close.
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
     * Tells whether a message of {@code length} bytes may be kept for the client. If so, the message is counted until
     * {@link #push} or {@link #dropped} is called with it; if not, the client is disconnected. Any thread may call
     * this.
     */
    default boolean admits(int length) {
        return true;
    }

    /** Tells whether a reply may be made now, of whatever length. Called by workers. */
    default boolean hasMemory() {
        return true;
    }

    /** Notes that a worker has made a reply of {@code length} bytes, which has yet to come here. */
    default void replying(int length) {}

    /** Notes that an admitted message of {@code length} bytes is not sent after all. Any thread may call this. */
    default void dropped(int length) {}

    /**
     * Sends a whole message that is not the reply of {@code Session.execute}: a published message, or a reply that
     * upstream sends by itself. Any thread may call this; {@code Session.observedLsn} holds for the message too. The
     * array may be kept. No command of the client is run here: the caller may be in the middle of another client's
     * command.
     */
    void push(byte[] message);

    /**
     * Sends the reply of a command for which {@code Session.execute} returned {@code Session.WAITING}; null if the
     * command has no reply. Any thread may call this, in the middle of another client's command.
     */
    default void resume(byte @Nullable [] reply) {
        throw new UnsupportedOperationException("no command waits here");
    }

    /** Has {@code SessionWait.onRoom} called when commands that write need not wait. Any thread may call this. */
    default void awaitRoom() {
        throw new UnsupportedOperationException("no command waits here");
    }

    /**
     * Sends what this feed has from now on, whenever the client has taken most of what came before. {@code
     * Session.observedLsn} holds for it too.
     */
    default void follow(Feed feed) {
        throw new UnsupportedOperationException("there is no connection");
    }

    /** Notes that the feed may have more than before. Any thread, in the middle of another client's command. */
    default void fed() {}

    /**
     * Tells whether so many bytes of the feed may wait for the client, by {@code client-output-buffer-limit replica}.
     * Calls come one at a time.
     */
    default boolean mayLag(long waitingBytes) {
        return true;
    }

    /** Closes the connection once everything replied and pushed so far has been sent. */
    void close();

    /** Closes the connection soon, whatever waits to be sent. Any thread, in the middle of another client's command. */
    default void disconnect() {
        close();
    }

    /** Returns figures on what the connection has done and takes. Any thread may call this. */
    default ClientFigures figures() {
        return ClientFigures.NONE;
    }

    /** Sets whether others are disconnected before this client where memory is short. Any thread may call this. */
    default void exempt(boolean isExempt) {}

    boolean isOpen();

    int localPort();

    /** Tells whether the client is on this machine, as far as its address shows. */
    default boolean isLocal() {
        return true;
    }
}

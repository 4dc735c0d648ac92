package io.nvmredis.engine.tracking;

/** Connection of a client, as the messages of tracking see it. The caller holds the engine's lock. */
public interface Receiver {
    long id();

    boolean isResp3();

    /** Tells whether the client has subscribed to anything. */
    boolean isSubscriber();

    /**
     * Sends a message to the client.
     *
     * @param isOwn whether the message is about keys that this client has read itself: such a message does not come
     *     before the reply of a command of this client that has run
     */
    void tell(byte[] message, boolean isOwn);
}

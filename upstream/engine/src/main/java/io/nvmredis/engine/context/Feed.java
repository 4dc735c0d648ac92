package io.nvmredis.engine.context;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that a connection sends beside the replies to its client, as fast as the client takes them: see {@link
 * SessionOutput#follow}. The methods are called on the connection's event loop.
 */
public interface Feed {
    /** Returns the next bytes, which are not changed any more, or null if there are none now. Never waits. */
    byte @Nullable [] next();

    /** Called when the connection is gone. */
    void closed();
}

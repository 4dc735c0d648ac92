package io.nvmredis.engine.core;

import io.nvmredis.engine.tracking.Receiver;
import io.nvmredis.engine.tracking.TrackingClient;
import org.jspecify.annotations.Nullable;

/** Client-side caching of one session, as commands see it. The caller holds the engine's lock. */
public interface ClientTracking extends Receiver {
    /** Returns the session's client, null if it has never asked for tracking. */
    @Nullable
    TrackingClient client();

    /** Returns the session's client, which is about to ask for tracking. */
    TrackingClient clientToBe();

    /** Turns tracking off, if it is on. */
    void stop();
}

package io.nvmredis.network;

import io.netty.channel.Channel;
import io.nvmredis.engine.Session;

/**
 * Calls {@link io.nvmredis.engine.SessionWait#onRoom} for a session's commands that wait for a key, when commands that
 * write need not wait any more.
 *
 * <p>Threads: any thread asks, the connection's event loop calls.
 */
final class RoomForWaiting {
    /** Milliseconds after which a session that found a script running tries again. */
    private static final long SCRIPT_POLL_MILLIS = 10;

    private final Channel channel;
    private final ClientLoop loop;
    private final RoomWaiters roomWaiters;
    private final Session session;
    /** Kept as one object, so that it can be withdrawn. */
    private final Runnable tell = this::tell;

    RoomForWaiting(Channel channel, ClientLoop loop, RoomWaiters roomWaiters, Session session) {
        this.channel = channel;
        this.loop = loop;
        this.roomWaiters = roomWaiters;
        this.session = session;
    }

    /** Asks for the call. Any thread. */
    void await() {
        loop.later(() -> {
            if (!channel.isOpen() || !roomWaiters.await(tell)) {
                tell();
            }
        });
    }

    private void tell() {
        if (!session.waiting().onRoom()) {
            loop.after(SCRIPT_POLL_MILLIS, tell);
        }
    }

    /** Withdraws the request when the client is gone. */
    void end() {
        roomWaiters.forget(tell);
    }
}

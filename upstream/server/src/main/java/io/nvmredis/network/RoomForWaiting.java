package io.nvmredis.network;

import io.netty.channel.Channel;
import io.nvmredis.engine.Session;

/**
 * Has a session's commands that wait for a key told when those that write need not wait any more, see {@link
 * io.nvmredis.engine.SessionWait#onRoom}.
 *
 * <p>Threads: any asks, the connection's event loop tells.
 */
final class RoomForWaiting {
    /** How long it is until a session that found a script running looks again. */
    private static final long SCRIPT_POLL_MILLIS = 10;

    private final Channel channel;
    private final ClientLoop loop;
    private final RoomWaiters roomWaiters;
    private final Session session;
    /** As one object, so that it can be taken back. */
    private final Runnable tell = this::tell;

    RoomForWaiting(Channel channel, ClientLoop loop, RoomWaiters roomWaiters, Session session) {
        this.channel = channel;
        this.loop = loop;
        this.roomWaiters = roomWaiters;
        this.session = session;
    }

    /** Any thread. */
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

    /** The client is gone. */
    void end() {
        roomWaiters.forget(tell);
    }
}

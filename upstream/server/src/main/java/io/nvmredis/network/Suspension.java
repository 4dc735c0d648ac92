package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.nvmredis.engine.Session;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time that a client's command may wait, see {@link Session#WAITING}. Belongs to the connection's event loop.
 *
 * <p>The end of a wait may be told of before its beginning, if a worker ran the command: {@link #begin} finds nothing that
 * waits then, or the next command that does.
 */
final class Suspension {
    /** Nobody lives to see it. */
    private static final long FOREVER_MILLIS = TimeUnit.DAYS.toMillis(365_000);

    private final EventLoop loop;
    private final Session session;
    private final Consumer<byte @Nullable []> onTimeout;
    private @Nullable Future<?> timer;

    /**
     * One for the commands of this session.
     *
     * @param onTimeout given the reply when the time is up
     */
    Suspension(EventLoop loop, Session session, Consumer<byte @Nullable []> onTimeout) {
        this.loop = loop;
        this.session = session;
        this.onTimeout = onTimeout;
    }

    /** A command has said that it waits. */
    void begin() {
        long millis = session.waiting().timeoutMillis();
        if (timer == null && millis > 0 && millis < FOREVER_MILLIS) {
            timer = loop.schedule(this::timeOut, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void timeOut() {
        timer = null;
        byte[] reply = session.timeOut();
        if (reply != Session.WAITING) {
            onTimeout.accept(reply);
        }
    }

    /** It has been answered. */
    void end() {
        Future<?> stopped = timer;
        if (stopped != null) {
            timer = null;
            stopped.cancel(false);
        }
    }

    /** Has the command that waits do so no longer and have no reply; false if there is none. */
    boolean stop() {
        end();
        return session.waiting().stop();
    }
}

package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.nvmredis.engine.Session;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Timer of a client's command that waits, see {@link Session#WAITING}. Belongs to the connection's event loop.
 *
 * <p>If a worker ran the command, the end of its wait may be told before the beginning: {@link #begin} then finds no
 * command that waits, or the next command that does.
 */
final class Suspension {
    /** Milliseconds from which a timeout counts as never. */
    private static final long FOREVER_MILLIS = TimeUnit.DAYS.toMillis(365_000);

    private final EventLoop loop;
    private final Session session;
    private final Consumer<byte @Nullable []> onTimeout;
    private @Nullable Future<?> timer;

    /**
     * Makes the timer of this session's commands.
     *
     * @param onTimeout given the reply when the time is up
     */
    Suspension(EventLoop loop, Session session, Consumer<byte @Nullable []> onTimeout) {
        this.loop = loop;
        this.session = session;
        this.onTimeout = onTimeout;
    }

    /** Starts the timer of a command that has replied that it waits. */
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

    /** Stops the timer of a command that has been answered. */
    void end() {
        Future<?> stopped = timer;
        if (stopped != null) {
            timer = null;
            stopped.cancel(false);
        }
    }

    /** Ends the wait of a command, which then has no reply. Returns false if none waits. */
    boolean stop() {
        end();
        return session.waiting().stop();
    }
}

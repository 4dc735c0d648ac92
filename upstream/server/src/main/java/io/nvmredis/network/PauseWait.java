package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.catalog.Command;
import io.nvmredis.engine.context.CommandPause;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds a client's next command until CLIENT PAUSE is over. Belongs to the connection's event loop, except for {@link
 * #isWaiting}, which any thread may call.
 */
final class PauseWait {
    private final EventLoop loop;
    private final CommandPause pause;
    private final Session session;
    private final Runnable advance;
    /** Kept as one object, so that it can be withdrawn. */
    private final Runnable onEnd = this::wake;

    private volatile boolean isWaiting;
    private @Nullable Future<?> timer;

    /**
     * Makes the wait of this session's commands.
     *
     * @param advance run when the command may be tried again
     */
    PauseWait(EventLoop loop, CommandPause pause, Session session, Runnable advance) {
        this.loop = loop;
        this.pause = pause;
        this.session = session;
        this.advance = advance;
    }

    /** Tells whether this command has to wait; if so it will be tried again. */
    boolean holds(Command command) {
        if (!session.isPaused(command)) {
            if (isWaiting) {
                // The pause is over, and the task that tells so has not run yet.
                end();
            }
            return false;
        }
        if (!isWaiting) {
            isWaiting = true;
            // Awaited before the time left is read, so that a pause that replaces this one is noticed.
            pause.await(onEnd);
            timer = loop.schedule(this::retry, pause.leftNanos(), TimeUnit.NANOSECONDS);
            if (!pause.isOn()) {
                // The pause was ended before it was awaited.
                end();
                return false;
            }
        }
        return true;
    }

    /** Tells whether a command is held, and will be tried again. Any thread. */
    boolean isWaiting() {
        return isWaiting;
    }

    /** Retries the command soon. Any thread. */
    private void wake() {
        try {
            loop.execute(this::retry);
        } catch (RejectedExecutionException e) {
            // The server has shut down, and the channel is closed.
            pause.forget(onEnd);
        }
    }

    private void retry() {
        end();
        advance.run();
    }

    /** Ends the wait because no client is left to be answered. Returns false if it did not wait. */
    boolean giveUp() {
        boolean hasWaited = isWaiting;
        end();
        return hasWaited;
    }

    /** Ends the wait. */
    void end() {
        isWaiting = false;
        pause.forget(onEnd);
        Future<?> stopped = timer;
        if (stopped != null) {
            timer = null;
            stopped.cancel(false);
        }
    }
}

package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.context.CommandPause;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds a client's next command until CLIENT PAUSE is over. Belongs to the connection's event loop, but for {@link
 * #isWaiting}, which any thread may ask.
 */
final class PauseWait {
    private final EventLoop loop;
    private final CommandPause pause;
    private final Session session;
    private final Runnable advance;
    /** As one object, so that it can be taken back. */
    private final Runnable onEnd = this::wake;

    private volatile boolean isWaiting;
    private @Nullable Future<?> timer;

    /**
     * One for the commands of this session.
     *
     * @param advance run when the command may be tried again
     */
    PauseWait(EventLoop loop, CommandPause pause, Session session, Runnable advance) {
        this.loop = loop;
        this.pause = pause;
        this.session = session;
        this.advance = advance;
    }

    /** Whether this command has to wait; if so it is seen to that it is tried again. */
    boolean holds(List<byte[]> command) {
        if (!session.isPaused(command)) {
            if (isWaiting) {
                // The pause is over, and who was to tell so has not come to it.
                end();
            }
            return false;
        }
        if (!isWaiting) {
            isWaiting = true;
            // First, so that a pause is heard of that takes the place of the one whose end is looked at.
            pause.await(onEnd);
            timer = loop.schedule(this::retry, pause.leftNanos(), TimeUnit.NANOSECONDS);
            if (!pause.isOn()) {
                // It was ended before it was awaited.
                end();
                return false;
            }
        }
        return true;
    }

    /** Whether a command is held, and will be tried again. Any thread. */
    boolean isWaiting() {
        return isWaiting;
    }

    /** Any thread. */
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

    /** Waits no longer, because nobody is left to be answered; false if it did not wait. */
    boolean giveUp() {
        boolean hasWaited = isWaiting;
        end();
        return hasWaited;
    }

    /** Waits no longer. */
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

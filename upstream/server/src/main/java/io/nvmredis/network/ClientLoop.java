package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Event loop of one client, for any thread that has a task for it. */
// Futures of scheduled tasks are ignored: a task that comes too late finds the channel closed.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    private final SocketChannel channel;
    private final EventLoop loop;

    ClientLoop(SocketChannel channel) {
        this.channel = channel;
        this.loop = channel.eventLoop();
    }

    /**
     * Runs the task soon, never inside this call; not at all when the server has shut down, and the channel is closed.
     */
    void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("client {} has been disconnected before", channel.remoteAddress());
        }
    }

    /** Runs the task after so many milliseconds. Called by the loop. */
    void after(long millis, Runnable task) {
        loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Tells whether the calling thread is the loop's. */
    boolean isCurrent() {
        return loop.inEventLoop();
    }
}

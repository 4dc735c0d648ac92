package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loop of one client, as those see it who have a task for it. Any thread. */
// Tasks that are scheduled are not looked at again: they find the channel closed if they come too late.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientLoop {
    private static final Logger LOG = LoggerFactory.getLogger(ClientLoop.class);

    private final SocketChannel channel;
    private final EventLoop loop;

    ClientLoop(SocketChannel channel) {
        this.channel = channel;
        this.loop = channel.eventLoop();
    }

    /** Runs the task soon and never at once; not at all when the server has shut down, and the channel is closed. */
    void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("client {} has been disconnected before", channel.remoteAddress());
        }
    }

    /** Runs the task after a time. Called by the loop. */
    void after(long millis, Runnable task) {
        loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Whether it is the loop that asks. */
    boolean isCurrent() {
        return loop.inEventLoop();
    }
}

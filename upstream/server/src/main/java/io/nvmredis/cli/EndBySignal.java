package io.nvmredis.cli;

import io.nvmredis.engine.UnendingCommandException;
import io.nvmredis.server.NvmRedisServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a server when a signal asks for it: in order if possible, and in bounded time in any case.
 *
 * <p>Running work gets five seconds, and two more once it has been killed. If the server has not ended {@value
 * #LIMIT_SECONDS} seconds after the signal, the process is halted, which loses no more than {@code kill -9} does. Only
 * the final save may take as long as it takes. A second SIGINT halts at once, as in Redis.
 *
 * <p>Signals come on threads of the JVM; the rest runs on two threads of its own.
 */
final class EndBySignal {
    static final long LIMIT_SECONDS = 12;

    private static final Logger LOG = LoggerFactory.getLogger(EndBySignal.class);
    private static final long LOOK_MILLIS = 50;

    private final NvmRedisServer server;
    private final IntConsumer halt;
    /** Whether an end is under way. */
    private final AtomicBoolean isAsked = new AtomicBoolean();

    /**
     * Makes a handler of signals.
     *
     * @param halt ends the process at once, with a status
     */
    EndBySignal(NvmRedisServer server, IntConsumer halt) {
        this.server = server;
        this.halt = halt;
    }

    void accept(String signal) {
        if (isAsked.compareAndSet(false, true)) {
            start("nvm-redis-signal", () -> end(signal));
            start("nvm-redis-end-watch", this::watch);
        } else if (signal.equals("SIGINT")) {
            LOG.warn("You insist... exiting now.");
            halt.accept(NvmRedis.FAILED);
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void end(String signal) {
        try {
            server.shutDown();
        } catch (UnendingCommandException e) {
            haltWithout(signal + ": " + e.getMessage());
        } catch (RuntimeException e) {
            if (server.isClosing()) {
                // The thread that waits for the end is told.
                return;
            }
            isAsked.set(false);
            LOG.error(
                    "asked to end, but the data cannot be saved, so the server goes on; SHUTDOWN NOSAVE ends it without: {}",
                    e.getMessage());
        }
    }

    private void watch() {
        long limitNanos = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        long end = System.nanoTime() + limitNanos;
        try {
            while (isAsked.get() && !server.awaitClosed(LOOK_MILLIS)) {
                if (server.isSavingInTheEnd()) {
                    end = System.nanoTime() + limitNanos;
                } else if (System.nanoTime() > end) {
                    haltWithout("the server does not come to its end");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void haltWithout(String why) {
        LOG.error("{}; the process ends at once, as if it had been killed: what persistence promises is kept", why);
        halt.accept(NvmRedis.FAILED);
    }
}

package io.nvmredis.server;

import io.nvmredis.engine.Engine;
import io.nvmredis.engine.ExpiryCycle;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thread on which keys expire that no client asks for, on which room is made in memory when no client runs commands,
 * and on which replicas are looked after.
 */
final class Expiry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final long END_SECONDS = 5;
    /** Milliseconds between two looks at whether memory is too full. */
    private static final long ROOM_MILLIS = 10;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "nvm-redis-expiry");
        made.setDaemon(true);
        return made;
    });

    /** Begins the work, when the engine serves. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void start(Engine engine) {
        ExpiryCycle cycle = new ExpiryCycle(engine);
        long periodMillis = TimeUnit.SECONDS.toMillis(1) / ExpiryCycle.HZ;
        thread.scheduleWithFixedDelay(() -> run(cycle), periodMillis, periodMillis, TimeUnit.MILLISECONDS);
        thread.scheduleWithFixedDelay(() -> tendReplicas(engine), 1, 1, TimeUnit.SECONDS);
        thread.scheduleWithFixedDelay(() -> makeRoom(engine), ROOM_MILLIS, ROOM_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void makeRoom(Engine engine) {
        try {
            engine.makeRoom();
        } catch (RuntimeException e) {
            LOG.error("what is in memory could not be evicted", e);
        }
    }

    private static void tendReplicas(Engine engine) {
        try {
            engine.tendReplicas();
        } catch (RuntimeException | Error e) {
            LOG.error("replicas could not be looked at", e);
        }
    }

    private static void run(ExpiryCycle cycle) {
        try {
            cycle.run();
        } catch (RuntimeException e) {
            LOG.error("keys could not be expired", e);
        }
    }

    /** Stops the work. Returns when the run under way has ended, or after {@link #END_SECONDS}. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the expiry of keys has not ended within {} s", END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

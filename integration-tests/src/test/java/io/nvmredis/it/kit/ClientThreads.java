package io.nvmredis.it.kit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads of clients that run beside a test, each of which must come to its end. */
public final class ClientThreads implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Duration deadline;

    /** What a client does. */
    public interface Task {
        void run() throws Exception;
    }

    /** Creates none yet; {@link #join} waits so long for each. */
    public ClientThreads(Duration deadline) {
        this.deadline = deadline;
    }

    public Future<Void> start(Task task) {
        return threads.submit(() -> {
            task.run();
            return null;
        });
    }

    public <T> Future<T> call(Callable<T> task) {
        return threads.submit(task);
    }

    /** Waits for the end of a client, and fails if it has failed. */
    public void join(Future<?> client) throws Exception {
        try {
            client.get(deadline.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}

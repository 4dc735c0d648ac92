package io.nvmredis.network;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for commands that may wait or run long: one per such command at a time, because any limit could be reached by
 * clients that all wait for a client that is then not served. Idle threads end.
 */
public final class Workers implements Executor {
    private static final long IDLE_SECONDS = 10;
    /**
     * Bytes of stack per thread: enough for the depth of calls that Lua admits, which takes 6 to 16 MB, most where the first
     * compiler has compiled LuaJ's interpreter. Most of it is never touched, and takes no memory then.
     */
    private static final long STACK_BYTES = 32 << 20;

    private final AtomicInteger threadCount = new AtomicInteger();
    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);

    private Thread newThread(Runnable task) {
        Thread thread = new Thread(null, task, "nvm-redis-worker-" + threadCount.incrementAndGet(), STACK_BYTES, false);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Runs the task soon, on a thread of its own.
     *
     * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
     * @throws OutOfMemoryError if the system gives no more threads
     */
    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Takes no more tasks; running tasks go on. */
    public void close() {
        executor.shutdown();
    }
}

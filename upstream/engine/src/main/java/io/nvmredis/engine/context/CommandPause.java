package io.nvmredis.engine.context;

import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * CLIENT PAUSE: until a time, commands of clients wait, all of them or those that may write. As in Redis the command that
 * would end it waits too, if all do. Whatever waits, what has expired is not removed meanwhile, and not shown.
 *
 * <p>Who waits is told when the pause is ended or replaced; that its time is over everybody sees by the clock.
 *
 * <p>Any thread.
 */
public final class CommandPause {
    private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    private record Pause(boolean isOfWritesOnly, long endNanos) {
        long leftNanos() {
            return endNanos - System.nanoTime();
        }
    }

    /** Begins one, in the place of one that there may be. */
    public void begin(long millis, boolean isOfWritesOnly) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(Math.min(millis, TimeUnit.DAYS.toMillis(36_500)));
        pause.set(new Pause(isOfWritesOnly, System.nanoTime() + nanos));
        wake();
    }

    public void end() {
        pause.set(null);
        wake();
    }

    private void wake() {
        for (Runnable waiter : new ArrayList<>(waiting)) {
            waiting.remove(waiter);
            waiter.run();
        }
    }

    /** Whether there is one. Cheap where there is none. */
    public boolean isOn() {
        Pause current = pause.get();
        if (current == null) {
            return false;
        }
        if (current.leftNanos() <= 0) {
            pause.compareAndSet(current, null);
            return false;
        }
        return true;
    }

    /** How long it lasts, 0 if there is none. */
    public long leftNanos() {
        Pause current = pause.get();
        return current == null ? 0 : Math.max(0, current.leftNanos());
    }

    /** Whether there is one that holds back everything, and not only commands that write. */
    public boolean isOfAll() {
        Pause current = pause.get();
        return current != null && !current.isOfWritesOnly();
    }

    /** Has this run when the pause is ended or replaced before its time; it is not remembered any more then. */
    public void await(Runnable waiter) {
        waiting.add(waiter);
    }

    public void forget(Runnable waiter) {
        waiting.remove(waiter);
    }
}

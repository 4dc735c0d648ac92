package io.nvmredis.engine.context;

import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state of CLIENT PAUSE: until a time, clients' commands wait, all of them or only commands that may write. As in
 * Redis, if all commands wait, the command that would end the pause waits too. In either case expired keys are not
 * removed meanwhile, and not shown.
 *
 * <p>A waiter is told when the pause is ended or replaced; that the pause's time is over each waiter sees by the clock.
 *
 * <p>Any thread may use it.
 */
public final class CommandPause {
    private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    private record Pause(boolean isOfWritesOnly, long endNanos) {
        long leftNanos() {
            return endNanos - System.nanoTime();
        }
    }

    /** Begins a pause, which replaces a pause that is on. */
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

    /** Tells whether a pause is on. Cheap while there is none. */
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

    /** Returns the nanoseconds that the pause still lasts; 0 if there is none. */
    public long leftNanos() {
        Pause current = pause.get();
        return current == null ? 0 : Math.max(0, current.leftNanos());
    }

    /** Tells whether a pause is on that holds back all commands, and not only commands that write. */
    public boolean isOfAll() {
        Pause current = pause.get();
        return current != null && !current.isOfWritesOnly();
    }

    /** Runs {@code waiter} once, when the pause is ended or replaced before its time. */
    public void await(Runnable waiter) {
        waiting.add(waiter);
    }

    /** Returns the number of waiters. */
    public int waitingCount() {
        return waiting.size();
    }

    public void forget(Runnable waiter) {
        waiting.remove(waiter);
    }
}

package io.nvmredis.engine.script;

import io.nvmredis.engine.script.Coroutine.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Coroutines of one run.
 *
 * <p>LuaJ's interpreter keeps Lua's calls on Java's stack, so each coroutine needs a thread. One of the threads runs at
 * a time; it hands over the turn with a semaphore, which also makes its writes visible to the next thread. Commands are
 * run by the thread that runs the script, because it holds the engine's lock: while a coroutine runs, that thread waits
 * for its turn and serves the coroutine's requests. No coroutine outlives the run: {@link #endAll} ends every one that
 * is left.
 */
final class Coroutines implements LiveSize.Holder {
    /** Number of coroutines that may have begun and not ended at a time. */
    private static final int MAX_COUNT = 1_000;

    private static final long STACK_BYTES = 1 << 20;

    private final ScriptRun run;
    private final Frames mainFrames;
    private final Semaphore mainTurn = new Semaphore(0);
    private final Set<Coroutine> begun = new LinkedHashSet<>();
    private @Nullable Coroutine running;
    private @Nullable Request request;

    /** Request of a coroutine to the script's own thread. */
    private static final class Request {
        final Supplier<byte[]> action;

        byte[] result = {};

        @Nullable
        Throwable failure;

        Request(Supplier<byte[]> action) {
            this.action = action;
        }
    }

    Coroutines(ScriptRun run) {
        this.run = run;
        mainFrames = run.frames();
    }

    /** Returns the running coroutine; null outside of any. */
    @Nullable
    Coroutine running() {
        return running;
    }

    /**
     * Runs a coroutine until it yields or ends.
     *
     * @return the values it has yielded or returned
     * @throws ScriptError if it has raised an error; the coroutine is dead then
     */
    Varargs resume(Coroutine resumed, Varargs values) {
        begin(resumed);
        Coroutine resumer = running;
        resumed.resumer = resumer;
        resumed.transfer = values;
        if (resumer != null) {
            resumer.status = Status.NORMAL;
        }
        handOver(resumed, resumer);
        if (resumer != null) {
            resumer.status = Status.RUNNING;
        }
        Throwable failure = resumed.failure;
        Varargs result = resumed.transfer;
        resumed.transfer = LuaValue.NONE;
        if (failure != null) {
            resumed.failure = null;
            throw rethrown(failure);
        }
        return result;
    }

    private void begin(Coroutine resumed) {
        if (resumed.hasBegun) {
            return;
        }
        if (begun.size() >= MAX_COUNT) {
            throw run.failure("too many coroutines");
        }
        Thread thread = new Thread(null, () -> live(resumed), "nvm-redis-coroutine", STACK_BYTES, false);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            throw run.failure("too many coroutines");
        }
        resumed.hasBegun = true;
        begun.add(resumed);
    }

    /** Hands the turn to another coroutine, and returns when that has yielded or ended. */
    private void handOver(Coroutine resumed, @Nullable Coroutine resumer) {
        Frames own = run.frames();
        Place leftAt = run.leftAt();
        run.memory().leaveThread();
        running = resumed;
        resumed.status = Status.RUNNING;
        run.switchTo(resumed.frames);
        resumed.turn.release();
        if (resumer == null) {
            serveUntilTurn();
        } else {
            resumer.turn.acquireUninterruptibly();
        }
        running = resumer;
        run.switchTo(own);
        run.leaveAt(leftAt);
        run.memory().enterThread();
        if (resumer != null && resumer.isToEnd) {
            throw new ScriptEnded(Place.UNKNOWN);
        }
    }

    private void serveUntilTurn() {
        while (true) {
            mainTurn.acquireUninterruptibly();
            Request served = request;
            Coroutine asking = running;
            if (served == null || asking == null) {
                return;
            }
            request = null;
            try {
                served.result = served.action.get();
            } catch (Throwable e) {
                served.failure = e;
            }
            asking.turn.release();
        }
    }

    /** Runs an action on the thread that runs the script. */
    byte[] onScriptThread(Supplier<byte[]> action) {
        Coroutine asking = running;
        if (asking == null) {
            return action.get();
        }
        Request asked = new Request(action);
        request = asked;
        mainTurn.release();
        asking.turn.acquireUninterruptibly();
        if (asked.failure != null) {
            throw rethrown(asked.failure);
        }
        return asked.result;
    }

    /**
     * Gives the turn back to the resumer.
     *
     * @return the values with which the coroutine is resumed
     */
    Varargs giveBack(Varargs values) {
        Coroutine yielding = running;
        if (yielding == null) {
            throw new ScriptError(LuaText.of("attempt to yield across metamethod/C-call boundary"), run.place(1));
        }
        yielding.transfer = values;
        yielding.status = Status.SUSPENDED;
        run.memory().leaveThread();
        giveBack(yielding);
        yielding.turn.acquireUninterruptibly();
        if (yielding.isToEnd) {
            throw new ScriptEnded(Place.UNKNOWN);
        }
        run.memory().enterThread();
        Varargs resumedWith = yielding.transfer;
        yielding.transfer = LuaValue.NONE;
        return resumedWith;
    }

    private void giveBack(Coroutine yielding) {
        Coroutine resumer = yielding.resumer;
        if (resumer == null) {
            mainTurn.release();
        } else {
            resumer.turn.release();
        }
    }

    /** Body of a coroutine's thread. */
    private void live(Coroutine living) {
        living.turn.acquireUninterruptibly();
        ScriptRun.makeCurrent(run);
        try {
            if (!living.isToEnd) {
                run.memory().enterThread();
                Varargs values = living.transfer;
                living.transfer = LuaValue.NONE;
                living.transfer = run.guarded(() -> living.function.invoke(values));
            }
        } catch (Throwable e) {
            living.failure = e;
        } finally {
            ScriptRun.makeCurrent(null);
            living.status = Status.DEAD;
            living.frames.cutTo(0);
            begun.remove(living);
            run.memory().leaveThread();
            giveBack(living);
        }
    }

    /**
     * Ends every coroutine that has begun and not ended, one after the other, on the script's thread when the script is
     * over.
     */
    void endAll() {
        List<Coroutine> left = new ArrayList<>(begun);
        for (Coroutine each : left) {
            each.isToEnd = true;
            each.resumer = null;
            running = each;
            run.switchTo(each.frames);
            each.turn.release();
            mainTurn.acquireUninterruptibly();
        }
        running = null;
        run.switchTo(mainFrames);
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            return exception;
        }
        return new IllegalStateException(failure);
    }

    @Override
    public void addTo(LiveSize size) {
        mainFrames.addTo(size);
        begun.forEach(size::add);
    }
}

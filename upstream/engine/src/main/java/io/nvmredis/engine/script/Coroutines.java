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
 * The coroutines of one run.
 *
 * <p>LuaJ's interpreter keeps Lua's calls on Java's stack, so a coroutine needs a thread; one of all of them runs at a
 * time, and hands the turn over with a semaphore, which also makes visible to the next what it has done. Commands are run
 * by the thread that runs the script, which holds the engine's lock: whenever a coroutine runs, it waits for its turn,
 * and meanwhile does what it is asked to. None outlives the run: what has not ended by then is told to.
 */
final class Coroutines implements LiveSize.Holder {
    /** Begun and not ended, at a time. */
    private static final int MAX_COUNT = 1_000;

    private static final long STACK_BYTES = 1 << 20;

    private final ScriptRun run;
    private final Frames mainFrames;
    private final Semaphore mainTurn = new Semaphore(0);
    private final Set<Coroutine> begun = new LinkedHashSet<>();
    private @Nullable Coroutine running;
    private @Nullable Request request;

    /** What a coroutine asks the script's own thread to do. */
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

    /** Null outside of any. */
    @Nullable
    Coroutine running() {
        return running;
    }

    /**
     * Goes on with a coroutine until it yields or ends.
     *
     * @return what it has yielded or returned
     * @throws ScriptError what it has raised; it is dead then
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

    /** Lets another go on, and comes back when it has yielded or ended. */
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
            throw new ScriptEnded();
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

    /** Does something on the thread that runs the script. */
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
     * Gives the turn back.
     *
     * @return what it is resumed with
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
            throw new ScriptEnded();
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

    /** A coroutine's thread. */
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

    /** Ends those that have not ended, one after the other. On the script's thread, when the script is over. */
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

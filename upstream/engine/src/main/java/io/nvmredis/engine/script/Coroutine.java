package io.nvmredis.engine.script;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** A coroutine of a script, on a thread of its own: see {@link Coroutines}. */
final class Coroutine extends LuaValue implements LiveSize.Holder {

    /** Status as {@code coroutine.status} names it. */
    enum Status {
        SUSPENDED,
        RUNNING,
        NORMAL,
        DEAD
    }

    final LuaValue function;
    final Frames frames = new Frames();
    /** Permit for the coroutine's thread to go on. */
    final Semaphore turn = new Semaphore(0);

    Status status = Status.SUSPENDED;
    boolean hasBegun;
    /** Whether the coroutine is to end instead of going on. */
    boolean isToEnd;
    /** Coroutine that has resumed this one; null if the script outside of any coroutine has. */
    @Nullable
    Coroutine resumer;

    /** Values handed over with the turn. */
    Varargs transfer = LuaValue.NONE;
    /** Error or exception that has ended the coroutine; null if it has ended with values. */
    @Nullable
    Throwable failure;

    Coroutine(LuaValue function) {
        this.function = function;
    }

    @Override
    public int type() {
        return LuaValue.TTHREAD;
    }

    @Override
    public String typename() {
        return "thread";
    }

    @Override
    public String tojstring() {
        return "thread: 0x" + Integer.toHexString(System.identityHashCode(this));
    }

    @Override
    public void addTo(LiveSize size) {
        size.add(function);
        size.addAll(transfer);
        frames.addTo(size);
    }
}

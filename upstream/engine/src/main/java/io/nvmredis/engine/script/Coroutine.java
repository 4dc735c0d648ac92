package io.nvmredis.engine.script;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** A coroutine of a script, on a thread of its own: see {@link Coroutines}. */
final class Coroutine extends LuaValue implements LiveSize.Holder {

    /** As {@code coroutine.status} has it. */
    enum Status {
        SUSPENDED,
        RUNNING,
        NORMAL,
        DEAD
    }

    final LuaValue function;
    final Frames frames = new Frames();
    /** Given to the thread when it may go on. */
    final Semaphore turn = new Semaphore(0);

    Status status = Status.SUSPENDED;
    boolean hasBegun;
    /** It is not to go on, but to end. */
    boolean isToEnd;
    /** Who has resumed it; null if that is the script outside of any coroutine. */
    @Nullable
    Coroutine resumer;

    /** What is handed over with the turn. */
    Varargs transfer = LuaValue.NONE;
    /** What it has ended with, if not with values. */
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

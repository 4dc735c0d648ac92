package io.nvmredis.engine.script;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Calls of Lua functions that a coroutine, or the script outside of any coroutine, is in. */
final class Frames {
    private static final int FIRST_CAPACITY = 16;

    private Frame[] all = new Frame[FIRST_CAPACITY];
    private int depth;

    /** One call of a Lua function. */
    static final class Frame {
        private static final int[] NO_CODE = {};
        private static final LuaValue[] NO_STACK = {};

        @Nullable
        LuaClosure closure;

        int[] code = NO_CODE;
        LuaValue[] stack = NO_STACK;
        Varargs arguments = LuaValue.NONE;
        /** Values that one instruction hands to the next. */
        Varargs passing = LuaValue.NONE;

        int pc;
        /** Whether a function of a library made the call. */
        boolean isCalledByNative;

        Place place() {
            return closure == null ? Place.UNKNOWN : Place.of(closure.p, pc);
        }
    }

    int depth() {
        return depth;
    }

    Frame push(LuaClosure closure, Varargs arguments, LuaValue[] stack, boolean isCalledByNative) {
        if (depth == all.length) {
            all = Arrays.copyOf(all, 2 * depth);
        }
        Frame frame = all[depth];
        if (frame == null) {
            frame = new Frame();
            all[depth] = frame;
        }
        depth++;
        frame.closure = closure;
        frame.code = closure.p.code;
        frame.stack = stack;
        frame.arguments = arguments;
        frame.passing = LuaValue.NONE;
        frame.pc = 0;
        frame.isCalledByNative = isCalledByNative;
        return frame;
    }

    /** Leaves the topmost call and drops the values it held. */
    void pop() {
        Frame left = all[--depth];
        left.stack = Frame.NO_STACK;
        left.arguments = LuaValue.NONE;
        left.passing = LuaValue.NONE;
    }

    void cutTo(int newDepth) {
        while (depth > newDepth) {
            pop();
        }
    }

    /** Returns the call at a level, of which the topmost is 1; null if there are not so many. */
    @Nullable
    Frame atLevel(int level) {
        return level < 1 || level > depth ? null : all[depth - level];
    }

    void addTo(LiveSize size) {
        for (int i = 0; i < depth; i++) {
            Frame frame = all[i];
            size.addAll(frame.stack);
            size.addAll(frame.arguments);
            size.addAll(frame.passing);
            if (frame.closure != null) {
                size.add(frame.closure);
            }
        }
    }
}

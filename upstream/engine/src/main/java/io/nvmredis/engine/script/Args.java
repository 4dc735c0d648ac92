package io.nvmredis.engine.script;

import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Arguments of a call, checked as by Lua's auxiliary library, with its messages. Positions count from 1. */
final class Args {
    private final ScriptRun run;
    private final String function;
    private final Varargs values;

    Args(ScriptRun run, String function, Varargs values) {
        this.run = run;
        this.function = function;
        this.values = values;
    }

    int count() {
        return values.narg();
    }

    Varargs all() {
        return values;
    }

    Varargs from(int position) {
        return values.subargs(position);
    }

    /** Returns the argument at a position; nil if there is none. */
    LuaValue get(int position) {
        return values.arg(position);
    }

    boolean isMissing(int position) {
        return values.arg(position).isnil();
    }

    LuaValue any(int position) {
        if (position > values.narg()) {
            throw bad(position, "value expected");
        }
        return values.arg(position);
    }

    LuaTable table(int position) {
        if (values.arg(position) instanceof LuaTable table) {
            return table;
        }
        throw wrongType(position, "table");
    }

    LuaValue function(int position) {
        LuaValue value = values.arg(position);
        if (value.type() != LuaValue.TFUNCTION) {
            throw wrongType(position, "function");
        }
        return value;
    }

    LuaString string(int position) {
        LuaString string = LuaNumbers.asString(values.arg(position));
        if (string == null) {
            throw wrongType(position, "string");
        }
        return string;
    }

    @Nullable
    LuaString optionalString(int position) {
        return isMissing(position) ? null : string(position);
    }

    double number(int position) {
        LuaValue number = LuaNumbers.asNumber(values.arg(position));
        if (number.isnil()) {
            throw wrongType(position, "number");
        }
        return number.todouble();
    }

    double number(int position, double otherwise) {
        return isMissing(position) ? otherwise : number(position);
    }

    /** Returns the number at a position without its fraction. */
    long integer(int position) {
        return LuaNumbers.toLong(number(position));
    }

    long integer(int position, long otherwise) {
        return isMissing(position) ? otherwise : integer(position);
    }

    int index(int position, int otherwise) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, integer(position, otherwise)));
    }

    ScriptError bad(int position, String what) {
        return run.failure(
                "bad argument #" + position + " to '" + (run.isCalledByNative() ? "?" : function) + "' (" + what + ")");
    }

    ScriptError wrongType(int position, String expected) {
        return bad(
                position,
                expected + " expected, got "
                        + (position > values.narg()
                                ? "no value"
                                : values.arg(position).typename()));
    }
}

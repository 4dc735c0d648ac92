package io.nvmredis.engine.script;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** An error that a function of this package or the script itself has raised: any value, with its place. */
final class ScriptError extends LuaError {
    /** Field of a table that has the message of an error in Redis's form. */
    static final LuaString ERR = LuaValue.valueOf("err");

    private static final long serialVersionUID = 1;

    private final transient LuaValue value;
    private final transient Place place;

    ScriptError(LuaValue value, Place place) {
        super(value);
        this.value = value;
        this.place = place;
        traceback = "";
    }

    LuaValue value() {
        return value;
    }

    Place place() {
        return place;
    }

    /** Makes an error with one of Redis's codes, as {@code redis.call} raises it. */
    static LuaTable table(LuaValue message) {
        LuaTable error = new LuaTable(0, 1);
        error.rawset(ERR, message);
        return error;
    }

    /** Leaves the stack trace out: it is never shown, and a script may raise millions of errors. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    @Override
    public String getMessage() {
        return value.tojstring();
    }
}

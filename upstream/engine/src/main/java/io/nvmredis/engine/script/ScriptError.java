package io.nvmredis.engine.script;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** An error that a function of ours or the script itself has raised: any value, and where that was. */
final class ScriptError extends LuaError {
    /** Under this name a table has the message of an error of Redis's. */
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

    /** An error with a code of Redis's, as {@code redis.call} raises it. */
    static LuaTable table(LuaValue message) {
        LuaTable error = new LuaTable(0, 1);
        error.rawset(ERR, message);
        return error;
    }

    /** Nobody looks at it, and a script may raise millions. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    @Override
    public String getMessage() {
        return value.tojstring();
    }
}

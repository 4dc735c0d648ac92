package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Table {@code _G}. Reading a missing name is an error, as is any assignment. */
abstract class GlobalTable extends ReadonlyTable {
    static final LuaString SELF = LuaString.valueOf("_G");

    private final ReadonlyTable metatable;

    GlobalTable(ReadonlyTable metatable) {
        this.metatable = metatable;
        seal();
    }

    /** Adds what one run has put into the table. */
    abstract void addTo(LiveSize size);

    @Override
    public LuaValue get(LuaValue key) {
        LuaValue value = rawget(key);
        if (value.isnil()) {
            throw missing(key);
        }
        return value;
    }

    /** Makes the error of reading a name that is not there. */
    static ScriptError missing(LuaValue key) {
        return ScriptRun.current()
                .failure("Script attempted to access nonexistent global variable '"
                        + (key.isstring() ? LuaText.of(key.strvalue()) : key.tojstring()) + "'");
    }

    @Override
    public LuaValue get(int key) {
        return get(valueOf(key));
    }

    @Override
    public abstract LuaValue rawget(LuaValue key);

    @Override
    public LuaValue rawget(int key) {
        return NIL;
    }

    @Override
    public abstract Varargs next(LuaValue key);

    @Override
    public Varargs inext(LuaValue key) {
        return NONE;
    }

    @Override
    public int length() {
        return 0;
    }

    @Override
    public int rawlen() {
        return 0;
    }

    /** Returns the metatable, as Redis does: scripts can see that reading a missing name is an error. */
    @Override
    public LuaValue getmetatable() {
        return metatable;
    }
}

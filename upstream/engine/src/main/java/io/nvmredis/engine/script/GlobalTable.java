package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Table {@code _G} of one run: the names that all scripts share, KEYS, ARGV and {@code _G} itself. Reading a missing
 * name is an error, as is any assignment.
 */
final class GlobalTable extends ReadonlyTable {
    static final LuaString KEYS = LuaString.valueOf("KEYS");
    static final LuaString ARGV = LuaString.valueOf("ARGV");
    static final LuaString SELF = LuaString.valueOf("_G");

    private final ReadonlyTable shared;
    private final ReadonlyTable metatable;
    private final LuaTable keys;
    private final LuaTable arguments;

    GlobalTable(ReadonlyTable shared, ReadonlyTable metatable, LuaTable keys, LuaTable arguments) {
        this.shared = shared;
        this.metatable = metatable;
        this.keys = keys;
        this.arguments = arguments;
        seal();
    }

    @Override
    public LuaValue get(LuaValue key) {
        LuaValue value = rawget(key);
        if (value.isnil()) {
            throw ScriptRun.current()
                    .failure("Script attempted to access nonexistent global variable '"
                            + (key.isstring() ? LuaText.of(key.strvalue()) : key.tojstring()) + "'");
        }
        return value;
    }

    @Override
    public LuaValue get(int key) {
        return get(valueOf(key));
    }

    @Override
    public LuaValue rawget(LuaValue key) {
        LuaValue value = shared.rawget(key);
        return value.isnil() ? ownOf(key) : value;
    }

    @Override
    public LuaValue rawget(int key) {
        return NIL;
    }

    private LuaValue ownOf(LuaValue key) {
        if (KEYS.raweq(key)) {
            return keys;
        }
        if (ARGV.raweq(key)) {
            return arguments;
        }
        return SELF.raweq(key) ? this : NIL;
    }

    /** Returns the name after the given one: first the shared names, then KEYS, ARGV and {@code _G}. */
    @Override
    public Varargs next(LuaValue key) {
        if (KEYS.raweq(key)) {
            return varargsOf(ARGV, arguments);
        }
        if (ARGV.raweq(key)) {
            return varargsOf(SELF, this);
        }
        if (SELF.raweq(key)) {
            return NIL;
        }
        Varargs next = shared.next(key);
        return next.arg1().isnil() ? varargsOf(KEYS, keys) : next;
    }

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

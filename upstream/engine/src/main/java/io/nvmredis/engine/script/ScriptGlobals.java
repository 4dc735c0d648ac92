package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Table {@code _G} of one run of a script: the names that all scripts share, KEYS, ARGV and {@code _G} itself. */
final class ScriptGlobals extends GlobalTable {
    static final LuaString KEYS = LuaString.valueOf("KEYS");
    static final LuaString ARGV = LuaString.valueOf("ARGV");

    private final LuaTable keys;
    private final LuaTable arguments;

    ScriptGlobals(LuaTable keys, LuaTable arguments) {
        super(Libraries.GLOBALS_METATABLE);
        this.keys = keys;
        this.arguments = arguments;
    }

    @Override
    void addTo(LiveSize size) {
        size.add(keys);
        size.add(arguments);
    }

    @Override
    public LuaValue rawget(LuaValue key) {
        LuaValue value = Libraries.SHARED.rawget(key);
        return value.isnil() ? ownOf(key) : value;
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
        Varargs next = Libraries.SHARED.next(key);
        return next.arg1().isnil() ? varargsOf(KEYS, keys) : next;
    }
}

package io.nvmredis.engine.script;

import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Table {@code _G} of a library of functions. While the library is loaded, there is nothing but what it needs to register
 * its functions. Afterwards there are the names that scripts have, without KEYS and ARGV.
 */
final class LibraryGlobals extends GlobalTable {
    private @Nullable Registration registration;

    LibraryGlobals(Registration registration) {
        super(Libraries.GLOBALS_METATABLE);
        this.registration = registration;
    }

    /** Returns what takes the functions of the library; null if it has been loaded. */
    @Nullable
    Registration registration() {
        return registration;
    }

    void loaded() {
        registration = null;
    }

    @Override
    void addTo(LiveSize size) {
        // What a library keeps is in its functions.
    }

    @Override
    public LuaValue rawget(LuaValue key) {
        if (registration != null) {
            return Registration.NAMES.rawget(key);
        }
        return SELF.raweq(key) ? this : Libraries.FUNCTIONS.rawget(key);
    }

    /** Returns the name after the given one: first the shared names, then {@code _G}. */
    @Override
    public Varargs next(LuaValue key) {
        if (SELF.raweq(key)) {
            return NIL;
        }
        Varargs next = Libraries.FUNCTIONS.next(key);
        return next.arg1().isnil() ? varargsOf(SELF, this) : next;
    }
}

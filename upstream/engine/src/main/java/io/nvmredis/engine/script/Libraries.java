package io.nvmredis.engine.script;

import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaThread;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Names of {@code _G} and tables of the libraries, read-only and shared by all scripts. No function in them has state;
 * it asks {@link ScriptRun#current} for what it needs to know of the script that calls it.
 */
final class Libraries {
    static final ReadonlyTable STRING = StringFunctions.table();
    /** Metatable of every string. */
    static final ReadonlyTable STRING_METATABLE = new ReadonlyTable();

    static final ReadonlyTable GLOBALS_METATABLE = new ReadonlyTable();
    static final ReadonlyTable SHARED = new ReadonlyTable();
    /** Names that functions of libraries see. */
    static final ReadonlyTable FUNCTIONS = new ReadonlyTable();
    /** Thread in which LuaJ's interpreter looks for a handler of errors. */
    private static final LuaThread NO_THREAD = new LuaThread(new Globals());

    static {
        STRING_METATABLE.set("__index", STRING);
        STRING_METATABLE.seal();
        ScriptFunction.put(
                GLOBALS_METATABLE, "__index", (run, arguments) -> run.table().get(arguments.get(2)));
        GLOBALS_METATABLE.seal();
        BaseFunctions.addTo(FUNCTIONS);
        FUNCTIONS.set("string", STRING);
        FUNCTIONS.set("table", TableFunctions.table());
        FUNCTIONS.set("math", MathFunctions.table());
        FUNCTIONS.set("coroutine", CoroutineFunctions.table());
        FUNCTIONS.set("bit", BitFunctions.table());
        FUNCTIONS.set("struct", StructFunctions.table());
        FUNCTIONS.set("cmsgpack", MessagePackFunctions.table());
        FUNCTIONS.set("cjson", JsonFunctions.table());
        copy(FUNCTIONS, SHARED);
        BaseFunctions.addErrorHandlerTo(SHARED);
        FUNCTIONS.set("redis", RedisFunctions.forFunctions());
        SHARED.set("redis", RedisFunctions.forScripts());
        FUNCTIONS.seal();
        SHARED.seal();
    }

    private Libraries() {}

    /** Makes what LuaJ has to know of the functions of one script, or of one library. */
    static Globals newGlobals() {
        Globals globals = new Globals();
        globals.running = NO_THREAD;
        return globals;
    }

    private static void copy(ReadonlyTable source, ReadonlyTable target) {
        for (Varargs next = source.next(LuaValue.NIL); !next.arg1().isnil(); next = source.next(next.arg1())) {
            target.set(next.arg1(), next.arg(2));
        }
    }

    /** Sets the metatable of strings, which LuaJ keeps once per JVM and other users of LuaJ may have replaced. */
    static void install() {
        LuaString.s_metatable = STRING_METATABLE;
    }
}

package io.nvmredis.engine.script;

import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaThread;

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
    /** Thread in which LuaJ's interpreter looks for a handler of errors. */
    static final LuaThread NO_THREAD = new LuaThread(new Globals());

    static {
        STRING_METATABLE.set("__index", STRING);
        STRING_METATABLE.seal();
        ScriptFunction.put(
                GLOBALS_METATABLE, "__index", (run, arguments) -> run.table().get(arguments.get(2)));
        GLOBALS_METATABLE.seal();
        BaseFunctions.addTo(SHARED);
        SHARED.set("string", STRING);
        SHARED.set("table", TableFunctions.table());
        SHARED.set("math", MathFunctions.table());
        SHARED.set("coroutine", CoroutineFunctions.table());
        SHARED.set("bit", BitFunctions.table());
        SHARED.set("struct", StructFunctions.table());
        SHARED.set("cmsgpack", MessagePackFunctions.table());
        SHARED.set("cjson", JsonFunctions.table());
        SHARED.set("redis", RedisFunctions.table());
        SHARED.seal();
    }

    private Libraries() {}

    /** Makes {@code _G} of one run. */
    static GlobalTable globals(LuaTable keys, LuaTable arguments) {
        return new GlobalTable(SHARED, GLOBALS_METATABLE, keys, arguments);
    }

    /** Sets the metatable of strings, which LuaJ keeps once per JVM and other users of LuaJ may have replaced. */
    static void install() {
        LuaString.s_metatable = STRING_METATABLE;
    }
}

package io.nvmredis.engine.script;

import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/** A function of a library. It has no state, so all scripts share it. */
final class ScriptFunction extends VarArgFunction {
    private final String label;
    private final Body body;

    /** Code of a function. */
    @FunctionalInterface
    interface Body {
        Varargs call(ScriptRun run, Args arguments);
    }

    ScriptFunction(String label, Body body) {
        this.label = label;
        this.body = body;
    }

    /** Puts a function of this name into a table that is not sealed yet. */
    static void put(ReadonlyTable table, String name, Body body) {
        table.set(LuaValue.valueOf(name), new ScriptFunction(name, body));
    }

    @Override
    public Varargs invoke(Varargs arguments) {
        ScriptRun run = ScriptRun.current();
        run.step();
        return body.call(run, new Args(run, label, arguments));
    }

    @Override
    public String name() {
        return label;
    }
}

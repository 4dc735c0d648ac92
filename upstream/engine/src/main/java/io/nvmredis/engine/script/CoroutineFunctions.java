package io.nvmredis.engine.script;

import java.util.Locale;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/** Library {@code coroutine}. */
final class CoroutineFunctions {
    private CoroutineFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        ScriptFunction.put(table, "create", (run, arguments) -> create(arguments));
        ScriptFunction.put(table, "resume", CoroutineFunctions::resume);
        ScriptFunction.put(table, "running", (run, arguments) -> {
            Coroutine running = run.coroutines().running();
            return running == null ? LuaValue.NIL : running;
        });
        ScriptFunction.put(
                table,
                "status",
                (run, arguments) ->
                        LuaValue.valueOf(coroutine(arguments).status.name().toLowerCase(Locale.ROOT)));
        ScriptFunction.put(table, "wrap", (run, arguments) -> new Wrapped(create(arguments)));
        ScriptFunction.put(table, "yield", (run, arguments) -> run.coroutines().giveBack(arguments.all()));
        return table.seal();
    }

    private static Coroutine create(Args arguments) {
        if (!arguments.get(1).isclosure()) {
            throw arguments.bad(1, "Lua function expected");
        }
        return new Coroutine(arguments.get(1));
    }

    private static Coroutine coroutine(Args arguments) {
        if (arguments.get(1) instanceof Coroutine coroutine) {
            return coroutine;
        }
        throw arguments.bad(1, "coroutine expected");
    }

    private static Varargs resume(ScriptRun run, Args arguments) {
        Coroutine resumed = coroutine(arguments);
        if (resumed.status != Coroutine.Status.SUSPENDED) {
            return LuaValue.varargsOf(LuaValue.FALSE, refusal(resumed));
        }
        try {
            return LuaValue.varargsOf(LuaValue.TRUE, run.coroutines().resume(resumed, arguments.from(2)));
        } catch (ScriptError e) {
            return LuaValue.varargsOf(LuaValue.FALSE, e.value());
        }
    }

    private static LuaString refusal(Coroutine coroutine) {
        return LuaText.of(
                coroutine.status == Coroutine.Status.DEAD
                        ? "cannot resume dead coroutine"
                        : "cannot resume " + (coroutine.status == Coroutine.Status.RUNNING ? "running" : "normal")
                                + " coroutine");
    }

    /** Function that {@code wrap} returns. */
    private static final class Wrapped extends VarArgFunction implements LiveSize.Holder {
        private final Coroutine coroutine;

        Wrapped(Coroutine coroutine) {
            this.coroutine = coroutine;
        }

        @Override
        public Varargs invoke(Varargs arguments) {
            ScriptRun run = ScriptRun.current();
            run.step();
            if (coroutine.status != Coroutine.Status.SUSPENDED) {
                throw run.failure(LuaText.of(refusal(coroutine)));
            }
            try {
                return run.coroutines().resume(coroutine, arguments);
            } catch (ScriptError e) {
                LuaString text = LuaNumbers.asString(e.value());
                throw text == null ? e : run.failure(LuaText.of(text));
            }
        }

        @Override
        public void addTo(LiveSize size) {
            size.add(coroutine);
        }
    }
}

package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Library {@code table}. */
final class TableFunctions {
    private TableFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        ScriptFunction.put(table, "concat", TableFunctions::concat);
        ScriptFunction.put(table, "foreach", TableFunctions::foreach);
        ScriptFunction.put(table, "foreachi", TableFunctions::foreachi);
        ScriptFunction.put(
                table,
                "getn",
                (run, arguments) -> LuaValue.valueOf(arguments.table(1).rawlen()));
        ScriptFunction.put(table, "insert", TableFunctions::insert);
        ScriptFunction.put(table, "maxn", TableFunctions::maxn);
        ScriptFunction.put(table, "remove", TableFunctions::remove);
        ScriptFunction.put(table, "setn", (run, arguments) -> {
            arguments.table(1);
            throw run.failure("'setn' is obsolete");
        });
        ScriptFunction.put(table, "sort", (run, arguments) -> {
            TableSort.sort(run, arguments);
            return LuaValue.NONE;
        });
        return table.seal();
    }

    private static Varargs concat(ScriptRun run, Args arguments) {
        LuaString separator = arguments.optionalString(2);
        LuaTable table = arguments.table(1);
        long first = arguments.integer(3, 1);
        long last = arguments.isMissing(4) ? table.rawlen() : arguments.integer(4);
        ByteBuilder result = new ByteBuilder(run);
        try {
            for (long i = first; i <= last; i++) {
                run.step();
                LuaValue value = table.rawget(LuaValue.valueOf((double) i));
                LuaString text = LuaNumbers.asString(value);
                if (text == null) {
                    throw run.failure(
                            "invalid value (" + value.typename() + ") at index " + i + " in table for 'concat'");
                }
                result.append(text);
                if (i < last && separator != null) {
                    result.append(separator);
                }
            }
            return result.toLuaString();
        } finally {
            result.release();
        }
    }

    private static Varargs foreach(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        LuaValue function = arguments.function(2);
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            run.step();
            LuaValue result = function.invoke(next).arg1();
            if (!result.isnil()) {
                return result;
            }
        }
        return LuaValue.NONE;
    }

    private static Varargs foreachi(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        LuaValue function = arguments.function(2);
        int length = table.rawlen();
        for (int i = 1; i <= length; i++) {
            run.step();
            LuaValue result = function.invoke(LuaValue.varargsOf(LuaValue.valueOf(i), table.rawget(i)))
                    .arg1();
            if (!result.isnil()) {
                return result;
            }
        }
        return LuaValue.NONE;
    }

    private static Varargs insert(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        int end = table.rawlen() + 1;
        switch (arguments.count()) {
            case 2 -> table.rawset(end, arguments.get(2));
            case 3 -> {
                int position = arguments.index(2, 0);
                for (int i = Math.max(end, position); i > position; i--) {
                    run.step();
                    table.rawset(i, table.rawget(i - 1));
                }
                table.rawset(position, arguments.get(3));
            }
            default -> throw run.failure("wrong number of arguments to 'insert'");
        }
        return LuaValue.NONE;
    }

    private static Varargs remove(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        int end = table.rawlen();
        int position = arguments.index(2, end);
        if (position < 1 || position > end) {
            return LuaValue.NONE;
        }
        LuaValue removed = table.rawget(position);
        for (int i = position; i < end; i++) {
            run.step();
            table.rawset(i, table.rawget(i + 1));
        }
        table.rawset(end, LuaValue.NIL);
        return removed;
    }

    private static Varargs maxn(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        double max = 0;
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            run.step();
            if (next.arg1().type() == LuaValue.TNUMBER) {
                max = Math.max(max, next.arg1().todouble());
            }
        }
        return LuaValue.valueOf(max);
    }
}

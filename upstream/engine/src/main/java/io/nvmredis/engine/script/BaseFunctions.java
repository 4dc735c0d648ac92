package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Functions of Lua 5.1 that Redis leaves in {@code _G}. */
final class BaseFunctions {
    /** Number of values for which Lua's stack has room. */
    private static final int MAX_RESULTS = 8_000;

    private static final LuaString METATABLE = LuaValue.METATABLE;
    private static final LuaString COUNT_SIGN = LuaValue.valueOf("#");
    private static final LuaString SOURCE = LuaValue.valueOf("source");
    private static final LuaString LINE = LuaValue.valueOf("line");

    private static final ScriptFunction NEXT =
            new ScriptFunction("next", (run, arguments) -> arguments.table(1).next(arguments.get(2)));
    private static final ScriptFunction NEXT_INDEX = new ScriptFunction("ipairs", BaseFunctions::nextIndex);

    private BaseFunctions() {}

    static void addTo(ReadonlyTable table) {
        table.set("_VERSION", LuaValue.valueOf("Lua 5.1"));
        table.set("next", NEXT);
        ScriptFunction.put(table, "assert", BaseFunctions::assertTrue);
        ScriptFunction.put(table, "collectgarbage", BaseFunctions::collectgarbage);
        ScriptFunction.put(table, "error", BaseFunctions::error);
        ScriptFunction.put(table, "gcinfo", (run, arguments) -> LuaValue.valueOf(0));
        ScriptFunction.put(table, "getmetatable", BaseFunctions::getmetatable);
        ScriptFunction.put(
                table, "ipairs", (run, arguments) -> LuaValue.varargsOf(NEXT_INDEX, arguments.table(1), LuaValue.ZERO));
        ScriptFunction.put(table, "load", BaseFunctions::load);
        ScriptFunction.put(table, "loadstring", BaseFunctions::loadstring);
        ScriptFunction.put(
                table, "pairs", (run, arguments) -> LuaValue.varargsOf(NEXT, arguments.table(1), LuaValue.NIL));
        ScriptFunction.put(table, "pcall", BaseFunctions::pcall);
        ScriptFunction.put(
                table,
                "rawequal",
                (run, arguments) -> LuaValue.valueOf(arguments.any(1).raweq(arguments.any(2))));
        ScriptFunction.put(
                table, "rawget", (run, arguments) -> arguments.table(1).rawget(arguments.any(2)));
        ScriptFunction.put(table, "rawset", BaseFunctions::rawset);
        ScriptFunction.put(table, "select", BaseFunctions::select);
        ScriptFunction.put(table, "setmetatable", BaseFunctions::setmetatable);
        ScriptFunction.put(table, "tonumber", BaseFunctions::tonumber);
        ScriptFunction.put(table, "tostring", (run, arguments) -> text(run, arguments.any(1)));
        ScriptFunction.put(
                table,
                "type",
                (run, arguments) -> LuaValue.valueOf(arguments.any(1).typename()));
        ScriptFunction.put(table, "unpack", BaseFunctions::unpack);
        ScriptFunction.put(table, "xpcall", BaseFunctions::xpcall);
    }

    static void addErrorHandlerTo(ReadonlyTable table) {
        ScriptFunction.put(table, "__redis__err__handler", (run, arguments) -> toErrorTable(run, arguments.get(1)));
    }

    private static Varargs assertTrue(ScriptRun run, Args arguments) {
        if (arguments.any(1).toboolean()) {
            return arguments.all();
        }
        LuaString message = arguments.optionalString(2);
        throw run.failure(message == null ? "assertion failed!" : LuaText.of(message));
    }

    private static Varargs collectgarbage(ScriptRun run, Args arguments) {
        LuaString option = arguments.optionalString(1);
        String name = option == null ? "collect" : LuaText.of(option);
        return switch (name) {
            case "stop", "restart", "collect", "step", "setpause", "setstepmul", "count" -> LuaValue.ZERO;
            default -> throw arguments.bad(1, "invalid option '" + name + "'");
        };
    }

    private static Varargs error(ScriptRun run, Args arguments) {
        LuaValue value = arguments.get(1);
        int level = arguments.index(2, 1);
        if (value.isstring() && level > 0) {
            LuaString text = LuaNumbers.asString(value);
            if (text != null) {
                run.memory().take(2L * text.m_length);
                value = LuaText.of(run.prefix(level) + LuaText.of(text));
            }
        }
        throw new ScriptError(value, run.place(1));
    }

    /** Makes the table that Redis makes of an error that the script does not catch. */
    static LuaTable toErrorTable(ScriptRun run, LuaValue error) {
        LuaTable table;
        if (error instanceof LuaTable given) {
            table = given;
        } else {
            LuaString text = text(run, error);
            run.memory().take(2L * text.m_length);
            table = ScriptError.table(LuaText.of("ERR " + LuaText.of(text)));
        }
        Place place = run.place(1);
        if (place.isKnown() && !(table instanceof ReadonlyTable)) {
            table.rawset(SOURCE, place.source());
            table.rawset(LINE, LuaValue.valueOf(place.line()));
        }
        return table;
    }

    private static Varargs getmetatable(ScriptRun run, Args arguments) {
        LuaValue metatable = arguments.any(1).getmetatable();
        if (metatable == null) {
            return LuaValue.NIL;
        }
        LuaValue shown = metatable.istable() ? metatable.rawget(METATABLE) : LuaValue.NIL;
        return shown.isnil() ? metatable : shown;
    }

    private static Varargs setmetatable(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        LuaValue metatable = arguments.get(2);
        if (arguments.count() < 2 || !(metatable.isnil() || metatable.istable())) {
            throw arguments.bad(2, "nil or table expected");
        }
        LuaValue old = table.getmetatable();
        if (old != null && old.istable() && !old.rawget(METATABLE).isnil()) {
            throw run.failure("cannot change a protected metatable");
        }
        return table.setmetatable(metatable.isnil() ? null : metatable);
    }

    private static Varargs nextIndex(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        int index = arguments.index(2, 0) + 1;
        LuaValue value = table.rawget(index);
        return value.isnil() ? LuaValue.NIL : LuaValue.varargsOf(LuaValue.valueOf(index), value);
    }

    private static Varargs loadstring(ScriptRun run, Args arguments) {
        LuaString text = arguments.string(1);
        LuaString name = arguments.optionalString(2);
        return load(run, text, name == null ? text : name);
    }

    /** Compiles the text whose pieces a function returns. */
    private static Varargs load(ScriptRun run, Args arguments) {
        LuaValue pieces = arguments.function(1);
        LuaString name = arguments.optionalString(2);
        ByteBuilder text = new ByteBuilder(run);
        try {
            while (true) {
                LuaValue piece = pieces.call();
                if (piece.isnil()) {
                    break;
                }
                LuaString string = LuaNumbers.asString(piece);
                if (string == null) {
                    return LuaValue.varargsOf(LuaValue.NIL, LuaValue.valueOf("reader function must return a string"));
                }
                if (string.m_length == 0) {
                    break;
                }
                text.append(string);
            }
            return load(run, text.toLuaString(), name == null ? LuaValue.valueOf("=(load)") : name);
        } finally {
            text.release();
        }
    }

    private static Varargs load(ScriptRun run, LuaString text, LuaString name) {
        try {
            return run.closure(ScriptCompiler.compile(run, text, name));
        } catch (ScriptCompiler.SyntaxException e) {
            return LuaValue.varargsOf(LuaValue.NIL, LuaText.of(e.text()));
        }
    }

    private static Varargs pcall(ScriptRun run, Args arguments) {
        LuaValue function = arguments.any(1);
        try {
            return LuaValue.varargsOf(LuaValue.TRUE, run.guarded(() -> call(run, function, arguments.from(2))));
        } catch (ScriptError e) {
            return LuaValue.varargsOf(LuaValue.FALSE, messageOf(e.value()));
        }
    }

    /** Returns the message of an error table, which Redis shows alone; other errors as they are. */
    private static LuaValue messageOf(LuaValue error) {
        LuaValue message = error instanceof LuaTable table ? table.rawget(ScriptError.ERR) : LuaValue.NIL;
        return message.isstring() ? message : error;
    }

    private static Varargs xpcall(ScriptRun run, Args arguments) {
        LuaValue function = arguments.any(1);
        LuaValue handler = arguments.any(2);
        try {
            return LuaValue.varargsOf(LuaValue.TRUE, run.guarded(() -> call(run, function, LuaValue.NONE)));
        } catch (ScriptError e) {
            try {
                return LuaValue.varargsOf(LuaValue.FALSE, run.guarded(() -> call(run, handler, e.value())));
            } catch (ScriptError inHandler) {
                return LuaValue.varargsOf(LuaValue.FALSE, inHandler.value());
            }
        }
    }

    private static Varargs call(ScriptRun run, LuaValue function, Varargs arguments) {
        if (!function.isfunction() && function.metatag(LuaValue.CALL).isnil()) {
            throw new ScriptError(LuaText.of("attempt to call a " + function.typename() + " value"), run.place(1));
        }
        return run.calledByNative(() -> function.invoke(arguments));
    }

    private static Varargs rawset(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        LuaValue key = arguments.any(2);
        if (key.isnil()) {
            throw run.innerFailure("table index is nil");
        }
        if (key.type() == LuaValue.TNUMBER && Double.isNaN(key.todouble())) {
            throw run.innerFailure("table index is NaN");
        }
        table.rawset(key, arguments.any(3));
        return table;
    }

    private static Varargs select(ScriptRun run, Args arguments) {
        if (COUNT_SIGN.raweq(arguments.get(1))) {
            return LuaValue.valueOf(arguments.count() - 1);
        }
        long position = arguments.integer(1);
        if (position < 0) {
            position += arguments.count();
        } else if (position > arguments.count()) {
            position = arguments.count();
        }
        if (position < 1) {
            throw arguments.bad(1, "index out of range");
        }
        return arguments.from((int) position + 1);
    }

    private static Varargs tonumber(ScriptRun run, Args arguments) {
        long base = arguments.integer(2, 10);
        if (base == 10) {
            return LuaNumbers.asNumber(arguments.any(1));
        }
        if (base < 2 || base > 36) {
            throw arguments.bad(2, "base out of range");
        }
        return inBase(LuaText.of(arguments.string(1)).trim(), (int) base);
    }

    private static LuaValue inBase(String text, int base) {
        boolean isNegative = text.startsWith("-");
        String digits = isNegative ? text.substring(1) : text;
        if (base == 16 && (digits.startsWith("0x") || digits.startsWith("0X"))) {
            digits = digits.substring(2);
        }
        double value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 128 ? Character.digit(digits.charAt(i), base) : -1;
            if (digit < 0) {
                return LuaValue.NIL;
            }
            value = value * base + digit;
        }
        if (digits.isEmpty()) {
            return LuaValue.NIL;
        }
        return LuaValue.valueOf(isNegative ? -value : value);
    }

    /** Returns the text that {@code tostring} makes of a value. */
    static LuaString text(ScriptRun run, LuaValue value) {
        LuaValue handler = value.metatag(LuaValue.TOSTRING);
        if (!handler.isnil()) {
            LuaString made = LuaNumbers.asString(handler.call(value));
            if (made == null) {
                throw run.failure("'tostring' must return a string to 'print'");
            }
            return made;
        }
        LuaString text = LuaNumbers.asString(value);
        if (text != null) {
            return text;
        }
        return switch (value.type()) {
            case LuaValue.TNIL, LuaValue.TNONE -> LuaValue.valueOf("nil");
            case LuaValue.TBOOLEAN -> LuaValue.valueOf(value.toboolean() ? "true" : "false");
            case LuaValue.TUSERDATA -> LuaValue.valueOf("userdata: (nil)");
            default -> LuaText.of(value.typename() + ": 0x" + Integer.toHexString(System.identityHashCode(value)));
        };
    }

    private static Varargs unpack(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        long first = arguments.integer(2, 1);
        long last = arguments.isMissing(3) ? table.rawlen() : arguments.integer(3);
        if (first > last) {
            return LuaValue.NONE;
        }
        if (last - first >= MAX_RESULTS || last - first < 0) {
            throw run.failure("too many results to unpack");
        }
        LuaValue[] values = new LuaValue[(int) (last - first + 1)];
        run.steps(values.length >> 3);
        for (int i = 0; i < values.length; i++) {
            values[i] = table.rawget(LuaValue.valueOf((double) (first + i)));
        }
        return LuaValue.varargsOf(values);
    }
}

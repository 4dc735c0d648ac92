package io.nvmredis.engine.script;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Library {@code cjson}, as in lua-cjson 2.1.0. */
final class JsonFunctions {
    /** Value {@code cjson.null}. */
    static final LuaValue NULL = new LuaUserdata(new Object()) {
        @Override
        public String tojstring() {
            return "userdata: NULL";
        }

        @Override
        public LuaValue get(LuaValue key) {
            throw new LuaError("attempt to index a userdata value");
        }

        @Override
        public void set(LuaValue key, LuaValue value) {
            throw new LuaError("attempt to index a userdata value");
        }

        @Override
        public LuaValue setmetatable(@Nullable LuaValue metatable) {
            throw new UnsupportedOperationException();
        }
    };

    private static final int MAX_PRECISION = 14;

    private JsonFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        fill(table, ScriptRun::json);
        return table.seal();
    }

    /** Makes the table that {@code cjson.new} returns, with settings of its own. */
    private static LuaTable fresh() {
        JsonSettings settings = new JsonSettings();
        LuaTable table = new LuaTable();
        fill(table, run -> settings);
        return table;
    }

    private static void fill(LuaTable table, Function<ScriptRun, JsonSettings> settings) {
        table.set("_NAME", LuaValue.valueOf("cjson"));
        table.set("_VERSION", LuaValue.valueOf("2.1.0"));
        table.set("null", NULL);
        put(table, "encode", (run, arguments) -> {
            requireOne(arguments);
            return JsonWriter.write(run, settings.apply(run), arguments.get(1));
        });
        put(table, "decode", (run, arguments) -> {
            requireOne(arguments);
            return JsonReader.read(run, settings.apply(run), arguments.string(1));
        });
        put(table, "new", (run, arguments) -> fresh());
        put(table, "encode_sparse_array", (run, arguments) -> sparse(settings.apply(run), arguments));
        put(table, "encode_max_depth", (run, arguments) -> {
            JsonSettings set = settings.apply(run);
            set.encodeMaxDepth = number(arguments, 1, 1, Integer.MAX_VALUE, set.encodeMaxDepth);
            return LuaValue.valueOf(set.encodeMaxDepth);
        });
        put(table, "decode_max_depth", (run, arguments) -> {
            JsonSettings set = settings.apply(run);
            set.decodeMaxDepth = number(arguments, 1, 1, Integer.MAX_VALUE, set.decodeMaxDepth);
            return LuaValue.valueOf(set.decodeMaxDepth);
        });
        put(table, "encode_number_precision", (run, arguments) -> {
            JsonSettings set = settings.apply(run);
            set.numberPrecision = number(arguments, 1, 1, MAX_PRECISION, set.numberPrecision);
            return LuaValue.valueOf(set.numberPrecision);
        });
        put(table, "encode_keep_buffer", (run, arguments) -> {
            JsonSettings set = settings.apply(run);
            set.keepsBuffer = flag(arguments, 1, set.keepsBuffer);
            return LuaValue.valueOf(set.keepsBuffer);
        });
        put(table, "encode_invalid_numbers", (run, arguments) -> {
            JsonSettings set = settings.apply(run);
            boolean isNull = arguments.get(1).isstring()
                    && LuaText.of(arguments.string(1)).equals("null");
            set.encodesInvalidNumbers = isNull ? 2 : flag(arguments, 1, set.encodesInvalidNumbers == 1) ? 1 : 0;
            return isNull ? LuaValue.valueOf("null") : LuaValue.valueOf(set.encodesInvalidNumbers == 1);
        });
        put(table, "decode_invalid_numbers", (run, arguments) -> {
            JsonSettings set = settings.apply(run);
            set.decodesInvalidNumbers = flag(arguments, 1, set.decodesInvalidNumbers);
            return LuaValue.valueOf(set.decodesInvalidNumbers);
        });
    }

    private static void put(LuaTable table, String name, ScriptFunction.Body body) {
        table.set(LuaValue.valueOf(name), new ScriptFunction(name, body));
    }

    private static void requireOne(Args arguments) {
        if (arguments.count() != 1) {
            throw arguments.bad(1, "expected 1 argument");
        }
    }

    private static Varargs sparse(JsonSettings set, Args arguments) {
        set.convertsSparse = flag(arguments, 1, set.convertsSparse);
        set.sparseRatio = number(arguments, 2, 0, Integer.MAX_VALUE, set.sparseRatio);
        set.sparseSafe = number(arguments, 3, 0, Integer.MAX_VALUE, set.sparseSafe);
        return LuaValue.varargsOf(
                LuaValue.valueOf(set.convertsSparse),
                LuaValue.valueOf(set.sparseRatio),
                LuaValue.valueOf(set.sparseSafe));
    }

    private static int number(Args arguments, int position, int min, int max, int otherwise) {
        if (arguments.isMissing(position)) {
            return otherwise;
        }
        long value = arguments.integer(position);
        if (value < min || value > max) {
            throw arguments.bad(position, "expected integer between " + min + " and " + max);
        }
        return (int) value;
    }

    private static boolean flag(Args arguments, int position, boolean otherwise) {
        LuaValue value = arguments.get(position);
        if (value.isnil()) {
            return otherwise;
        }
        if (value.type() == LuaValue.TBOOLEAN) {
            return value.toboolean();
        }
        return switch (LuaText.of(arguments.string(position))) {
            case "on" -> true;
            case "off" -> false;
            default -> throw arguments.bad(position, "invalid option '" + LuaText.of(arguments.string(position)) + "'");
        };
    }
}

package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Function {@code cjson.encode}. */
final class JsonWriter {
    /** Depth of nesting for which Java's stack has room; it holds whatever limit a script sets. */
    private static final int MAX_DEPTH = 4_000;

    private static final int NO_ARRAY = -1;
    private static final int DELETE = 127;

    private final ScriptRun run;
    private final JsonSettings settings;
    private final ByteBuilder result;

    private JsonWriter(ScriptRun run, JsonSettings settings) {
        this.run = run;
        this.settings = settings;
        result = new ByteBuilder(run);
    }

    static LuaString write(ScriptRun run, JsonSettings settings, LuaValue value) {
        JsonWriter writer = new JsonWriter(run, settings);
        try {
            writer.value(value, 0);
            return writer.result.toLuaString();
        } finally {
            writer.result.release();
        }
    }

    private void value(LuaValue value, int depth) {
        run.step();
        switch (value.type()) {
            case LuaValue.TSTRING -> string((LuaString) value);
            case LuaValue.TNUMBER -> number(value);
            case LuaValue.TBOOLEAN -> result.append(value.toboolean() ? "true" : "false");
            case LuaValue.TNIL, LuaValue.TNONE -> result.append("null");
            case LuaValue.TTABLE -> table((LuaTable) value, depth + 1);
            default -> {
                if (!JsonFunctions.NULL.raweq(value)) {
                    throw fault(value, "type not supported");
                }
                result.append("null");
            }
        }
    }

    private ScriptError fault(LuaValue value, String why) {
        return run.failure("Cannot serialise " + value.typename() + ": " + why);
    }

    private void number(LuaValue number) {
        double value = number.todouble();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            if (settings.encodesInvalidNumbers == 0) {
                throw fault(number, "must not be NaN or Inf");
            }
            if (settings.encodesInvalidNumbers == 2) {
                result.append("null");
                return;
            }
        }
        result.append(LuaNumbers.format(value, settings.numberPrecision));
    }

    private void table(LuaTable table, int depth) {
        if (depth > settings.encodeMaxDepth || depth > MAX_DEPTH) {
            throw run.failure("Cannot serialise, excessive nesting (" + depth + ")");
        }
        int length = arrayLength(table);
        if (length > 0) {
            array(table, length, depth);
        } else {
            object(table, depth);
        }
    }

    /**
     * Returns the largest key if all keys are positive whole numbers with few enough gaps; otherwise {@link #NO_ARRAY}.
     * With too many gaps this is an error unless the settings convert such tables.
     */
    private int arrayLength(LuaTable table) {
        double max = 0;
        int count = 0;
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            run.step();
            double key = next.arg1().type() == LuaValue.TNUMBER ? next.arg1().todouble() : 0;
            if (key < 1 || key != Math.floor(key)) {
                return NO_ARRAY;
            }
            max = Math.max(max, key);
            count++;
        }
        if (settings.sparseRatio > 0 && max > (double) count * settings.sparseRatio && max > settings.sparseSafe) {
            if (!settings.convertsSparse) {
                throw fault(table, "excessively sparse array");
            }
            return NO_ARRAY;
        }
        return (int) Math.min(max, Integer.MAX_VALUE);
    }

    private void array(LuaTable table, int length, int depth) {
        result.append('[');
        for (int i = 1; i <= length; i++) {
            if (i > 1) {
                result.append(',');
            }
            value(table.rawget(i), depth);
        }
        result.append(']');
    }

    private void object(LuaTable table, int depth) {
        result.append('{');
        boolean isFirst = true;
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            if (!isFirst) {
                result.append(',');
            }
            isFirst = false;
            key(next.arg1());
            result.append(':');
            value(next.arg(2), depth);
        }
        result.append('}');
    }

    private void key(LuaValue key) {
        if (key instanceof LuaString string) {
            string(string);
        } else if (key.type() == LuaValue.TNUMBER) {
            result.append('"');
            number(key);
            result.append('"');
        } else {
            throw fault(key, "table key must be a number or string");
        }
    }

    private void string(LuaString string) {
        result.append('"');
        run.steps(string.m_length >> 3);
        for (int i = 0; i < string.m_length; i++) {
            int c = string.luaByte(i);
            switch (c) {
                case '"' -> result.append("\\\"");
                case '\\' -> result.append("\\\\");
                case '/' -> result.append("\\/");
                case '\b' -> result.append("\\b");
                case '\t' -> result.append("\\t");
                case '\n' -> result.append("\\n");
                case '\f' -> result.append("\\f");
                case '\r' -> result.append("\\r");
                default -> {
                    if (c < ' ' || c == DELETE) {
                        result.append(c < 16 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
                    } else {
                        result.append(c);
                    }
                }
            }
        }
        result.append('"');
    }
}

package io.nvmredis.engine.script;

import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Library {@code cmsgpack}: values in the encoding of MessagePack (msgpack.org), as in lua-cmsgpack 0.4.0. */
final class MessagePackFunctions {
    /** Number of nested tables that are written; a deeper table is written as nil. */
    private static final int MAX_PACKED_DEPTH = 16;

    private static final int MAX_RESULTS = 7_900;

    private MessagePackFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        table.set("_NAME", LuaValue.valueOf("cmsgpack"));
        table.set("_VERSION", LuaValue.valueOf("lua-cmsgpack 0.4.0"));
        table.set("_COPYRIGHT", LuaValue.valueOf("Copyright (C) 2012, Salvatore Sanfilippo"));
        table.set("_DESCRIPTION", LuaValue.valueOf("MessagePack C implementation for Lua"));
        ScriptFunction.put(table, "pack", MessagePackFunctions::pack);
        ScriptFunction.put(table, "unpack", (run, arguments) -> unpack(run, arguments.string(1), 0, 0));
        ScriptFunction.put(
                table, "unpack_one", (run, arguments) -> unpack(run, arguments.string(1), 1, arguments.integer(2, 0)));
        ScriptFunction.put(
                table,
                "unpack_limit",
                (run, arguments) -> unpack(run, arguments.string(1), arguments.integer(2), arguments.integer(3, 0)));
        return table.seal();
    }

    private static Varargs pack(ScriptRun run, Args arguments) {
        if (arguments.count() == 0) {
            throw arguments.bad(0, "MessagePack pack needs input.");
        }
        ByteBuilder result = new ByteBuilder(run);
        try {
            for (int i = 1; i <= arguments.count(); i++) {
                pack(run, result, arguments.get(i), 0);
            }
            return result.toLuaString();
        } finally {
            result.release();
        }
    }

    private static void pack(ScriptRun run, ByteBuilder result, LuaValue value, int depth) {
        run.step();
        if (value instanceof LuaString string) {
            header(result, string.m_length, 0xa0, 31, 0xd9, 0xda, 0xdb);
            result.append(string);
        } else if (value.type() == LuaValue.TNUMBER) {
            number(result, value.todouble());
        } else if (value.type() == LuaValue.TBOOLEAN) {
            result.append(value.toboolean() ? 0xc3 : 0xc2);
        } else if (value instanceof LuaTable table && depth < MAX_PACKED_DEPTH) {
            table(run, result, table, depth);
        } else {
            result.append(0xc0);
        }
    }

    private static void table(ScriptRun run, ByteBuilder result, LuaTable table, int depth) {
        int count = 0;
        double max = 0;
        boolean isArray = true;
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            run.step();
            count++;
            double key = next.arg1().type() == LuaValue.TNUMBER ? next.arg1().todouble() : 0;
            isArray &= key > 0 && key == Math.rint(key);
            max = Math.max(max, key);
        }
        if (isArray && max == count) {
            header(result, count, 0x90, 15, -1, 0xdc, 0xdd);
            for (int i = 1; i <= count; i++) {
                pack(run, result, table.rawget(i), depth + 1);
            }
            return;
        }
        header(result, count, 0x80, 15, -1, 0xde, 0xdf);
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            pack(run, result, next.arg1(), depth + 1);
            pack(run, result, next.arg(2), depth + 1);
        }
    }

    private static void header(ByteBuilder result, int count, int small, int max, int one, int two, int four) {
        if (count <= max) {
            result.append(small | count);
        } else if (count <= 0xff && one >= 0) {
            result.append(one);
            bigEndian(result, count, 1);
        } else if (count <= 0xffff) {
            result.append(two);
            bigEndian(result, count, 2);
        } else {
            result.append(four);
            bigEndian(result, count, 4);
        }
    }

    private static void number(ByteBuilder result, double number) {
        if ((long) number == number && Math.abs(number) < 0x1p63) {
            integer(result, (long) number);
        } else if ((float) number == number) {
            result.append(0xca);
            bigEndian(result, Float.floatToRawIntBits((float) number), 4);
        } else {
            result.append(0xcb);
            bigEndian(result, Double.doubleToRawLongBits(number), 8);
        }
    }

    private static void integer(ByteBuilder result, long value) {
        if (value >= -32 && value <= 127) {
            result.append((int) value);
            return;
        }
        int size;
        if (value >= 0) {
            size = value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffffffL ? 4 : 8;
        } else {
            size = value >= Byte.MIN_VALUE ? 1 : value >= Short.MIN_VALUE ? 2 : value >= Integer.MIN_VALUE ? 4 : 8;
        }
        result.append((value >= 0 ? 0xcc : 0xd0) + Integer.numberOfTrailingZeros(size));
        bigEndian(result, value, size);
    }

    private static void bigEndian(ByteBuilder result, long value, int size) {
        for (int i = size - 1; i >= 0; i--) {
            result.append((int) (value >>> (8 * i)));
        }
    }

    /**
     * Reads all values if limit and offset are 0. Otherwise reads at most {@code limit} values and puts before them the
     * offset at which to go on, or -1 at the end.
     */
    private static Varargs unpack(ScriptRun run, LuaString data, long limit, long offset) {
        if (offset < 0 || limit < 0) {
            throw run.failure(
                    "Invalid request to unpack with offset of " + offset + " and limit of " + data.m_length + ".");
        }
        if (offset > data.m_length) {
            throw run.failure("Start offset " + offset + " greater than input length " + data.m_length + ".");
        }
        boolean isAll = limit == 0 && offset == 0;
        MessagePackReader reader = new MessagePackReader(run, data, (int) offset);
        List<LuaValue> found = new ArrayList<>();
        long most = isAll ? Long.MAX_VALUE : limit;
        while (!reader.isAtEnd() && found.size() < most) {
            if (found.size() >= MAX_RESULTS) {
                throw run.failure("too many return values at once; use unpack_one or unpack_limit instead.");
            }
            found.add(reader.value(0));
        }
        if (!isAll) {
            found.add(0, LuaValue.valueOf(reader.isAtEnd() ? -1 : reader.position()));
        }
        return LuaValue.varargsOf(found.toArray(new LuaValue[0]));
    }
}

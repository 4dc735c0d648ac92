package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** Reads values from bytes in the encoding of MessagePack. */
final class MessagePackReader {
    private static final int MAX_DEPTH = 1_000;

    private final ScriptRun run;
    private final LuaString data;
    private int at;

    MessagePackReader(ScriptRun run, LuaString data, int offset) {
        this.run = run;
        this.data = data;
        at = offset;
    }

    boolean isAtEnd() {
        return at >= data.m_length;
    }

    int position() {
        return at;
    }

    LuaValue value(int depth) {
        run.step();
        int type = (int) unsigned(1);
        if (type <= 0x7f || type >= 0xe0) {
            return LuaValue.valueOf((byte) type);
        }
        if (type <= 0x8f) {
            return map(type & 0xf, depth);
        }
        if (type <= 0x9f) {
            return array(type & 0xf, depth);
        }
        if (type <= 0xbf) {
            return string(type & 0x1f);
        }
        return switch (type) {
            case 0xc0 -> LuaValue.NIL;
            case 0xc2 -> LuaValue.FALSE;
            case 0xc3 -> LuaValue.TRUE;
            case 0xc4, 0xd9 -> string(unsigned(1));
            case 0xc5, 0xda -> string(unsigned(2));
            case 0xc6, 0xdb -> string(unsigned(4));
            case 0xca -> LuaValue.valueOf((double) Float.intBitsToFloat((int) unsigned(4)));
            case 0xcb -> LuaValue.valueOf(Double.longBitsToDouble(unsigned(8)));
            case 0xcc -> LuaValue.valueOf((double) unsigned(1));
            case 0xcd -> LuaValue.valueOf((double) unsigned(2));
            case 0xce -> LuaValue.valueOf((double) unsigned(4));
            case 0xcf -> unsignedLong(unsigned(8));
            case 0xd0 -> LuaValue.valueOf((byte) unsigned(1));
            case 0xd1 -> LuaValue.valueOf((short) unsigned(2));
            case 0xd2 -> LuaValue.valueOf((int) unsigned(4));
            case 0xd3 -> LuaValue.valueOf((double) unsigned(8));
            case 0xdc -> array(unsigned(2), depth);
            case 0xdd -> array(unsigned(4), depth);
            case 0xde -> map(unsigned(2), depth);
            case 0xdf -> map(unsigned(4), depth);
            default -> throw run.failure("Bad data format in input.");
        };
    }

    private static LuaValue unsignedLong(long value) {
        return LuaValue.valueOf(value >= 0 ? (double) value : (value >>> 1) * 2.0 + (value & 1));
    }

    private long unsigned(int size) {
        require(size);
        long value = 0;
        for (int i = 0; i < size; i++) {
            value = (value << 8) | data.luaByte(at++);
        }
        return value;
    }

    private void require(long size) {
        if (size > data.m_length - at) {
            throw run.failure("Missing bytes in input.");
        }
    }

    private LuaString string(long length) {
        require(length);
        run.memory().take(length);
        LuaString string = LuaString.valueOf(data.m_bytes, data.m_offset + at, (int) length);
        at += (int) length;
        return string;
    }

    private LuaTable array(long count, int depth) {
        requireDepth(depth);
        LuaTable table = run.building(new LuaTable());
        for (long i = 1; i <= count; i++) {
            table.rawset((int) i, value(depth + 1));
        }
        run.built();
        return table;
    }

    private LuaTable map(long count, int depth) {
        requireDepth(depth);
        LuaTable table = run.building(new LuaTable());
        for (long i = 0; i < count; i++) {
            LuaValue key = value(depth + 1);
            LuaValue value = value(depth + 1);
            if (key.isnil()) {
                throw run.failure("table index is nil");
            }
            if (key.type() == LuaValue.TNUMBER && Double.isNaN(key.todouble())) {
                throw run.failure("table index is NaN");
            }
            table.rawset(key, value);
        }
        run.built();
        return table;
    }

    private void requireDepth(int depth) {
        if (depth > MAX_DEPTH) {
            throw run.failure("too many nested data structures");
        }
    }
}

package io.nvmredis.engine.script;

import io.nvmredis.engine.bytes.RespLines;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * Makes Lua values of a reply: an integer becomes a number, a bulk string a string, an array a table, a null of RESP2
 * false and one of RESP3 nil. What RESP3 alone has becomes a table with one field, which says what it is.
 */
final class ReplyReader {
    private static final int MAX_DEPTH = 1_000;
    /** Size of a table with its first places. */
    private static final int TABLE_BYTES = 96;
    /** Size of a field of a table that is no place. */
    private static final int ENTRY_BYTES = 40;

    private static final int FORMAT_LENGTH = 3;

    private final ScriptRun run;
    private final byte[] reply;
    private int at;

    private ReplyReader(ScriptRun run, byte[] reply) {
        this.run = run;
        this.reply = reply;
    }

    static LuaValue read(ScriptRun run, byte[] reply) {
        return new ReplyReader(run, reply).value(0);
    }

    private LuaValue value(int depth) {
        run.step();
        if (at >= reply.length || depth > MAX_DEPTH) {
            return LuaValue.FALSE;
        }
        return switch (reply[at++]) {
            case '+' -> single(RedisFunctions.OK, line());
            case '-' -> single(ScriptError.ERR, line());
            case ':' -> LuaValue.valueOf((double) number());
            case '$' -> bulk((int) number());
            case '*' -> array((int) number(), depth);
            case '_' -> {
                line();
                yield LuaValue.NIL;
            }
            case '#' -> LuaValue.valueOf(line().luaByte(0) == 't');
            case ',' -> single(ReplyWriter.DOUBLE, LuaNumbers.parse(LuaText.of(line())));
            case '(' -> single(ReplyWriter.BIG_NUMBER, line());
            case '=' -> single(ReplyWriter.VERBATIM, verbatim((int) number()));
            case '%' -> single(ReplyWriter.MAP, map((int) number(), depth));
            case '~' -> single(ReplyWriter.SET, set((int) number(), depth));
            case '>' -> array((int) number(), depth);
            default -> throw run.failure("unexpected reply of a command");
        };
    }

    private static LuaTable single(LuaValue field, LuaValue value) {
        LuaTable table = new LuaTable(0, 1);
        table.rawset(field, value);
        return table;
    }

    private LuaString line() {
        LuaString line = LuaString.valueOf(reply, at, RespLines.end(reply, at) - at);
        at = RespLines.next(reply, at);
        return line;
    }

    private long number() {
        long number = RespLines.number(reply, at);
        at = RespLines.next(reply, at);
        return number;
    }

    private LuaValue bulk(int length) {
        if (length < 0) {
            return LuaValue.FALSE;
        }
        run.memory().take(length);
        LuaString string = LuaString.valueOf(reply, at, length);
        at += length + 2;
        return string;
    }

    private LuaValue array(int length, int depth) {
        if (length < 0) {
            return LuaValue.FALSE;
        }
        run.memory().take(TABLE_BYTES + 4L * length);
        LuaTable table = run.building(new LuaTable(length, 0));
        for (int i = 1; i <= length; i++) {
            table.rawset(i, value(depth + 1));
        }
        run.built();
        return table;
    }

    private LuaTable map(int count, int depth) {
        run.memory().take(TABLE_BYTES + 2L * ENTRY_BYTES * count);
        LuaTable table = run.building(new LuaTable(0, count));
        for (int i = 0; i < count; i++) {
            LuaValue name = value(depth + 1);
            table.rawset(name, value(depth + 1));
        }
        run.built();
        return table;
    }

    private LuaTable set(int count, int depth) {
        run.memory().take(TABLE_BYTES + 2L * ENTRY_BYTES * count);
        LuaTable table = run.building(new LuaTable(0, count));
        for (int i = 0; i < count; i++) {
            table.rawset(value(depth + 1), LuaValue.TRUE);
        }
        run.built();
        return table;
    }

    /** Three letters for the format, a colon, and the text. */
    private LuaTable verbatim(int length) {
        LuaString whole = (LuaString) bulk(length);
        LuaTable table = new LuaTable(0, 2);
        table.rawset(ReplyWriter.FORMAT, whole.substring(0, FORMAT_LENGTH));
        table.rawset(ReplyWriter.STRING, whole.substring(FORMAT_LENGTH + 1, whole.m_length));
        return table;
    }
}

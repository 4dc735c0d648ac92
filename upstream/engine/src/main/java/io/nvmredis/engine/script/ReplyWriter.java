package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Writes the value that a script returns as a reply, in the protocol of the client. */
final class ReplyWriter {
    static final LuaString DOUBLE = LuaValue.valueOf("double");
    static final LuaString MAP = LuaValue.valueOf("map");
    static final LuaString SET = LuaValue.valueOf("set");
    static final LuaString BIG_NUMBER = LuaValue.valueOf("big_number");
    static final LuaString VERBATIM = LuaValue.valueOf("verbatim_string");
    static final LuaString STRING = LuaValue.valueOf("string");
    static final LuaString FORMAT = LuaValue.valueOf("format");
    private static final LuaString BLANK = LuaValue.valueOf(" ");
    private static final int FORMAT_LENGTH = 3;
    private static final int MAX_DEPTH = 1_000;

    private final ScriptRun run;
    private final ByteBuilder reply;
    private final boolean isResp3;

    private ReplyWriter(ScriptRun run) {
        this.run = run;
        isResp3 = run.host().repliesInResp3();
        reply = new ByteBuilder(run);
    }

    static byte[] write(ScriptRun run, LuaValue value) {
        ReplyWriter writer = new ReplyWriter(run);
        try {
            writer.value(value, 0);
            return writer.reply.toBytes();
        } finally {
            writer.reply.release();
        }
    }

    private void value(LuaValue value, int depth) {
        run.step();
        if (depth > MAX_DEPTH) {
            throw new ScriptError(ScriptError.table(LuaValue.valueOf("ERR reached lua stack limit")), Place.UNKNOWN);
        }
        switch (value.type()) {
            case LuaValue.TSTRING -> bulk((LuaString) value);
            case LuaValue.TNUMBER -> integer(LuaNumbers.toLong(value.todouble()));
            case LuaValue.TBOOLEAN -> truth(value.toboolean());
            case LuaValue.TTABLE -> table((LuaTable) value, depth);
            default -> reply.append(isResp3 ? "_\r\n" : "$-1\r\n");
        }
    }

    /** A script that has not asked for RESP3 has no other null than false. */
    private void truth(boolean isTrue) {
        if (!run.isResp3()) {
            reply.append(isTrue ? ":1\r\n" : isResp3 ? "_\r\n" : "$-1\r\n");
        } else if (isResp3) {
            reply.append(isTrue ? "#t\r\n" : "#f\r\n");
        } else {
            reply.append(isTrue ? ":1\r\n" : ":0\r\n");
        }
    }

    private void bulk(LuaString string) {
        reply.append("$").append(Integer.toString(string.m_length)).append("\r\n");
        reply.append(string).append("\r\n");
    }

    private void integer(long value) {
        reply.append(":").append(Long.toString(value)).append("\r\n");
    }

    private void table(LuaTable table, int depth) {
        LuaString error = LuaNumbers.asString(table.rawget(ScriptError.ERR));
        LuaString status = LuaNumbers.asString(table.rawget(RedisFunctions.OK));
        LuaValue number = table.rawget(DOUBLE);
        LuaString bigNumber = LuaNumbers.asString(table.rawget(BIG_NUMBER));
        if (error != null) {
            line('-', error);
        } else if (status != null) {
            line('+', status);
        } else if (number.type() == LuaValue.TNUMBER) {
            number(LuaText.of(LuaNumbers.exactText(number)));
        } else if (table.rawget(MAP) instanceof LuaTable map) {
            pairs(map, true, depth);
        } else if (table.rawget(SET) instanceof LuaTable set) {
            pairs(set, false, depth);
        } else if (bigNumber != null) {
            bigNumber(withoutLineEnds(bigNumber));
        } else if (table.rawget(VERBATIM) instanceof LuaTable verbatim
                && verbatim.rawget(STRING) instanceof LuaString text
                && verbatim.rawget(FORMAT).isstring()) {
            verbatim(text, verbatim.rawget(FORMAT).checkstring());
        } else {
            array(table, depth);
        }
    }

    private void number(LuaString text) {
        if (isResp3) {
            reply.append(",").append(text).append("\r\n");
        } else {
            bulk(text);
        }
    }

    private void bigNumber(LuaString text) {
        if (isResp3) {
            reply.append("(").append(text).append("\r\n");
        } else {
            bulk(text);
        }
    }

    private void verbatim(LuaString text, LuaString format) {
        if (isResp3) {
            reply.append("=")
                    .append(Integer.toString(text.m_length + FORMAT_LENGTH + 1))
                    .append("\r\n");
            for (int i = 0; i < FORMAT_LENGTH; i++) {
                reply.append(i < format.m_length ? format.substring(i, i + 1) : BLANK);
            }
            reply.append(":").append(text).append("\r\n");
        } else {
            bulk(text);
        }
    }

    private void line(char type, LuaString text) {
        reply.append(type).append(withoutLineEnds(text)).append("\r\n");
    }

    /** Returns a text with blanks in place of line ends, which would end the reply. */
    private LuaString withoutLineEnds(LuaString text) {
        if (text.indexOf((byte) '\r', 0) < 0 && text.indexOf((byte) '\n', 0) < 0) {
            return text;
        }
        run.memory().take(2L * text.m_length);
        return LuaText.of(LuaText.of(text).replace('\r', ' ').replace('\n', ' '));
    }

    private void pairs(LuaTable table, boolean isMap, int depth) {
        int count = 0;
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            run.step();
            count++;
        }
        if (isResp3) {
            reply.append(isMap ? "%" : "~").append(Integer.toString(count)).append("\r\n");
        } else {
            reply.append("*")
                    .append(Integer.toString(isMap ? 2 * count : count))
                    .append("\r\n");
        }
        for (Varargs next = table.next(LuaValue.NIL); !next.arg1().isnil(); next = table.next(next.arg1())) {
            value(next.arg1(), depth + 1);
            if (isMap) {
                value(next.arg(2), depth + 1);
            }
        }
    }

    /** Writes the elements of a table up to the first nil. */
    private void array(LuaTable table, int depth) {
        int length = 0;
        while (!table.rawget(length + 1).isnil()) {
            run.step();
            length++;
        }
        reply.append("*").append(Integer.toString(length)).append("\r\n");
        for (int i = 1; i <= length; i++) {
            value(table.rawget(i), depth + 1);
        }
    }
}

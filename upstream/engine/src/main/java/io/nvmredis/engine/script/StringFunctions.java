package io.nvmredis.engine.script;

import java.util.Arrays;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/** Library {@code string}. */
final class StringFunctions {
    private static final int MAX_RESULTS = 8_000;

    private StringFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        ScriptFunction.put(table, "byte", StringFunctions::byteAt);
        ScriptFunction.put(table, "char", StringFunctions::character);
        ScriptFunction.put(table, "dump", (run, arguments) -> {
            arguments.function(1);
            throw run.failure("unable to dump given function");
        });
        ScriptFunction.put(table, "find", (run, arguments) -> find(run, arguments, true));
        ScriptFunction.put(table, "format", (run, arguments) -> new StringFormat(run, arguments).format());
        ScriptFunction.put(table, "gfind", StringFunctions::gmatch);
        ScriptFunction.put(table, "gmatch", StringFunctions::gmatch);
        ScriptFunction.put(table, "gsub", (run, arguments) -> new Substitution(run, arguments).all());
        ScriptFunction.put(table, "len", (run, arguments) -> LuaValue.valueOf(arguments.string(1).m_length));
        ScriptFunction.put(table, "lower", (run, arguments) -> changed(run, arguments.string(1), 'A', 'Z', 32));
        ScriptFunction.put(table, "match", (run, arguments) -> find(run, arguments, false));
        ScriptFunction.put(table, "rep", StringFunctions::repeat);
        ScriptFunction.put(table, "reverse", StringFunctions::reverse);
        ScriptFunction.put(table, "sub", StringFunctions::sub);
        ScriptFunction.put(table, "upper", (run, arguments) -> changed(run, arguments.string(1), 'a', 'z', -32));
        return table.seal();
    }

    /** Returns a position from 1; a negative one is counted from the end of the string. */
    private static long position(long given, int length) {
        return given >= 0 ? given : Math.max(0, given + length + 1);
    }

    private static Varargs byteAt(ScriptRun run, Args arguments) {
        LuaString string = arguments.string(1);
        long first = position(arguments.integer(2, 1), string.m_length);
        long last = Math.min(position(arguments.integer(3, first), string.m_length), string.m_length);
        first = Math.max(1, first);
        if (first > last) {
            return LuaValue.NONE;
        }
        if (last - first >= MAX_RESULTS) {
            throw run.failure("string slice too long");
        }
        LuaValue[] values = new LuaValue[(int) (last - first + 1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = LuaValue.valueOf(string.luaByte((int) first - 1 + i));
        }
        return LuaValue.varargsOf(values);
    }

    private static Varargs character(ScriptRun run, Args arguments) {
        byte[] bytes = new byte[arguments.count()];
        for (int i = 0; i < bytes.length; i++) {
            long value = arguments.integer(i + 1);
            if (value != (value & 0xff)) {
                throw arguments.bad(i + 1, "invalid value");
            }
            bytes[i] = (byte) value;
        }
        return LuaString.valueUsing(bytes);
    }

    private static LuaString changed(ScriptRun run, LuaString string, char from, char to, int by) {
        byte[] bytes = copy(run, string);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] >= from && bytes[i] <= to) {
                bytes[i] += (byte) by;
            }
        }
        return LuaString.valueUsing(bytes);
    }

    private static byte[] copy(ScriptRun run, LuaString string) {
        run.memory().take(string.m_length);
        run.steps(string.m_length >> 5);
        return Arrays.copyOfRange(string.m_bytes, string.m_offset, string.m_offset + string.m_length);
    }

    private static Varargs reverse(ScriptRun run, Args arguments) {
        byte[] bytes = copy(run, arguments.string(1));
        for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
            byte kept = bytes[i];
            bytes[i] = bytes[j];
            bytes[j] = kept;
        }
        return LuaString.valueUsing(bytes);
    }

    private static Varargs repeat(ScriptRun run, Args arguments) {
        LuaString string = arguments.string(1);
        long count = Math.max(0, arguments.integer(2));
        if (string.m_length == 0 || count == 0) {
            return LuaValue.EMPTYSTRING;
        }
        if (count > (Integer.MAX_VALUE - 16) / string.m_length) {
            throw run.failure("not enough memory");
        }
        int length = (int) count * string.m_length;
        run.memory().take(length);
        run.steps(length >> 8);
        byte[] bytes = new byte[length];
        System.arraycopy(string.m_bytes, string.m_offset, bytes, 0, string.m_length);
        for (int done = string.m_length; done < length; done *= 2) {
            System.arraycopy(bytes, 0, bytes, done, Math.min(done, length - done));
            if (done > length / 2) {
                break;
            }
        }
        return LuaString.valueUsing(bytes);
    }

    private static Varargs sub(ScriptRun run, Args arguments) {
        LuaString string = arguments.string(1);
        long first = Math.max(1, position(arguments.integer(2), string.m_length));
        long last = Math.min(position(arguments.integer(3, -1), string.m_length), string.m_length);
        if (first > last) {
            return LuaValue.EMPTYSTRING;
        }
        run.memory().take(last - first + 1);
        return LuaString.valueOf(string.m_bytes, string.m_offset + (int) first - 1, (int) (last - first + 1));
    }

    private static Varargs find(ScriptRun run, Args arguments, boolean tellsWhere) {
        LuaString string = arguments.string(1);
        LuaString pattern = arguments.string(2);
        long begin = position(arguments.integer(3, 1), string.m_length) - 1;
        int from = (int) Math.max(0, Math.min(begin, string.m_length));
        if (tellsWhere && (arguments.get(4).toboolean() || LuaPattern.isPlain(pattern))) {
            int at = LuaPattern.indexOf(run, string, pattern, from);
            return at < 0 ? LuaValue.NIL : place(at, at + pattern.m_length);
        }
        boolean isAnchored = pattern.m_length > 0 && pattern.luaByte(0) == '^';
        LuaPattern matcher = new LuaPattern(run, string, pattern);
        for (int at = from; at <= string.m_length; at++) {
            int end = matcher.matchAt(at, isAnchored ? 1 : 0);
            if (end >= 0) {
                Varargs captures = matcher.captures(at, end, !tellsWhere);
                return tellsWhere
                        ? LuaValue.varargsOf(LuaValue.valueOf(at + 1), LuaValue.valueOf(end), captures)
                        : captures;
            }
            if (isAnchored) {
                break;
            }
        }
        return LuaValue.NIL;
    }

    private static Varargs place(int begin, int end) {
        return LuaValue.varargsOf(LuaValue.valueOf(begin + 1), LuaValue.valueOf(end));
    }

    private static Varargs gmatch(ScriptRun run, Args arguments) {
        return new Matches(arguments.string(1), arguments.string(2));
    }

    /** Iterator that {@code gmatch} returns. */
    private static final class Matches extends VarArgFunction implements LiveSize.Holder {
        private final LuaString string;
        private final LuaString pattern;
        private int next;

        Matches(LuaString string, LuaString pattern) {
            this.string = string;
            this.pattern = pattern;
        }

        @Override
        public Varargs invoke(Varargs arguments) {
            LuaPattern matcher = new LuaPattern(ScriptRun.current(), string, pattern);
            for (int at = next; at <= string.m_length; at++) {
                int end = matcher.matchAt(at, 0);
                if (end >= 0) {
                    next = end == at ? end + 1 : end;
                    return matcher.captures(at, end, true);
                }
            }
            next = string.m_length + 1;
            return LuaValue.NIL;
        }

        @Override
        public void addTo(LiveSize size) {
            size.add(string);
            size.add(pattern);
        }
    }

    /** One call of {@code gsub}. */
    private static final class Substitution {
        private final ScriptRun run;
        private final LuaString string;
        private final LuaString pattern;
        private final LuaValue replacement;
        private final long limit;
        private final LuaPattern matcher;
        private final ByteBuilder result;

        Substitution(ScriptRun run, Args arguments) {
            this.run = run;
            string = arguments.string(1);
            pattern = arguments.string(2);
            replacement = arguments.get(3);
            if (!(replacement.isstring() || replacement.istable() || replacement.isfunction())) {
                throw arguments.bad(3, "string/function/table expected");
            }
            limit = arguments.integer(4, string.m_length + 1L);
            matcher = new LuaPattern(run, string, pattern);
            result = new ByteBuilder(run);
        }

        Varargs all() {
            try {
                int count = substitute();
                return LuaValue.varargsOf(result.toLuaString(), LuaValue.valueOf(count));
            } finally {
                result.release();
            }
        }

        private int substitute() {
            boolean isAnchored = pattern.m_length > 0 && pattern.luaByte(0) == '^';
            int at = 0;
            int count = 0;
            while (count < limit) {
                int end = matcher.matchAt(at, isAnchored ? 1 : 0);
                if (end >= 0) {
                    count++;
                    add(at, end);
                }
                if (end > at) {
                    at = end;
                } else if (at < string.m_length) {
                    result.append(string.m_bytes[string.m_offset + at]);
                    at++;
                } else {
                    break;
                }
                if (isAnchored) {
                    break;
                }
            }
            if (at < string.m_length) {
                result.append(string.m_bytes, string.m_offset + at, string.m_length - at);
            }
            return count;
        }

        private void add(int begin, int end) {
            LuaString text = LuaNumbers.asString(replacement);
            if (text != null) {
                addText(text, begin, end);
                return;
            }
            LuaValue found = replacement.istable()
                    ? replacement.get(matcher.capture(0, begin, end))
                    : call(matcher.captures(begin, end, true));
            if (!found.toboolean()) {
                result.append(string.m_bytes, string.m_offset + begin, end - begin);
                return;
            }
            LuaString made = LuaNumbers.asString(found);
            if (made == null) {
                throw run.failure("invalid replacement value (a " + found.typename() + ")");
            }
            result.append(made);
        }

        private LuaValue call(Varargs captures) {
            return replacement.invoke(captures).arg1();
        }

        private void addText(LuaString text, int begin, int end) {
            int i = 0;
            while (i < text.m_length) {
                int c = text.luaByte(i++);
                if (c != '%') {
                    result.append(c);
                    continue;
                }
                int what = i < text.m_length ? text.luaByte(i) : 0;
                i++;
                if (what < '0' || what > '9') {
                    result.append(what);
                } else if (what == '0') {
                    result.append(string.m_bytes, string.m_offset + begin, end - begin);
                } else {
                    LuaString captured = LuaNumbers.asString(matcher.capture(what - '1', begin, end));
                    result.append(captured == null ? LuaValue.EMPTYSTRING : captured);
                }
            }
        }
    }
}

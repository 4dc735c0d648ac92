package io.nvmredis.engine.script;

import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Library {@code struct}: Roberto Ierusalimschy's library for C's structures, as in Redis. */
final class StructFunctions {
    private static final int MAX_INTEGER_BYTES = 32;
    private static final int MAX_ALIGNMENT = 8;
    private static final int MAX_RESULTS = 8_000;

    private StructFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        ScriptFunction.put(table, "pack", StructFunctions::pack);
        ScriptFunction.put(table, "size", StructFunctions::size);
        ScriptFunction.put(table, "unpack", StructFunctions::unpack);
        return table.seal();
    }

    private static Varargs pack(ScriptRun run, Args arguments) {
        Format format = new Format(run, arguments);
        ByteBuilder result = new ByteBuilder(run);
        try {
            int argument = 2;
            while (format.next(result.length())) {
                for (int i = 0; i < format.padding; i++) {
                    result.append(0);
                }
                switch (format.option) {
                    case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' ->
                        putInteger(result, format, arguments.number(argument++));
                    case 'x' -> result.append(0);
                    case 'f' -> putBits(result, format, Float.floatToRawIntBits((float) arguments.number(argument++)));
                    case 'd' -> putBits(result, format, Double.doubleToRawLongBits(arguments.number(argument++)));
                    case 'c', 's' -> {
                        LuaString string = arguments.string(argument++);
                        long size = format.size == 0 ? string.m_length : format.size;
                        if (string.m_length < size) {
                            throw arguments.bad(argument, "string too short");
                        }
                        result.append(string.m_bytes, string.m_offset, (int) size);
                        if (format.option == 's') {
                            result.append(0);
                        }
                    }
                    default -> format.control();
                }
            }
            return result.toLuaString();
        } finally {
            result.release();
        }
    }

    private static void putInteger(ByteBuilder result, Format format, double number) {
        long value = number >= 0x1p63 ? (long) (number - 0x1p63) ^ Long.MIN_VALUE : (long) number;
        putBits(result, format, value);
    }

    private static void putBits(ByteBuilder result, Format format, long value) {
        int size = (int) format.size;
        for (int i = 0; i < size; i++) {
            int at = format.isBigEndian ? size - 1 - i : i;
            result.append(at < Long.BYTES ? (int) (value >>> (8 * at)) : 0);
        }
    }

    private static Varargs size(ScriptRun run, Args arguments) {
        Format format = new Format(run, arguments);
        long position = 0;
        while (format.next(position)) {
            position += format.padding;
            if (format.option == 's') {
                throw arguments.bad(1, "option 's' has no fixed size");
            }
            if (format.option == 'c' && format.size == 0) {
                throw arguments.bad(1, "option 'c0' has no fixed size");
            }
            if (!Character.isLetterOrDigit(format.option)) {
                format.control();
            }
            position += format.size;
        }
        return LuaValue.valueOf((double) position);
    }

    private static Varargs unpack(ScriptRun run, Args arguments) {
        Format format = new Format(run, arguments);
        LuaString data = arguments.string(2);
        long begin = arguments.integer(3, 1);
        if (begin < 1) {
            throw arguments.bad(3, "offset must be 1 or greater");
        }
        long position = begin - 1;
        List<LuaValue> found = new ArrayList<>();
        while (format.next(position)) {
            run.step();
            position += format.padding;
            require(arguments, data, position, format.size);
            if (found.size() >= MAX_RESULTS) {
                throw run.failure("stack overflow (too many results)");
            }
            long size = format.size;
            switch (format.option) {
                case 'b', 'B', 'h', 'H', 'l', 'L', 'T', 'i', 'I' -> found.add(integer(data, (int) position, format));
                case 'x' -> {
                    // A byte of padding has no value.
                }
                case 'f' ->
                    found.add(
                            LuaValue.valueOf((double) Float.intBitsToFloat((int) bits(data, (int) position, format))));
                case 'd' -> found.add(LuaValue.valueOf(Double.longBitsToDouble(bits(data, (int) position, format))));
                case 'c' -> {
                    if (size == 0) {
                        size = sizeBefore(run, found);
                        require(arguments, data, position, size);
                    }
                    found.add(part(run, data, position, size));
                }
                case 's' -> {
                    long end = position;
                    while (end < data.m_length && data.luaByte((int) end) != 0) {
                        end++;
                    }
                    if (end >= data.m_length) {
                        throw run.failure("unfinished string in data");
                    }
                    found.add(part(run, data, position, end - position));
                    size = end - position + 1;
                }
                default -> format.control();
            }
            position += size;
        }
        found.add(LuaValue.valueOf((double) (position + 1)));
        return LuaValue.varargsOf(found.toArray(new LuaValue[0]));
    }

    private static LuaString part(ScriptRun run, LuaString data, long position, long size) {
        run.memory().take(size);
        return LuaString.valueOf(data.m_bytes, data.m_offset + (int) position, (int) size);
    }

    private static void require(Args arguments, LuaString data, long position, long size) {
        if (size < 0 || size > data.m_length || position > data.m_length - size) {
            throw arguments.bad(2, "data string too short");
        }
    }

    private static long sizeBefore(ScriptRun run, List<LuaValue> found) {
        LuaValue last = found.isEmpty() ? LuaValue.NIL : LuaNumbers.asNumber(found.get(found.size() - 1));
        if (last.isnil()) {
            throw run.failure("format 'c0' needs a previous size");
        }
        found.remove(found.size() - 1);
        return (long) last.todouble();
    }

    private static long bits(LuaString data, int position, Format format) {
        int size = (int) format.size;
        long value = 0;
        for (int i = 0; i < size; i++) {
            int at = format.isBigEndian ? position + i : position + size - 1 - i;
            value = (value << 8) | data.luaByte(at);
        }
        return value;
    }

    private static LuaValue integer(LuaString data, int position, Format format) {
        long value = bits(data, position, format);
        boolean isSigned = Character.isLowerCase(format.option);
        if (isSigned && format.size < Long.BYTES && format.size > 0) {
            int unused = Long.SIZE - 8 * (int) format.size;
            value = value << unused >> unused;
        }
        if (!isSigned && value < 0) {
            return LuaValue.valueOf((value >>> 1) * 2.0 + (value & 1));
        }
        return LuaValue.valueOf((double) value);
    }

    /** Reader of a format, option by option. */
    private static final class Format {
        private final ScriptRun run;
        private final Args arguments;
        private final LuaString text;
        private int at;
        private long alignment = 1;
        boolean isBigEndian;
        char option;
        long size;
        long padding;

        Format(ScriptRun run, Args arguments) {
            this.run = run;
            this.arguments = arguments;
            text = arguments.string(1);
        }

        /** Reads the next option, whose data begins at this position; tells whether there is one. */
        boolean next(long position) {
            if (at >= text.m_length || text.luaByte(at) == 0) {
                return false;
            }
            option = (char) text.luaByte(at++);
            size = optionSize();
            padding = padding(position);
            return true;
        }

        private long optionSize() {
            return switch (option) {
                case 'B', 'b', 'x' -> 1;
                case 'H', 'h' -> 2;
                case 'f' -> 4;
                case 'L', 'l', 'T', 'd' -> 8;
                case 'c' -> number(1);
                case 'i', 'I' -> {
                    long bytes = number(4);
                    if (bytes > MAX_INTEGER_BYTES) {
                        throw run.failure("integral size " + bytes + " is larger than limit of " + MAX_INTEGER_BYTES);
                    }
                    yield bytes;
                }
                default -> 0;
            };
        }

        private long number(long otherwise) {
            if (!isDigit()) {
                return otherwise;
            }
            long number = 0;
            while (isDigit()) {
                number = number * 10 + text.luaByte(at++) - '0';
                if (number > Integer.MAX_VALUE) {
                    throw run.failure("integral size overflow");
                }
            }
            return number;
        }

        private boolean isDigit() {
            return at < text.m_length && text.luaByte(at) >= '0' && text.luaByte(at) <= '9';
        }

        private long padding(long position) {
            if (size == 0 || option == 'c') {
                return 0;
            }
            long unit = Math.min(size, alignment);
            return (unit - (position & (unit - 1))) & (unit - 1);
        }

        /** Obeys an option that stands for no data. */
        void control() {
            switch (option) {
                case ' ' -> {
                    // A blank only separates options.
                }
                case '>' -> isBigEndian = true;
                case '<' -> isBigEndian = false;
                case '!' -> {
                    long given = number(MAX_ALIGNMENT);
                    if (given < 1 || (given & (given - 1)) != 0) {
                        throw run.failure("alignment " + given + " is not a power of 2");
                    }
                    alignment = given;
                }
                default -> throw arguments.bad(1, "invalid format option '" + option + "'");
            }
        }
    }
}

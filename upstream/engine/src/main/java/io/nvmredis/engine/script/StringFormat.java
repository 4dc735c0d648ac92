package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;

/** One call of {@code string.format}. */
final class StringFormat {
    private static final String FLAGS = "-+ #0";
    private static final int MAX_FLAGS = 5;
    private static final int UNSAID = -1;
    /** Length from which a string is taken as it is if no precision is given. */
    private static final int LONG_STRING = 100;

    private final ScriptRun run;
    private final Args arguments;
    private final LuaString format;
    private final ByteBuilder result;
    private int at;
    private int argument = 1;

    StringFormat(ScriptRun run, Args arguments) {
        this.run = run;
        this.arguments = arguments;
        format = arguments.string(1);
        result = new ByteBuilder(run);
    }

    LuaString format() {
        try {
            while (at < format.m_length) {
                int c = format.luaByte(at++);
                if (c != '%') {
                    result.append(c);
                } else if (peek() == '%') {
                    at++;
                    result.append('%');
                } else {
                    item();
                }
            }
            return result.toLuaString();
        } finally {
            result.release();
        }
    }

    private int peek() {
        return at < format.m_length ? format.luaByte(at) : 0;
    }

    private void item() {
        if (++argument > arguments.count()) {
            throw arguments.bad(argument, "no value");
        }
        StringBuilder flags = new StringBuilder();
        while (peek() != 0 && FLAGS.indexOf(peek()) >= 0) {
            flags.append((char) peek());
            at++;
        }
        if (flags.length() >= MAX_FLAGS + 1) {
            throw run.failure("invalid format (repeated flags)");
        }
        int width = twoDigits();
        int precision = UNSAID;
        if (peek() == '.') {
            at++;
            precision = Math.max(0, twoDigits());
        }
        if (isDigit(peek())) {
            throw run.failure("invalid format (width or precision too long)");
        }
        int conversion = peek();
        at++;
        convert(new PrintfNumber(flags.toString(), Math.max(0, width), precision), (char) conversion);
    }

    private int twoDigits() {
        int number = UNSAID;
        for (int i = 0; i < 2 && isDigit(peek()); i++) {
            number = Math.max(0, number) * 10 + peek() - '0';
            at++;
        }
        return number;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private void convert(PrintfNumber form, char conversion) {
        switch (conversion) {
            case 'c' -> pad(form, new byte[] {(byte) arguments.integer(argument)});
            case 'd', 'i' -> result.append(form.decimal(arguments.integer(argument)));
            case 'o', 'u', 'x', 'X' -> result.append(form.unsigned(unsigned(), conversion));
            case 'e', 'E', 'f', 'g', 'G' -> result.append(form.real(arguments.number(argument), conversion));
            case 'q' -> quote(arguments.string(argument));
            case 's' -> string(form);
            default ->
                throw run.failure("invalid option '%" + (conversion == 0 ? "" : "" + conversion) + "' to 'format'");
        }
    }

    /** Returns the argument as C converts a double to an unsigned 64-bit number. */
    private long unsigned() {
        double number = arguments.number(argument);
        return number >= 0x1p63 ? (long) (number - 0x1p63) ^ Long.MIN_VALUE : (long) number;
    }

    private void string(PrintfNumber form) {
        LuaString text = arguments.string(argument);
        if (form.precision() == UNSAID && text.m_length >= LONG_STRING) {
            result.append(text);
            return;
        }
        // C's strings end at a zero.
        int length = 0;
        int limit = form.precision() == UNSAID ? text.m_length : Math.min(text.m_length, form.precision());
        while (length < limit && text.luaByte(length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        System.arraycopy(text.m_bytes, text.m_offset, bytes, 0, length);
        pad(form, bytes);
    }

    private void pad(PrintfNumber form, byte[] bytes) {
        String blanks = " ".repeat(Math.max(0, form.width() - bytes.length));
        boolean isLeft = form.flags().indexOf('-') >= 0;
        result.append(isLeft ? "" : blanks);
        result.append(bytes, 0, bytes.length);
        result.append(isLeft ? blanks : "");
    }

    private void quote(LuaString text) {
        result.append('"');
        for (int i = 0; i < text.m_length; i++) {
            int c = text.luaByte(i);
            switch (c) {
                case '"', '\\', '\n' -> result.append('\\').append(c);
                case '\r' -> result.append("\\r");
                case 0 -> result.append("\\000");
                default -> result.append(c);
            }
        }
        result.append('"');
    }
}

package io.nvmredis.engine.script;

import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** Function {@code cjson.decode}. */
final class JsonReader {
    private static final int END = -1;
    /** Depth of nesting for which Java's stack has room; it holds whatever limit a script sets. */
    private static final int MAX_DEPTH = 4_000;

    private final ScriptRun run;
    private final JsonSettings settings;
    private final LuaString text;
    private int at;
    private int depth;
    /** Kind of the token that was read last. */
    private Token token = Token.T_END;

    private int tokenAt;
    private LuaValue tokenValue = LuaValue.NIL;
    private String tokenFault = "";

    /** Kinds of tokens, under the names that messages show. */
    private enum Token {
        T_OBJ_BEGIN,
        T_OBJ_END,
        T_ARR_BEGIN,
        T_ARR_END,
        T_STRING,
        T_NUMBER,
        T_BOOLEAN,
        T_NULL,
        T_COLON,
        T_COMMA,
        T_END,
        T_ERROR
    }

    private JsonReader(ScriptRun run, JsonSettings settings, LuaString text) {
        this.run = run;
        this.settings = settings;
        this.text = text;
    }

    static LuaValue read(ScriptRun run, JsonSettings settings, LuaString text) {
        if (text.m_length >= 2 && (text.luaByte(0) == 0 || text.luaByte(1) == 0)) {
            throw run.failure("JSON parser does not support UTF-16 or UTF-32");
        }
        JsonReader reader = new JsonReader(run, settings, text);
        reader.next();
        LuaValue value = reader.value();
        reader.next();
        if (reader.token != Token.T_END) {
            throw reader.expected("the end");
        }
        return value;
    }

    private ScriptError expected(String what) {
        String found = token == Token.T_ERROR ? tokenFault : token.name();
        return run.failure("Expected " + what + " but found " + found + " at character " + (tokenAt + 1));
    }

    private LuaValue value() {
        run.step();
        return switch (token) {
            case T_STRING, T_NUMBER, T_BOOLEAN, T_NULL -> tokenValue;
            case T_OBJ_BEGIN -> object();
            case T_ARR_BEGIN -> array();
            default -> throw expected("value");
        };
    }

    private void descend() {
        depth++;
        if (depth > settings.decodeMaxDepth || depth > MAX_DEPTH) {
            throw run.failure("Found too many nested data structures (" + depth + ") at character " + (tokenAt + 1));
        }
    }

    private LuaTable object() {
        descend();
        LuaTable table = run.building(new LuaTable());
        next();
        if (token != Token.T_OBJ_END) {
            while (true) {
                member(table);
                next();
                if (token == Token.T_OBJ_END) {
                    break;
                }
                if (token != Token.T_COMMA) {
                    throw expected("comma or object end");
                }
                next();
            }
        }
        run.built();
        depth--;
        return table;
    }

    private void member(LuaTable table) {
        if (token != Token.T_STRING) {
            throw expected("object key string");
        }
        LuaValue key = tokenValue;
        next();
        if (token != Token.T_COLON) {
            throw expected("colon");
        }
        next();
        table.rawset(key, value());
    }

    private LuaTable array() {
        descend();
        LuaTable table = run.building(new LuaTable());
        next();
        if (token != Token.T_ARR_END) {
            for (int i = 1; ; i++) {
                table.rawset(i, value());
                next();
                if (token == Token.T_ARR_END) {
                    break;
                }
                if (token != Token.T_COMMA) {
                    throw expected("comma or array end");
                }
                next();
            }
        }
        run.built();
        depth--;
        return table;
    }

    private int peek() {
        return at < text.m_length ? text.luaByte(at) : END;
    }

    private void next() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            at++;
            run.step();
        }
        tokenAt = at;
        int c = peek();
        switch (c) {
            case END -> token = Token.T_END;
            case '{' -> symbol(Token.T_OBJ_BEGIN);
            case '}' -> symbol(Token.T_OBJ_END);
            case '[' -> symbol(Token.T_ARR_BEGIN);
            case ']' -> symbol(Token.T_ARR_END);
            case ',' -> symbol(Token.T_COMMA);
            case ':' -> symbol(Token.T_COLON);
            case '"' -> string();
            default -> {
                if (c == '-' || (c >= '0' && c <= '9')) {
                    number();
                } else {
                    word();
                }
            }
        }
    }

    private void symbol(Token read) {
        token = read;
        at++;
    }

    private void value(Token read, LuaValue value) {
        token = read;
        tokenValue = value;
    }

    private void fault(String why) {
        token = Token.T_ERROR;
        tokenFault = why;
    }

    private void word() {
        if (follows("true")) {
            value(Token.T_BOOLEAN, LuaValue.TRUE);
        } else if (follows("false")) {
            value(Token.T_BOOLEAN, LuaValue.FALSE);
        } else if (follows("null")) {
            value(Token.T_NULL, JsonFunctions.NULL);
        } else if (settings.decodesInvalidNumbers && "iInN".indexOf(peek()) >= 0) {
            number();
        } else {
            fault("invalid token");
        }
    }

    private boolean follows(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (at + i >= text.m_length || text.luaByte(at + i) != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        return true;
    }

    /** Reads all characters that can belong to a number, and takes of them what strtod(3) takes. */
    private void number() {
        int begin = at;
        while (peek() != END && ("+-.".indexOf(peek()) >= 0 || isLetterOrDigit(peek()))) {
            at++;
        }
        String word = LuaText.of(text.substring(begin, at));
        if (!settings.decodesInvalidNumbers && isInvalid(word)) {
            at = begin;
            fault("invalid number");
            return;
        }
        for (int end = word.length(); end > 0; end--) {
            LuaValue number = LuaNumbers.parse(word.substring(0, end));
            if (!number.isnil()) {
                at = begin + end;
                value(Token.T_NUMBER, number);
                return;
            }
            run.step();
        }
        at = begin;
        fault(word.startsWith("-") || isDigit(word) ? "invalid number" : "invalid token");
    }

    private static boolean isDigit(String word) {
        return !word.isEmpty() && word.charAt(0) >= '0' && word.charAt(0) <= '9';
    }

    private static boolean isInvalid(String word) {
        String digits = word.startsWith("-") ? word.substring(1) : word;
        if (digits.startsWith("0")) {
            return digits.length() > 1
                    && ((digits.charAt(1) | 0x20) == 'x' || (digits.charAt(1) >= '0' && digits.charAt(1) <= '9'));
        }
        return !isDigit(digits);
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    }

    private void string() {
        at++;
        ByteBuilder result = new ByteBuilder(run);
        try {
            while (peek() != '"') {
                run.step();
                int c = peek();
                if (c == END) {
                    tokenAt = at;
                    fault("unexpected end of string");
                    return;
                }
                at++;
                if (c != '\\') {
                    result.append(c);
                } else if (!escape(result)) {
                    return;
                }
            }
            at++;
            value(Token.T_STRING, result.toLuaString());
        } finally {
            result.release();
        }
    }

    private boolean escape(ByteBuilder result) {
        int c = peek();
        at++;
        switch (c) {
            case '"', '\\', '/' -> result.append(c);
            case 'b' -> result.append('\b');
            case 't' -> result.append('\t');
            case 'n' -> result.append('\n');
            case 'f' -> result.append('\f');
            case 'r' -> result.append('\r');
            case 'u' -> {
                return unicode(result);
            }
            default -> {
                at--;
                tokenAt = at - 1;
                fault("invalid escape code");
                return false;
            }
        }
        return true;
    }

    private boolean unicode(ByteBuilder result) {
        int begin = at - 2;
        int point = hexadecimal();
        if (point >= 0xd800 && point <= 0xdbff) {
            int low = -1;
            if (peek() == '\\') {
                at++;
                if (peek() == 'u') {
                    at++;
                    low = hexadecimal();
                }
            }
            point = low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((point - 0xd800) << 10) + low - 0xdc00 : -1;
        } else if (point >= 0xdc00 && point <= 0xdfff) {
            point = -1;
        }
        if (point < 0) {
            tokenAt = begin;
            fault("invalid unicode escape code");
            return false;
        }
        utf8(result, point);
        return true;
    }

    private int hexadecimal() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = peek() == END || peek() > 127 ? -1 : Character.digit(peek(), 16);
            if (digit < 0) {
                return -1;
            }
            value = value * 16 + digit;
            at++;
        }
        return value;
    }

    private static void utf8(ByteBuilder result, int point) {
        if (point < 0x80) {
            result.append(point);
        } else if (point < 0x800) {
            result.append(0xc0 | (point >> 6)).append(0x80 | (point & 0x3f));
        } else if (point < 0x10000) {
            result.append(0xe0 | (point >> 12))
                    .append(0x80 | ((point >> 6) & 0x3f))
                    .append(0x80 | (point & 0x3f));
        } else {
            result.append(0xf0 | (point >> 18))
                    .append(0x80 | ((point >> 12) & 0x3f))
                    .append(0x80 | ((point >> 6) & 0x3f))
                    .append(0x80 | (point & 0x3f));
        }
    }
}

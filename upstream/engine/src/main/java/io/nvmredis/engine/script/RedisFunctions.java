package io.nvmredis.engine.script;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Library {@code redis}. */
final class RedisFunctions {
    static final LuaString OK = LuaValue.valueOf("ok");

    private static final String VERSION = "7.0.15";
    private static final int VERSION_NUMBER = 0x7000f;
    private static final List<String> LOG_LEVELS = List.of("LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING");
    private static final int MAX_REPLICATION = 3;

    private RedisFunctions() {}

    /** Returns the table that functions of libraries see. */
    static ReadonlyTable forFunctions() {
        ReadonlyTable table = new ReadonlyTable();
        addTo(table);
        return table.seal();
    }

    /** Returns the table that scripts see. */
    static ReadonlyTable forScripts() {
        ReadonlyTable table = new ReadonlyTable();
        addTo(table);
        ScriptFunction.put(table, "breakpoint", (run, arguments) -> LuaValue.FALSE);
        ScriptFunction.put(table, "debug", (run, arguments) -> LuaValue.NONE);
        ScriptFunction.put(table, "replicate_commands", (run, arguments) -> LuaValue.TRUE);
        return table.seal();
    }

    /** Adds the log and the version, which are all that a library may use while it is loaded. */
    static void addLogTo(ReadonlyTable table) {
        for (int level = 0; level < LOG_LEVELS.size(); level++) {
            table.set(LOG_LEVELS.get(level), LuaValue.valueOf(level));
        }
        table.set("REDIS_VERSION", LuaValue.valueOf(VERSION));
        table.set("REDIS_VERSION_NUM", LuaValue.valueOf(VERSION_NUMBER));
        ScriptFunction.put(table, "log", RedisFunctions::log);
    }

    private static void addTo(ReadonlyTable table) {
        addLogTo(table);
        table.set("REPL_NONE", LuaValue.valueOf(0));
        table.set("REPL_AOF", LuaValue.valueOf(1));
        table.set("REPL_SLAVE", LuaValue.valueOf(2));
        table.set("REPL_REPLICA", LuaValue.valueOf(2));
        table.set("REPL_ALL", LuaValue.valueOf(MAX_REPLICATION));
        ScriptFunction.put(table, "acl_check_cmd", RedisFunctions::aclCheckCommand);
        ScriptFunction.put(table, "call", (run, arguments) -> call(run, arguments, true));
        ScriptFunction.put(table, "error_reply", (run, arguments) -> singleField(run, arguments, true));
        ScriptFunction.put(table, "pcall", (run, arguments) -> call(run, arguments, false));
        ScriptFunction.put(table, "set_repl", RedisFunctions::setRepl);
        ScriptFunction.put(table, "setresp", RedisFunctions::setResp);
        ScriptFunction.put(table, "sha1hex", (run, arguments) -> {
            if (arguments.count() != 1) {
                throw raised(run, "wrong number of arguments");
            }
            LuaString text = LuaNumbers.asString(arguments.get(1));
            return LuaText.of(ScriptHash.of(LuaText.bytes(text == null ? LuaValue.EMPTYSTRING : text)));
        });
        ScriptFunction.put(table, "status_reply", (run, arguments) -> singleField(run, arguments, false));
    }

    /** Makes an error with Redis's code {@code ERR} in front. */
    static ScriptError raised(ScriptRun run, String message) {
        return new ScriptError(ScriptError.table(LuaText.of("ERR " + message)), run.place(1));
    }

    private static Varargs call(ScriptRun run, Args arguments, boolean raises) {
        LuaValue result = run(run, arguments);
        if (raises
                && result instanceof LuaTable table
                && table.rawget(ScriptError.ERR).isstring()) {
            throw new ScriptError(table, run.place(1));
        }
        return result;
    }

    private static LuaValue run(ScriptRun run, Args arguments) {
        if (arguments.count() == 0) {
            return ScriptError.table(
                    LuaValue.valueOf("ERR Please specify at least one argument for this redis lib call"));
        }
        List<byte[]> words = words(run, arguments);
        if (words == null) {
            return ScriptError.table(
                    LuaValue.valueOf("ERR Lua redis lib command arguments must be strings or integers"));
        }
        if (run.host().isToEnd()) {
            throw new ScriptEnded(run.place(1));
        }
        byte[] reply = run.coroutines().onScriptThread(() -> run.host().call(words, run.isReadOnly(), run.isResp3()));
        run.memory().hold(reply.length);
        try {
            return ReplyReader.read(run, reply);
        } finally {
            run.memory().hold(-reply.length);
        }
    }

    private static @Nullable List<byte[]> words(ScriptRun run, Args arguments) {
        List<byte[]> words = new ArrayList<>(arguments.count());
        for (int i = 1; i <= arguments.count(); i++) {
            LuaValue value = arguments.get(i);
            if (value instanceof LuaString string) {
                if (string.m_length < string.m_bytes.length) {
                    run.memory().take(string.m_length);
                }
                words.add(LuaText.bytes(string));
            } else if (value.type() == LuaValue.TNUMBER) {
                words.add(LuaNumbers.exactText(value).getBytes(StandardCharsets.US_ASCII));
            } else {
                return null;
            }
        }
        return words;
    }

    private static Varargs aclCheckCommand(ScriptRun run, Args arguments) {
        if (arguments.count() == 0) {
            throw raised(run, "Please specify at least one argument for this redis lib call");
        }
        List<byte[]> words = words(run, arguments);
        if (words == null) {
            throw raised(run, "redis.acl_check_cmd() arguments must be strings or integers");
        }
        Boolean isAllowed = run.host().allows(words);
        if (isAllowed == null) {
            throw raised(run, "Invalid command passed to redis.acl_check_cmd()");
        }
        return LuaValue.valueOf(isAllowed);
    }

    private static Varargs singleField(ScriptRun run, Args arguments, boolean isError) {
        if (arguments.count() != 1 || arguments.get(1).type() != LuaValue.TSTRING) {
            return ScriptError.table(LuaValue.valueOf("ERR wrong number or type of arguments"));
        }
        LuaString text = arguments.string(1);
        LuaTable table = new LuaTable(0, 1);
        if (isError) {
            run.memory().take(4L * text.m_length);
            table.rawset(ScriptError.ERR, LuaText.of(coded(LuaText.of(text))));
        } else {
            table.rawset(OK, text);
        }
        return table;
    }

    /** Returns an error text with a code in front, adding {@code ERR} if the text has none. */
    private static String coded(String text) {
        String bare = text.startsWith("-") ? text.substring(1) : text;
        int end = bare.length();
        while (end > 0 && (bare.charAt(end - 1) == '\r' || bare.charAt(end - 1) == '\n')) {
            end--;
        }
        bare = bare.substring(0, end);
        return bare.indexOf(' ') < 0 ? "ERR " + bare : bare;
    }

    private static Varargs log(ScriptRun run, Args arguments) {
        if (arguments.count() < 2) {
            throw raised(run, "redis.log() requires two arguments or more.");
        }
        if (arguments.get(1).type() != LuaValue.TNUMBER) {
            throw raised(run, "First argument must be a number (log level).");
        }
        long level = arguments.integer(1);
        if (level < 0 || level >= LOG_LEVELS.size()) {
            throw raised(run, "Invalid debug level.");
        }
        StringBuilder line = new StringBuilder();
        for (int i = 2; i <= arguments.count(); i++) {
            LuaString text = LuaNumbers.asString(arguments.get(i));
            if (text != null) {
                run.memory().take(4L * text.m_length);
                line.append(i > 2 ? " " : "").append(LuaText.of(text));
            }
        }
        run.host().log((int) level, line.toString());
        return LuaValue.NONE;
    }

    private static Varargs setRepl(ScriptRun run, Args arguments) {
        if (arguments.count() != 1) {
            throw raised(run, "redis.set_repl() requires two arguments.");
        }
        long flags = LuaNumbers.asNumber(arguments.get(1)).isnil() ? 0 : arguments.integer(1);
        if (flags < 0 || flags > MAX_REPLICATION) {
            throw raised(run, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        return LuaValue.NONE;
    }

    private static Varargs setResp(ScriptRun run, Args arguments) {
        if (arguments.count() != 1) {
            throw raised(run, "redis.setresp() requires one argument.");
        }
        long version = LuaNumbers.asNumber(arguments.get(1)).isnil() ? 0 : arguments.integer(1);
        if (version != 2 && version != 3) {
            throw raised(run, "RESP version must be 2 or 3.");
        }
        run.useResp3(version == 3);
        return LuaValue.NONE;
    }
}

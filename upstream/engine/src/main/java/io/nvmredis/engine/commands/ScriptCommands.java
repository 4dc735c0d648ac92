package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.script.CompiledScript;
import io.nvmredis.engine.script.ScriptException;
import io.nvmredis.engine.script.ScriptFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** EVAL, EVALSHA, their read-only forms, and SCRIPT. */
public final class ScriptCommands {
    private static final int HASH_LENGTH = 40;
    private static final Slice NO_SCRIPT = Response.error("NOSCRIPT No matching script. Please use EVAL.");
    private static final List<String> HELP = List.of(
            "SCRIPT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "DEBUG (YES|SYNC|NO)",
            "    Set the debug mode for subsequent scripts executed.",
            "EXISTS <sha1> [<sha1> ...]",
            "    Return information about the existence of the scripts in the script cache.",
            "FLUSH [ASYNC|SYNC]",
            "    Flush the Lua scripts cache. Very dangerous on replicas.",
            "    When called without the optional mode argument, the behavior is determined",
            "    by the lazyfree-lazy-user-flush configuration directive. Valid modes are:",
            "    * ASYNC: Asynchronously flush the scripts cache.",
            "    * SYNC: Synchronously flush the scripts cache.",
            "KILL",
            "    Kill the currently executing Lua script.",
            "LOAD <script>",
            "    Load a script into the scripts cache without executing it.",
            "HELP",
            "    Print this help.");

    private ScriptCommands() {}

    /** Returns EVAL or EVAL_RO. */
    static OwnCommand eval(boolean isReadOnly) {
        return (engine, session, parameters) -> {
            int keyCount = keyCount(parameters);
            try {
                CompiledScript script = engine.scripts().compiled(RawBytes.of(parameters.get(0)), false);
                return run(engine, session, script, parameters, keyCount, isReadOnly);
            } catch (ScriptException e) {
                return Response.error(e.error());
            }
        };
    }

    /** Returns EVALSHA or EVALSHA_RO. */
    static OwnCommand evalsha(boolean isReadOnly) {
        return (engine, session, parameters) -> {
            if (parameters.get(0).length() != HASH_LENGTH) {
                return NO_SCRIPT;
            }
            int keyCount = keyCount(parameters);
            CompiledScript script =
                    engine.scripts().cache().find(parameters.get(0).toString());
            return script == null ? NO_SCRIPT : run(engine, session, script, parameters, keyCount, isReadOnly);
        };
    }

    private static int keyCount(List<Slice> parameters) {
        long count = new Arguments(parameters).integer(1);
        if (count > parameters.size() - 2) {
            throw new ArgumentException("ERR Number of keys can't be greater than number of args");
        }
        if (count < 0) {
            throw new ArgumentException("ERR Number of keys can't be negative");
        }
        return (int) count;
    }

    private static Slice run(
            CommandEngine engine,
            CommandSession session,
            CompiledScript script,
            List<Slice> parameters,
            int keyCount,
            boolean isReadOnly) {
        if (isReadOnly && script.isDeclared() && !script.has(ScriptFlags.NO_WRITES)) {
            return Response.error("ERR Can not execute a script with write flag using *_ro command.");
        }
        List<byte[]> words = new ArrayList<>(parameters.size() - 2);
        for (Slice parameter : parameters.subList(2, parameters.size())) {
            words.add(RawBytes.of(parameter));
        }
        return engine.scripts()
                .run(session, script, words.subList(0, keyCount), words.subList(keyCount, words.size()), isReadOnly);
    }

    public static Slice script(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        int count = parameters.size();
        return switch (subcommand) {
            case "load" -> count == 2 ? load(engine, parameters.get(1)) : wrongCount("load");
            case "exists" -> count >= 2 ? exists(engine, parameters.subList(1, count)) : wrongCount("exists");
            case "flush" -> flush(engine, parameters);
            case "kill" -> count == 1 ? engine.scripts().kill(false) : wrongCount("kill");
            case "debug" -> count == 2 ? debug(parameters.get(1).toString()) : wrongCount("debug");
            case "help" -> count == 1 ? help() : wrongCount("help");
            default -> Response.error("ERR unknown subcommand '" + parameters.get(0) + "'. Try SCRIPT HELP.");
        };
    }

    private static Slice wrongCount(String subcommand) {
        return Response.error(ErrorReplies.wrongNumber("script|" + subcommand));
    }

    private static Slice load(CommandEngine engine, Slice text) {
        try {
            return Response.bulkString(Slice.create(
                    engine.scripts().compiled(RawBytes.of(text), true).hash()));
        } catch (ScriptException e) {
            return Response.error(e.error());
        }
    }

    private static Slice exists(CommandEngine engine, List<Slice> hashes) {
        return Response.array(hashes.stream()
                .map(hash -> Response.integer(engine.scripts().cache().find(hash.toString()) == null ? 0 : 1))
                .toList());
    }

    private static Slice flush(CommandEngine engine, List<Slice> parameters) {
        String mode = parameters.size() == 2 ? parameters.get(1).toString().toLowerCase(Locale.ROOT) : "sync";
        if (parameters.size() > 2 || !(mode.equals("sync") || mode.equals("async"))) {
            return Response.error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
        }
        engine.scripts().cache().flush();
        return Response.OK;
    }

    /** Answers SCRIPT DEBUG. There is no debugger, so only NO is accepted. */
    private static Slice debug(String mode) {
        return switch (mode.toLowerCase(Locale.ROOT)) {
            case "no" -> Response.OK;
            case "yes", "sync" -> Response.error("ERR there is no debugger for scripts here");
            default -> Response.error("ERR Use SCRIPT DEBUG YES/SYNC/NO");
        };
    }

    private static Slice help() {
        return Response.array(HELP.stream().map(Response::simpleString).toList());
    }
}

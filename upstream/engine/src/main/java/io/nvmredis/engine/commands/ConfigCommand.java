package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Databases;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * CONFIG: shows and changes the settings of the server, its persister and upstream's engine. It also shows and
 * remembers the settings of Redis 7.0 that mean nothing here.
 *
 * <p>Holds the engine's lock.
 */
final class ConfigCommand implements OwnCommand {
    static final String APPENDONLY = "appendonly";
    static final String PROTO_MAX_BULK_LEN = "proto-max-bulk-len";
    static final String NOTIFY = "notify-keyspace-events";
    static final String TRACKING_MAX_KEYS = "tracking-table-max-keys";
    /** Two names of one setting, as in Redis. */
    static final List<String> LUA_TIME_LIMIT = List.of("busy-reply-threshold", "lua-time-limit");

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return switch (subcommand) {
            case "get" -> get(engine, parameters);
            case "set" ->
                parameters.size() % 2 == 0
                        ? Response.error(ErrorReplies.SYNTAX)
                        : new ConfigChange(engine, session, settings(engine)).run(parameters);
            case "resetstat" -> {
                engine.statistics().reset();
                engine.commandMeter().reset();
                engine.context().resetFigures();
                yield Response.OK;
            }
            case "rewrite" -> Response.error("ERR The server is running without a config file");
            case "help" -> help();
            default -> Response.error("ERR unknown subcommand '" + parameters.get(0) + "'. Try CONFIG HELP.");
        };
    }

    private static Slice help() {
        List<Slice> lines = new ArrayList<>();
        for (String line : new String[] {
            "CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "GET <pattern> [<pattern> ...]",
            "    Return parameters matching the glob-like <pattern> and their values.",
            "SET <directive> <value> [<directive> <value> ...]",
            "    Set the configuration <directive> to <value>.",
            "RESETSTAT",
            "    Reset statistics reported by the INFO command.",
            "REWRITE",
            "    Rewrite the configuration file.",
            "HELP",
            "    Prints this help."
        }) {
            lines.add(Response.simpleString(line));
        }
        return Response.array(lines);
    }

    /** Returns the settings that mean something here, with the values in force. */
    private static Map<String, String> settings(CommandEngine engine) {
        Map<String, String> all = new TreeMap<>(engine.context().settings());
        all.putAll(engine.commandMeter().settings().all());
        all.put(APPENDONLY, isAppendOnly(engine) ? "yes" : "no");
        all.put("databases", Integer.toString(Databases.COUNT));
        all.put(
                NOTIFY,
                engine.server().configuration().getKeyspaceNotificationOptions().format());
        all.put(
                PROTO_MAX_BULK_LEN,
                Long.toString(engine.server().configuration().getProtoMaxBulkLen()));
        all.put(TRACKING_MAX_KEYS, Long.toString(engine.invalidations().maxKeys()));
        for (String name : LUA_TIME_LIMIT) {
            all.put(name, Long.toString(engine.server().scriptingManager().getLuaTimeLimitMillis()));
        }
        return all;
    }

    private static boolean isAppendOnly(CommandEngine engine) {
        return engine.persister().keepsTransactions();
    }

    private static Slice get(CommandEngine engine, List<Slice> parameters) {
        List<GlobPattern> patterns = parameters.stream()
                .skip(1)
                .map(pattern -> new GlobPattern(bytes(pattern.toString().toLowerCase(Locale.ROOT))))
                .toList();
        // A name is shown as it was asked for.
        Map<String, String> asked = new HashMap<>();
        parameters.stream()
                .skip(1)
                .map(Slice::toString)
                .forEach(name -> asked.putIfAbsent(name.toLowerCase(Locale.ROOT), name));
        List<Slice> found = new ArrayList<>();
        Map<String, String> all = engine.foreignSettings().all();
        all.putAll(settings(engine));
        all.forEach((name, value) -> {
            if (patterns.stream().anyMatch(pattern -> pattern.matches(bytes(name)))) {
                found.add(Response.bulkString(Slice.create(asked.getOrDefault(name, name))));
                found.add(Response.bulkString(Slice.create(value)));
            }
        });
        return Response.array(found);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

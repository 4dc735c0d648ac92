package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceNotificationOptions;
import io.nvmredis.spi.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * CONFIG: shows and changes the settings of the server, its persister and upstream's engine, as Redis 7 does: several at a
 * time, all of them or none. What cannot be changed, or is not known, is refused.
 *
 * <p>Holds the engine's lock.
 */
final class ConfigCommand implements OwnCommand {
    private static final String APPENDONLY = "appendonly";
    private static final String PROTO_MAX_BULK_LEN = "proto-max-bulk-len";
    private static final String PROTECTED_MODE = "protected-mode";
    private static final String NOTIFY = "notify-keyspace-events";
    /** One setting by two names, as in Redis. */
    private static final List<String> LUA_TIME_LIMIT = List.of("busy-reply-threshold", "lua-time-limit");

    private static final Set<String> IMMUTABLE =
            Set.of("appenddirname", "appendfilename", "enable-debug-command", "enable-protected-configs");
    private static final Set<String> PROTECTED = Set.of("dbfilename", "dir");

    @Override
    public Slice run(Engine engine, Session session, List<Slice> parameters) {
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return switch (subcommand) {
            case "get" -> parameters.size() < 2 ? wrongNumber(subcommand) : get(engine, parameters);
            case "set" ->
                parameters.size() < 3 || parameters.size() % 2 == 0
                        ? wrongNumber(subcommand)
                        : set(engine, session, parameters);
            case "resetstat" -> {
                engine.statistics().reset();
                yield Response.OK;
            }
            case "rewrite" -> Response.error("ERR The server is running without a config file");
            case "help" -> help();
            default -> Response.error("ERR unknown subcommand '" + parameters.get(0) + "'. Try CONFIG HELP.");
        };
    }

    private static Slice wrongNumber(String subcommand) {
        return Response.error("ERR wrong number of arguments for 'config|" + subcommand + "' command");
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
            "    Reset statistics reported by the INFO command."
        }) {
            lines.add(Response.simpleString(line));
        }
        return Response.array(lines);
    }

    // --- GET. ---

    private static Map<String, String> all(Engine engine) {
        Map<String, String> all = new TreeMap<>(engine.context().settings());
        all.put(APPENDONLY, isAppendOnly(engine) ? "yes" : "no");
        all.put("databases", Integer.toString(Databases.COUNT));
        all.put(
                NOTIFY,
                engine.server().configuration().getKeyspaceNotificationOptions().format());
        all.put(
                PROTO_MAX_BULK_LEN,
                Long.toString(engine.server().configuration().getProtoMaxBulkLen()));
        for (String name : LUA_TIME_LIMIT) {
            all.put(name, Long.toString(engine.server().scriptingManager().getLuaTimeLimitMillis()));
        }
        return all;
    }

    private static boolean isAppendOnly(Engine engine) {
        return engine.persister().keepsTransactions();
    }

    private static Slice get(Engine engine, List<Slice> parameters) {
        List<GlobPattern> patterns = parameters.stream()
                .skip(1)
                .map(pattern -> new GlobPattern(bytes(pattern.toString().toLowerCase(Locale.ROOT))))
                .toList();
        List<Slice> found = new ArrayList<>();
        all(engine).forEach((name, value) -> {
            if (patterns.stream().anyMatch(pattern -> pattern.matches(bytes(name)))) {
                found.add(Response.bulkString(Slice.create(name)));
                found.add(Response.bulkString(Slice.create(value)));
            }
        });
        return Response.array(found);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // --- SET. ---

    private static Slice set(Engine engine, Session session, List<Slice> parameters) {
        Map<String, String> current = all(engine);
        Map<String, String> changes = new LinkedHashMap<>();
        for (int i = 1; i < parameters.size(); i += 2) {
            String name = parameters.get(i).toString().toLowerCase(Locale.ROOT);
            if (!current.containsKey(name)) {
                return Response.error(
                        "ERR Unknown option or number of arguments for CONFIG SET - '" + parameters.get(i) + "'");
            }
            if (changes.put(name, parameters.get(i + 1).toString()) != null) {
                return failed(name, "duplicate parameter");
            }
        }
        for (String name : changes.keySet()) {
            String fault = accessFault(engine, session, name);
            if (fault != null) {
                return failed(name, fault);
            }
        }
        return set(engine, current, changes);
    }

    /** What a client may not change, for it would let it write elsewhere, or do what the server was started not to let it. */
    private static @Nullable String accessFault(Engine engine, Session session, String name) {
        if (IMMUTABLE.contains(name)) {
            return "can't set immutable config";
        }
        return PROTECTED.contains(name) && !engine.access().admitsProtectedSettings(session)
                ? "can't set protected config"
                : null;
    }

    /** First everything is checked, then the server is asked, which takes all of it or none, and then nothing can fail. */
    private static Slice set(Engine engine, Map<String, String> current, Map<String, String> changes) {
        Map<String, String> others = new LinkedHashMap<>();
        List<Runnable> own = new ArrayList<>();
        for (Map.Entry<String, String> change : changes.entrySet()) {
            String fault;
            if (change.getKey().equals(APPENDONLY)) {
                fault = appendOnlyFault(current, change.getValue());
            } else if (change.getKey().equals(PROTECTED_MODE) && !isYesOrNo(change.getValue())) {
                fault = "argument must be 'yes' or 'no'";
            } else if (change.getKey().equals(NOTIFY)) {
                fault = readEvents(engine, change.getValue(), own);
            } else if (LUA_TIME_LIMIT.contains(change.getKey())) {
                fault = readTimeLimit(engine, change.getValue(), own);
            } else {
                fault = null;
                others.put(change.getKey(), change.getValue());
            }
            if (fault != null) {
                return failed(change.getKey(), fault);
            }
        }
        try {
            if (!others.isEmpty()) {
                engine.context().configure(others);
            }
        } catch (ConfigurationException e) {
            return failed(nameIn(e.faults(), others), String.join("; ", e.faults()));
        }
        own.forEach(Runnable::run);
        if (others.containsKey(PROTO_MAX_BULK_LEN)) {
            engine.takeBulkLength();
        }
        return Response.OK;
    }

    private static boolean isYesOrNo(String value) {
        return value.equalsIgnoreCase("yes") || value.equalsIgnoreCase("no");
    }

    private static @Nullable String appendOnlyFault(Map<String, String> current, String value) {
        return value.equalsIgnoreCase(current.get(APPENDONLY))
                ? null
                : "can't be changed while the server runs: stop it, and start it with another --persistence";
    }

    private static @Nullable String readEvents(Engine engine, String value, List<Runnable> changes) {
        try {
            KeyspaceNotificationOptions options = KeyspaceNotificationOptions.parse(value);
            changes.add(() -> engine.server().configuration().setKeyspaceNotificationOptions(options));
            return null;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static @Nullable String readTimeLimit(Engine engine, String value, List<Runnable> changes) {
        if (!value.matches("\\d{1,18}")) {
            return "argument must be a number of milliseconds, 0 or more";
        }
        changes.add(() -> engine.server().scriptingManager().setLuaTimeLimitMillis(Long.parseLong(value)));
        return null;
    }

    /** The first setting that a fault names. */
    private static String nameIn(List<String> faults, Map<String, String> changes) {
        for (String name : changes.keySet()) {
            if (faults.stream().anyMatch(fault -> fault.contains(name))) {
                return name;
            }
        }
        return changes.keySet().iterator().next();
    }

    private static Slice failed(String name, String why) {
        return Response.error("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + why);
    }
}

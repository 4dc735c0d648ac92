package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Databases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * CONFIG: shows and changes the settings of the server, its persister and upstream's engine. It also shows and
 * remembers the settings of Redis 7.0 that mean nothing here.
 *
 * <p>Holds the engine's lock.
 */
final class ConfigCommand implements OwnCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigCommand.class);

    static final String APPENDONLY = "appendonly";
    static final String PROTO_MAX_BULK_LEN = "proto-max-bulk-len";

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
            case "rewrite" -> rewrite(engine);
            case "help" -> help();
            default -> Response.error("ERR unknown subcommand '" + parameters.get(0) + "'. Try CONFIG HELP.");
        };
    }

    private static Slice rewrite(CommandEngine engine) {
        if (engine.context().configFile() == null) {
            return Response.error("ERR The server is running without a config file");
        }
        Map<String, String> inForce = engine.foreignSettings().changed();
        inForce.putAll(new EngineSettings(engine).all());
        try {
            engine.context().rewriteConfigFile(inForce);
        } catch (IOException e) {
            LOG.warn("CONFIG REWRITE failed: {}", e.getMessage());
            return Response.error("ERR Rewriting config file: " + e.getMessage());
        }
        LOG.info("CONFIG REWRITE executed with success.");
        return Response.OK;
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
        all.putAll(new EngineSettings(engine).all());
        all.put(APPENDONLY, isAppendOnly(engine) ? "yes" : "no");
        all.put("databases", Integer.toString(Databases.COUNT));
        all.put(
                PROTO_MAX_BULK_LEN,
                Long.toString(engine.server().configuration().getProtoMaxBulkLen()));
        return all;
    }

    private static boolean isAppendOnly(CommandEngine engine) {
        return engine.persister().keepsTransactions();
    }

    private static Slice get(CommandEngine engine, List<Slice> parameters) {
        List<String> asked = parameters.stream().skip(1).map(Slice::toString).toList();
        List<GlobPattern> patterns = asked.stream()
                .map(pattern -> new GlobPattern(bytes(pattern.toLowerCase(Locale.ROOT))))
                .toList();
        List<Slice> found = new ArrayList<>();
        Map<String, String> all = engine.foreignSettings().all();
        all.putAll(settings(engine));
        all.forEach((name, value) -> {
            for (int i = 0; i < patterns.size(); i++) {
                if (patterns.get(i).matches(bytes(name))) {
                    found.add(Response.bulkString(Slice.create(shown(name, asked.get(i)))));
                    found.add(Response.bulkString(Slice.create(value)));
                    break;
                }
            }
        });
        return Response.array(found);
    }

    /** Returns the name to show, by the first word that matches it: that word, unless it is a pattern. */
    private static String shown(String name, String asked) {
        return asked.chars().anyMatch(c -> c == '*' || c == '?' || c == '[') ? name : asked;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.EngineSetting;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.catalog.RedisSetting;
import io.nvmredis.engine.catalog.RedisSetting.Kind;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.spi.errors.ConfigurationException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One CONFIG SET, which changes all of its settings or none. It checks all values first. Then it asks the server, which
 * takes all changes of its own settings or none. Nothing can fail after that.
 *
 * <p>As in Redis, a setting may be set to the value that it has, even if this server could not change it; a setting
 * that Redis never changes may not. Holds the engine's lock.
 */
final class ConfigChange {
    private final CommandEngine engine;
    private final CommandSession session;
    /** Settings that mean something here, with the values in force. */
    private final Map<String, String> current;

    /** Changes for the server and the persister. */
    private final Map<String, String> asked = new LinkedHashMap<>();
    /** Changes for the engine. */
    private final Map<EngineSetting, Runnable> own = new LinkedHashMap<>();

    private final Map<RedisSetting, String> remembered = new LinkedHashMap<>();

    ConfigChange(CommandEngine engine, CommandSession session, Map<String, String> current) {
        this.engine = engine;
        this.session = session;
        this.current = current;
    }

    /** Makes the changes that the names and values behind the word SET ask for. */
    Slice run(List<Slice> parameters) {
        Map<String, String> changes = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (int i = 1; i < parameters.size(); i += 2) {
            String name = parameters.get(i).toString().toLowerCase(Locale.ROOT);
            if (!current.containsKey(name) && ForeignSettings.find(name) == null) {
                return Response.error(
                        "ERR Unknown option or number of arguments for CONFIG SET - '" + parameters.get(i) + "'");
            }
            String fault = accessFault(name);
            if (fault == null && !seen.add(name)) {
                fault = "duplicate parameter";
            }
            if (fault != null) {
                return failed(parameters.get(i).toString(), fault);
            }
            changes.put(name, parameters.get(i + 1).toString());
        }
        for (Map.Entry<String, String> change : changes.entrySet()) {
            try {
                check(change.getKey(), change.getValue());
            } catch (RedisSetting.Fault e) {
                return failed(change.getKey(), String.valueOf(e.getMessage()));
            }
        }
        return apply();
    }

    /**
     * Returns why this client may not change a setting, or null if it may. Immutable and protected settings would let
     * it write elsewhere, or do what the server was started not to allow.
     */
    private @Nullable String accessFault(String name) {
        RedisSetting setting = ForeignSettings.find(name);
        if (setting == null) {
            return null;
        }
        if (setting.kind() == Kind.IMMUTABLE) {
            return "can't set immutable config";
        }
        return setting.kind() == Kind.PROTECTED && !engine.access().admitsProtectedSettings(session.isLocal())
                ? "can't set protected config"
                : null;
    }

    private void check(String name, String value) throws RedisSetting.Fault {
        Optional<EngineSetting> engineSetting = EngineSetting.named(name);
        if (engineSetting.isPresent()) {
            // The command may have set another value by another name before: the last one counts.
            own.put(engineSetting.get(), new EngineSettings(engine).change(engineSetting.get(), value));
            return;
        }
        RedisSetting setting = ForeignSettings.find(name);
        String inForce = current.get(name);
        if (inForce == null && setting != null) {
            remembered.put(setting, ForeignSettings.checked(setting, value));
            return;
        }
        String canonical = setting == null ? value : setting.canonical(value);
        if (inForce == null || isInForce(setting, inForce, canonical)) {
            return;
        }
        if (name.equals(ConfigCommand.APPENDONLY)) {
            throw new RedisSetting.Fault(
                    "can't be changed while the server runs: stop it, and start it with another --persistence");
        }
        asked.put(name, setting != null && isSpelling(setting.kind()) ? canonical : value);
    }

    private static boolean isSpelling(Kind kind) {
        return kind == Kind.FLAG || kind == Kind.WORDS;
    }

    private static boolean isInForce(@Nullable RedisSetting setting, String inForce, String canonical) {
        try {
            return canonical.equals(inForce) || (setting != null && canonical.equals(setting.canonical(inForce)));
        } catch (RedisSetting.Fault e) {
            // The value in force is one that Redis does not have.
            return false;
        }
    }

    private Slice apply() {
        try {
            if (!asked.isEmpty()) {
                engine.context().configure(asked);
            }
        } catch (ConfigurationException e) {
            return failed(nameIn(e.faults()), String.join("; ", e.faults()));
        }
        own.values().forEach(Runnable::run);
        remembered.forEach(engine.foreignSettings()::set);
        if (asked.containsKey(ConfigCommand.PROTO_MAX_BULK_LEN)) {
            engine.takeBulkLength();
        }
        return Response.OK;
    }

    /** Returns the first setting that a fault names. */
    private String nameIn(List<String> faults) {
        for (String name : asked.keySet()) {
            if (faults.stream().anyMatch(fault -> fault.contains(name))) {
                return name;
            }
        }
        return asked.keySet().iterator().next();
    }

    private static Slice failed(String name, String why) {
        return Response.error("ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + why);
    }
}

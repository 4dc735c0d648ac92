package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.storage.KeyspaceNotificationOptions;
import io.nvmredis.engine.catalog.EngineSetting;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.catalog.RedisSetting;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.measure.MeterSettings;
import java.util.Map;
import java.util.TreeMap;

/** The values in force of each {@link EngineSetting}, and their changes. Holds the engine's lock. */
public final class EngineSettings {
    private static final String NOT_AN_EVENT = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";

    private final CommandEngine engine;

    public EngineSettings(CommandEngine engine) {
        this.engine = engine;
    }

    /** Returns the values in force by all names, the older ones too. */
    Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        Map<String, String> remembered = engine.foreignSettings().all();
        for (EngineSetting setting : EngineSetting.values()) {
            RedisSetting redis = setting.redis();
            String value = value(setting, remembered);
            all.put(redis.name(), value);
            if (redis.oldName() != null) {
                all.put(redis.oldName(), value);
            }
        }
        return all;
    }

    private String value(EngineSetting setting, Map<String, String> remembered) {
        return switch (setting) {
            case BUSY_REPLY_THRESHOLD ->
                Long.toString(engine.server().scriptingManager().getLuaTimeLimitMillis());
            case NOTIFY_KEYSPACE_EVENTS ->
                engine.server().configuration().getKeyspaceNotificationOptions().format();
            case TRACKING_TABLE_MAX_KEYS -> Long.toString(engine.invalidations().maxKeys());
            default ->
                engine.commandMeter()
                        .settings()
                        .all()
                        .getOrDefault(setting.settingName(), remembered.getOrDefault(setting.settingName(), ""));
        };
    }

    /**
     * Checks a value, and returns what puts it into force.
     *
     * @throws RedisSetting.Fault if the setting does not take it
     */
    Runnable change(EngineSetting setting, String value) throws RedisSetting.Fault {
        String canonical = setting.redis().canonical(value);
        switch (setting) {
            case BUSY_REPLY_THRESHOLD -> {
                long millis = Long.parseLong(canonical);
                return () -> engine.server().scriptingManager().setLuaTimeLimitMillis(millis);
            }
            case NOTIFY_KEYSPACE_EVENTS -> {
                KeyspaceNotificationOptions options = events(canonical);
                return () -> engine.server().configuration().setKeyspaceNotificationOptions(options);
            }
            case TRACKING_TABLE_MAX_KEYS -> {
                long keys = Long.parseLong(canonical);
                return () -> engine.invalidations().limitKeys(keys);
            }
            default -> {
                MeterSettings measured = engine.commandMeter().settings();
                return measured.all().containsKey(setting.settingName())
                        ? () -> measured.set(setting.settingName(), canonical)
                        : () -> engine.foreignSettings().set(setting.redis(), canonical);
            }
        }
    }

    /**
     * Checks a value that a server is to be started with, and returns it as CONFIG GET shows it.
     *
     * @throws RedisSetting.Fault if the setting does not take it
     */
    public static String checked(EngineSetting setting, String value) throws RedisSetting.Fault {
        String canonical = setting.redis().canonical(value);
        return setting == EngineSetting.NOTIFY_KEYSPACE_EVENTS
                ? events(canonical).format()
                : canonical;
    }

    private static KeyspaceNotificationOptions events(String value) throws RedisSetting.Fault {
        try {
            return KeyspaceNotificationOptions.parse(value);
        } catch (IllegalArgumentException e) {
            throw new RedisSetting.Fault(NOT_AN_EVENT);
        }
    }

    /**
     * Puts the values that a server is started with into force; they have been checked. What means nothing here is
     * remembered.
     */
    public void start(Map<String, String> values) {
        values.forEach((name, value) -> {
            try {
                EngineSetting own = EngineSetting.named(name).orElse(null);
                RedisSetting redis = ForeignSettings.find(name);
                if (own != null) {
                    change(own, value).run();
                } else if (redis != null) {
                    engine.foreignSettings().begin(redis, ForeignSettings.checked(redis, value));
                }
            } catch (RedisSetting.Fault e) {
                throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
            }
        });
    }
}

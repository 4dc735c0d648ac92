package io.nvmredis.server;

import io.nvmredis.certificates.TlsException;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.network.ClientLimits;
import io.nvmredis.network.ClientMemory;
import io.nvmredis.network.Connections;
import io.nvmredis.network.TlsFront;
import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.spi.ChangeableSettings;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.support.SettingReader;
import io.nvmredis.spi.support.SettingValues;
import io.nvmredis.stock.rdb.RdbSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings in force: the settings that the server started with, and the changes that CONFIG SET has made.
 *
 * <p>The persister changes its own settings. Of the server's, {@code maxclients}, {@code requirepass}, {@code
 * protected-mode}, {@code acl-pubsub-default}, {@code acllog-max-len} and {@code client-query-buffer-limit} can be
 * changed for what is to come, and {@code maxmemory}, {@code maxmemory-clients} and {@code client-output-buffer-limit}
 * for all clients at once. Any thread.
 */
final class LiveSettings {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

    private final ServerConfig config;
    private final Connections connections;
    private final ClientLimits limits;
    private final ClientMemory memory;
    /** TLS; null if there is none. */
    private final @Nullable TlsFront tls;
    /** Values in force by name, as CONFIG GET shows them. Guarded by this. */
    private final Map<String, String> values;

    private volatile long maxMemoryBytes;
    /** Saver beside a persister that has none of its own; null if there is none. Guarded by this. */
    private @Nullable DumpSaver saver;

    LiveSettings(
            ServerConfig config,
            Connections connections,
            ClientLimits limits,
            ClientMemory memory,
            @Nullable TlsFront tls) {
        this.tls = tls;
        this.config = config;
        this.connections = connections;
        this.limits = limits;
        this.memory = memory;
        values = new TreeMap<>(config.effective());
        limits.idleSeconds(config.number(ServerSetting.TIMEOUT));
        limits.keepAliveSeconds(config.number(ServerSetting.TCP_KEEPALIVE));
        maxMemoryBytes = config.maxMemoryBytes();
        config.persisterSettings().forEach(name -> values.computeIfPresent(name, (key, value) -> shown(value)));
    }

    /** Returns a size in bytes, as Redis shows it, in whatever unit it was given, and any other value unchanged. */
    static String shown(String value) {
        OptionalLong size = SettingValues.size(value);
        return size.isPresent() ? Long.toString(size.getAsLong()) : value;
    }

    private String shown(String name, String value) {
        if (config.persisterSettings().contains(name)) {
            return shown(value);
        }
        return name.equals(ServerSetting.PROTECTED_MODE.settingName()) ? value.toLowerCase(Locale.ROOT) : value;
    }

    /** Returns the bytes that data may take where memory is the only place for them. Any thread. */
    long maxMemoryBytes() {
        return maxMemoryBytes;
    }

    /** Adds the settings of this saver. */
    synchronized void attach(DumpSaver newSaver) {
        saver = newSaver;
        DumpSaver.defaults().forEach(values::putIfAbsent);
        newSaver.configure(DumpSaver.settings(values));
    }

    synchronized Map<String, String> all() {
        return new TreeMap<>(values);
    }

    /** Returns the values that a configuration file can give a server with this persistence. */
    synchronized Map<String, String> kept() {
        Map<String, String> kept = all();
        if (saver != null) {
            kept.remove(RdbSettings.SAVE.name());
        }
        return kept;
    }

    /**
     * Changes all the settings named, or none.
     *
     * @throws ConfigurationException naming each setting that cannot be changed or has a bad value
     */
    synchronized void change(Map<String, String> changes) {
        List<String> faults = new ArrayList<>();
        Map<String, String> persisters = new HashMap<>();
        changes.forEach((name, value) -> {
            if (config.persisterSettings().contains(name)) {
                persisters.put(name, value);
            } else {
                String fault = fault(name, value);
                if (fault != null) {
                    faults.add(fault);
                }
            }
        });
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
        Map<String, String> changed = new HashMap<>(values);
        changed.putAll(changes);
        RdbSettings dump = DumpSaver.settings(saver == null ? Map.of() : changed);
        TlsFront.@Nullable Prepared prepared = prepareTls(changes, changed);
        if (!persisters.isEmpty()) {
            configure(persisters);
        }
        if (tls != null && prepared != null) {
            tls.use(prepared);
        }
        changes.forEach((name, value) -> values.put(name, shown(name, value)));
        if (saver != null) {
            saver.configure(dump);
        }
        takeAccess(changes);
        changes.forEach(this::apply);
    }

    private void configure(Map<String, String> changes) {
        ChangeableSettings changeable = config.persister().changeableSettings();
        if (changeable == null) {
            throw new ConfigurationException(
                    changes.keySet().stream().map(LiveSettings::fixed).toList());
        }
        changeable.configure(changes);
    }

    /** Returns TLS as it is to be after the changes; null if they do not concern it. */
    private TlsFront.@Nullable Prepared prepareTls(Map<String, String> changes, Map<String, String> changed) {
        boolean isConcerned =
                TlsReader.CHANGEABLE.stream().anyMatch(setting -> changes.containsKey(setting.settingName()));
        if (tls == null || !isConcerned) {
            return null;
        }
        try {
            return TlsFront.prepare(TlsReader.read(new SettingReader(changed)));
        } catch (TlsException e) {
            LOG.warn("TLS stays as it was: {}", e.getMessage());
            throw new ConfigurationException(List.of("Unable to update TLS configuration. Check server logs."));
        }
    }

    private void takeAccess(Map<String, String> changes) {
        String password = changes.get(ServerSetting.REQUIREPASS.settingName());
        if (password != null) {
            config.access().setPassword(password);
        }
        String protectedMode = changes.get(ServerSetting.PROTECTED_MODE.settingName());
        if (protectedMode != null) {
            config.access()
                    .setProtectedMode(reader(ServerSetting.PROTECTED_MODE, protectedMode)
                            .isYes(ServerSetting.PROTECTED_MODE.described()));
        }
    }

    /** Puts a setting of the server itself into force; it has been checked. */
    private void apply(String name, String value) {
        ServerSetting setting = ServerSetting.named(name).orElse(null);
        if (setting == ServerSetting.MAXCLIENTS) {
            connections.limit((int) amount(setting, value));
        } else if (setting == ServerSetting.CLIENT_QUERY_BUFFER_LIMIT) {
            limits.queryBufferBytes(amount(setting, value));
            values.put(name, shown(value));
        } else if (setting == ServerSetting.TIMEOUT) {
            limits.idleSeconds((int) amount(setting, value));
        } else if (setting == ServerSetting.TCP_KEEPALIVE) {
            limits.keepAliveSeconds((int) amount(setting, value));
        } else if (setting == ServerSetting.MAXMEMORY) {
            long most = Limits.ofThisHeap().maxDataBytes();
            long set = amount(setting, value);
            maxMemoryBytes = set == 0 ? most : Math.min(set, most);
            values.put(name, Long.toString(maxMemoryBytes));
        } else if (setting == ServerSetting.MAXMEMORY_CLIENTS) {
            memory.limit(ClientMemory.limitOf(value).orElseThrow());
            values.put(name, Long.toString(memory.limit()));
        } else if (setting == ServerSetting.CLIENT_OUTPUT_BUFFER_LIMIT) {
            limits.output(limits.output().with(value));
            values.put(name, limits.output().toString());
        } else if (setting == ServerSetting.ACLLOG_MAX_LEN) {
            config.access().log().limit(amount(setting, value));
        } else if (setting == ServerSetting.ACL_PUBSUB_DEFAULT) {
            config.access().users().giveAllChannels(value.equalsIgnoreCase(ConfigReader.CHANNEL_RULES.get(0)));
        }
    }

    private static SettingReader reader(ServerSetting setting, String value) {
        return new SettingReader(Map.of(setting.settingName(), value));
    }

    private static long amount(ServerSetting setting, String value) {
        return ConfigReader.amount(setting, reader(setting, value));
    }

    /** Returns the fault of a setting of the server itself; null if it has none. */
    private @Nullable String ownFault(ServerSetting setting, String value) {
        SettingReader reader = reader(setting, value);
        switch (setting) {
            case MAXCLIENTS, MAXMEMORY, CLIENT_QUERY_BUFFER_LIMIT, ACLLOG_MAX_LEN, TIMEOUT, TCP_KEEPALIVE ->
                ConfigReader.amount(setting, reader);
            case ACL_PUBSUB_DEFAULT -> reader.choice(setting.described(), ConfigReader.CHANNEL_RULES);
            case MAXMEMORY_CLIENTS -> {
                if (ClientMemory.limitOf(value).isEmpty()) {
                    reader.refuse(setting.described(), ConfigReader.SIZE_OR_PART);
                }
            }
            case CLIENT_OUTPUT_BUFFER_LIMIT -> checkOutputLimits(value, reader);
            case PROTECTED_MODE -> reader.isYes(setting.described());
            case REQUIREPASS -> ConfigReader.checkPassword(value, reader);
            case TLS_CERT_FILE,
                    TLS_KEY_FILE,
                    TLS_KEY_FILE_PASS,
                    TLS_CA_CERT_FILE,
                    TLS_CA_CERT_DIR,
                    TLS_AUTH_CLIENTS,
                    TLS_PROTOCOLS,
                    TLS_PREFER_SERVER_CIPHERS -> TlsReader.read(reader);
            default -> reader.add(fixed(setting.settingName()));
        }
        return reader.firstFault();
    }

    private void checkOutputLimits(String value, SettingReader reader) {
        try {
            limits.output().with(value);
        } catch (IllegalArgumentException e) {
            reader.add(ServerSetting.CLIENT_OUTPUT_BUFFER_LIMIT.settingName() + ": " + e.getMessage());
        }
    }

    private static String fixed(String name) {
        return name + " can't be changed while the server runs: stop it, and start it with --" + name;
    }

    private @Nullable String fault(String name, String value) {
        if (saver != null && DumpSaver.SETTINGS.contains(name)) {
            return null;
        }
        if (saver != null && name.equals(RdbSettings.SAVE.name()) && !value.isBlank()) {
            return name + " belongs to --persistence rdb: with " + config.persistence()
                    + " BGSAVE makes a copy, when asked";
        }
        if (name.equals(RdbSettings.SAVE.name()) && value.isBlank()) {
            return null;
        }
        ServerSetting setting = ServerSetting.named(name).orElse(null);
        return setting == null ? fixed(name) : ownFault(setting, value);
    }
}

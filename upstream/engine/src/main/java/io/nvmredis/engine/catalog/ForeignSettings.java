package io.nvmredis.engine.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of Redis 7.0 that mean nothing to this server. They can be set, because some programs set them and do not go
 * on otherwise, and are remembered until the server ends; the log says once per setting that it changes nothing.
 *
 * <p>Some of these settings promise something about data or clients. They keep the value that makes the promise true.
 *
 * <p>Guarded by the engine's lock.
 */
public final class ForeignSettings {
    private static final String LIST = "redis-settings.txt";

    /** Settings by each of their names. */
    private static final Map<String, RedisSetting> KNOWN = read();

    /** Reasons why a setting cannot have another value than its first, by name. */
    private static final Map<String, String> PROMISES = Map.ofEntries(
            Map.entry("maxmemory-policy", "this server evicts no key: what does not fit is refused"),
            Map.entry("min-replicas-to-write", "this server does not ask whether replicas are there before it writes"),
            Map.entry("tls-cluster", "this server is no part of a cluster"),
            Map.entry("tls-replication", "this server follows no other"),
            Map.entry("tls-ciphers", "this server takes the JDK's ciphers"),
            Map.entry("tls-ciphersuites", "this server takes the JDK's ciphers"),
            Map.entry("cluster-enabled", "this server is no part of a cluster"),
            Map.entry("databases", "this server has 16 databases"),
            Map.entry("replicaof", "this server follows no other; 'import' brings the data of another in"),
            Map.entry("slaveof", "this server follows no other; 'import' brings the data of another in"));

    /** Settings of which a value is several words, beside those whose kind says so. */
    private static final Set<String> SEVERAL_WORDS =
            Set.of("save", "bind", "client-output-buffer-limit", "replicaof", "slaveof");

    private static final Logger LOG = LoggerFactory.getLogger(ForeignSettings.class);

    /** Values that have been set, by the preferred name. */
    private final Map<String, String> changed = new HashMap<>();

    private final Set<String> told = new HashSet<>();

    private static Map<String, RedisSetting> read() {
        Map<String, RedisSetting> known = new TreeMap<>();
        try (InputStream list = ForeignSettings.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new IllegalStateException(LIST + " is not in the jar");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8));
            for (String line : reader.lines().toList()) {
                if (!line.startsWith("#")) {
                    RedisSetting setting = RedisSetting.parse(line);
                    known.put(setting.name(), setting);
                    if (setting.oldName() != null) {
                        known.put(setting.oldName(), setting);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return known;
    }

    /**
     * Returns the setting that Redis has by this name, whether it means something here or not; null if there is none.
     */
    public static @Nullable RedisSetting find(String name) {
        return KNOWN.get(name);
    }

    /** Returns all names of all settings. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(KNOWN.keySet());
    }

    /** Tells whether a value of this setting is several words, which a configuration file has without quotes. */
    public static boolean hasSeveralWords(RedisSetting setting) {
        return switch (setting.kind()) {
            case SET, PERCENTILES, ADJUSTMENTS -> true;
            default -> SEVERAL_WORDS.contains(setting.name());
        };
    }

    /** Tells whether what a promise says of this setting is so, rather than meaning nothing here. */
    public static boolean isInForce(RedisSetting setting) {
        return PROMISES.containsKey(setting.name());
    }

    /** Returns all values by all names of the settings, including the settings that mean something here. */
    public Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        KNOWN.forEach((name, setting) -> all.put(name, changed.getOrDefault(setting.name(), setting.initial())));
        return all;
    }

    /** Returns the values that have been set, by the preferred names. */
    public Map<String, String> changed() {
        return new TreeMap<>(changed);
    }

    /** Returns the value of a setting that is a number. */
    public long number(String name) {
        RedisSetting setting = find(name);
        if (setting == null) {
            throw new IllegalArgumentException(name);
        }
        return Long.parseLong(changed.getOrDefault(setting.name(), setting.initial()));
    }

    /**
     * Checks a value and returns the form of it that {@link #set} remembers.
     *
     * @throws RedisSetting.Fault if the setting cannot have this value
     */
    public static String checked(RedisSetting setting, String value) throws RedisSetting.Fault {
        String canonical = setting.canonical(value);
        String promise = PROMISES.get(setting.name());
        if (promise != null && !canonical.equals(setting.initial())) {
            throw new RedisSetting.Fault(promise);
        }
        return canonical;
    }

    /** Remembers a value that the server is started with; who has read it says that it changes nothing. */
    public void begin(RedisSetting setting, String canonical) {
        changed.put(setting.name(), canonical);
        told.add(setting.name());
    }

    /** Remembers a value that has been checked. */
    public void set(RedisSetting setting, String canonical) {
        String before = changed.put(setting.name(), canonical);
        boolean isNews = !canonical.equals(before == null ? setting.initial() : before);
        boolean isUsed = EngineSetting.named(setting.name()).isPresent();
        if (isNews && !isUsed && told.add(setting.name())) {
            LOG.info("CONFIG SET {}: it is remembered, and changes nothing here", setting.name());
        }
    }
}

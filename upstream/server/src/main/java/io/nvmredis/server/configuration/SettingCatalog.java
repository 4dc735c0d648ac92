package io.nvmredis.server.configuration;

import io.nvmredis.engine.catalog.EngineSetting;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.catalog.RedisSetting;
import io.nvmredis.engine.catalog.RedisSetting.Kind;
import io.nvmredis.server.configuration.KnownSetting.Owner;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All settings of the server, the engine and these kinds of persistence, by name. Immutable. */
public final class SettingCatalog {
    private final Map<String, KnownSetting> settings = new LinkedHashMap<>();

    /**
     * Makes the catalog.
     *
     * @param providers kinds of persistence; a setting that several have is described by the first
     */
    public SettingCatalog(List<PersisterProvider> providers) {
        for (ServerSetting setting : ServerSetting.values()) {
            add(setting.described(), Owner.SERVER, List.of());
        }
        for (EngineSetting setting : EngineSetting.values()) {
            RedisSetting redis = setting.redis();
            add(
                    new PersisterSetting(redis.name(), redis.initial(), setting.description(), true),
                    Owner.ENGINE,
                    List.of());
        }
        for (PersisterProvider provider : providers) {
            for (PersisterSetting setting : provider.settings()) {
                KnownSetting before = settings.get(setting.name());
                List<String> persisters = new ArrayList<>(before == null ? List.of() : before.persisters());
                persisters.add(provider.name());
                add(before == null ? setting : before.described(), Owner.PERSISTER, persisters);
            }
        }
    }

    private void add(PersisterSetting setting, Owner owner, List<String> persisters) {
        settings.put(
                setting.name(),
                new KnownSetting(setting, owner, List.copyOf(persisters), hasSeveralWords(setting.name())));
    }

    /** Tells whether a value of the setting of this name is several words. */
    public static boolean hasSeveralWords(String name) {
        RedisSetting redis = ForeignSettings.find(name);
        return redis != null && ForeignSettings.hasSeveralWords(redis);
    }

    /** Returns all settings: the server's, the engine's, and then each persister's. */
    public Collection<KnownSetting> all() {
        return settings.values();
    }

    /** Tells whether a value of the setting of this name is a number of bytes. */
    static boolean isSize(String name) {
        RedisSetting redis = ForeignSettings.find(name);
        return redis != null && (redis.kind() == Kind.MEMORY || redis.kind() == Kind.SHARE);
    }

    /** Returns the setting of this name or of this older name of Redis's; null if there is none. */
    public @Nullable KnownSetting find(String name) {
        return settings.get(preferred(name));
    }

    /** Returns the name that Redis prefers of two names of one setting; any other name is returned as it is. */
    static String preferred(String name) {
        RedisSetting redis = ForeignSettings.find(name);
        return redis == null ? name : redis.name();
    }

    /** Returns the names of settings that Redis 7 has and that mean nothing here. */
    public Set<String> foreignNames() {
        Set<String> names = new TreeSet<>(ForeignSettings.names());
        names.removeIf(name -> settings.containsKey(preferred(name)));
        return names;
    }

    /** Returns what a message on an unknown name suggests. */
    public String suggestion(String typed) {
        Set<String> names = new TreeSet<>(settings.keySet());
        names.addAll(foreignNames());
        return NearestName.of(typed, names)
                .map(name -> "did you mean " + name + "?")
                .orElse("--help shows all");
    }
}

package io.nvmredis.server;

import io.nvmredis.server.configuration.ConfigurationText;
import io.nvmredis.server.configuration.FileRewriter;
import io.nvmredis.server.configuration.GivenSettings;
import io.nvmredis.server.configuration.KnownSetting;
import io.nvmredis.server.configuration.SettingCatalog;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.errors.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The configuration file of a running server, for CONFIG REWRITE. The engine's lock is held. */
final class ConfigFile {
    private final Path file;
    private final List<PersisterProvider> providers;
    private final SettingCatalog catalog;

    ConfigFile(Path file, List<PersisterProvider> providers) {
        this.file = file;
        this.providers = providers;
        this.catalog = new SettingCatalog(providers);
    }

    Path path() {
        return file;
    }

    /**
     * Changes the lines of those settings to which a start with the file would give another value than they have.
     *
     * @throws IOException if the file has faults, or cannot be replaced
     */
    void rewrite(Map<String, String> inForce) throws IOException {
        ConfigurationText text = new ConfigurationText();
        text.readFile(file);
        GivenSettings given = new GivenSettings(catalog, text, Map.of());
        Map<String, String> changes = FileRewriter.changes(inForce, atStart(given));
        new FileRewriter(changes, FileRewriter.includedBy(file, text)).rewrite(file);
    }

    /** Returns the values that a start with the file would give, as CONFIG GET would show them. */
    private Map<String, String> atStart(GivenSettings given) throws IOException {
        Map<String, String> values = new TreeMap<>();
        for (KnownSetting setting : catalog.all()) {
            values.put(setting.name(), setting.described().defaultValue());
        }
        values.putAll(given.values());
        values.putAll(given.foreign());
        ServerConfig config;
        try {
            config = new ConfigReader(given, providers).read();
        } catch (ConfigurationException e) {
            throw new IOException("the file has faults, mend them first: " + String.join("; ", e.faults()), e);
        }
        values.putAll(config.effective());
        values.putAll(config.engineSettings());
        values.replaceAll((name, value) -> isOfPersister(name) ? LiveSettings.shown(value) : value);
        return values;
    }

    private boolean isOfPersister(String name) {
        KnownSetting setting = catalog.find(name);
        return setting != null && setting.owner() == KnownSetting.Owner.PERSISTER;
    }
}

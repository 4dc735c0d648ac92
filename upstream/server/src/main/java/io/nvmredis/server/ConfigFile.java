package io.nvmredis.server;

import io.nvmredis.engine.access.Access;
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
import org.jspecify.annotations.Nullable;

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
     * Changes the lines of those settings to which a start with the file would give another value than they have, and
     * all lines of users if that would make others of them.
     *
     * @param users lines of all users; none if a file of their own has them
     * @throws IOException if the file has faults, or cannot be replaced
     */
    void rewrite(Map<String, String> inForce, List<String> users) throws IOException {
        ConfigurationText text = new ConfigurationText();
        text.readFile(file);
        GivenSettings given = new GivenSettings(catalog, text, Map.of());
        ServerConfig start = start(given);
        Map<String, String> changes = FileRewriter.changes(inForce, atStart(given, start));
        if (!users.isEmpty() && !users.equals(usersAtStart(start.access(), changes.get("requirepass")))) {
            if (FileRewriter.includedBy(file, text).contains(FileRewriter.USER)) {
                throw new IOException(
                        "an included file has users, and no user may be there twice: move them to " + file);
            }
            changes.put(FileRewriter.USER, String.join("\n", users));
        }
        new FileRewriter(changes, FileRewriter.includedBy(file, text)).rewrite(file);
    }

    private ServerConfig start(GivenSettings given) throws IOException {
        try {
            return new ConfigReader(given, providers).read();
        } catch (ConfigurationException e) {
            throw new IOException("the file has faults, mend them first: " + String.join("; ", e.faults()), e);
        }
    }

    /** Returns the lines of the users that there would be at a start with the file and this password, if it changes. */
    private static List<String> usersAtStart(Access access, @Nullable String newPassword) {
        if (newPassword != null) {
            access.setPassword(newPassword);
        }
        return access.users().lines();
    }

    /** Returns the values that a start with the file would give, as CONFIG GET would show them. */
    private Map<String, String> atStart(GivenSettings given, ServerConfig start) {
        Map<String, String> values = new TreeMap<>();
        for (KnownSetting setting : catalog.all()) {
            values.put(setting.name(), setting.described().defaultValue());
        }
        values.putAll(given.values());
        values.putAll(given.foreign());
        values.putAll(start.effective());
        values.putAll(start.engineSettings());
        values.replaceAll((name, value) -> isOfPersister(name) ? LiveSettings.shown(value) : value);
        return values;
    }

    private boolean isOfPersister(String name) {
        KnownSetting setting = catalog.find(name);
        return setting != null && setting.owner() == KnownSetting.Owner.PERSISTER;
    }
}

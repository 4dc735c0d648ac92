package io.nvmredis.cli;

import io.nvmredis.server.configuration.NearestName;
import io.nvmredis.server.configuration.SettingCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Options in environment variables: {@code NVM_REDIS_NVM_DOMAIN} stands for {@code --nvm-domain}, which overrides it. An
 * empty variable counts as none, since compose files give a variable that nobody has set an empty value.
 *
 * <p>Kubernetes sets variables for each Service, and those of one called {@code nvm-redis} begin alike: {@code
 * NVM_REDIS_SERVICE_HOST}, {@code NVM_REDIS_PORT=tcp://10.0.0.1:6379}, {@code NVM_REDIS_PORT_6379_TCP}. They are not
 * options.
 */
final class EnvironmentOptions {
    private static final String PREFIX = "NVM_REDIS_";
    /** Variables of the launcher and of the tests. */
    private static final Set<String> OTHERS = Set.of("NVM_REDIS_JAVA_OPTS", "NVM_REDIS_EXPECT");

    private final SettingCatalog catalog;
    private final Map<String, String> settings = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    EnvironmentOptions(SettingCatalog catalog, Map<String, String> environment) {
        this.catalog = catalog;
        Set<String> known = new TreeSet<>();
        catalog.all().forEach(setting -> known.add(setting.name()));
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(PREFIX) && !value.isEmpty() && !isOther(variable, value)) {
                add(variable, value, known);
            }
        });
    }

    private static boolean isOther(String variable, String value) {
        return OTHERS.contains(variable)
                || variable.startsWith("NVM_REDIS_TEST_")
                || variable.startsWith("NVM_REDIS_SERVICE_")
                || variable.startsWith("NVM_REDIS_PORT_")
                || (variable.equals("NVM_REDIS_PORT") && value.contains("://"));
    }

    private void add(String variable, String value, Set<String> known) {
        String name =
                variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
        if (known.contains(name)) {
            settings.put(name, value);
            return;
        }
        String suggestion = NearestName.of(name, known)
                .map(nearest -> "did you mean " + variable(nearest) + "?")
                .orElse("--help shows all options");
        faults.add("there is no option for the environment variable " + variable + "; " + suggestion);
    }

    private static String variable(String name) {
        return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Returns the values by name without the dashes. */
    Map<String, String> settings() {
        return settings;
    }

    /** Returns the values of settings that matter to subcommands; the others are those of a server beside it. */
    Map<String, String> settingsOfSubcommands() {
        Map<String, String> shared = new TreeMap<>(settings);
        shared.keySet().removeIf(name -> Subcommand.isOfServersOnly(catalog.find(name)));
        return shared;
    }

    /** Returns what cannot be understood. */
    List<String> faults() {
        return faults;
    }
}

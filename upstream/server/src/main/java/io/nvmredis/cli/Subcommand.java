package io.nvmredis.cli;

import io.nvmredis.server.configuration.KnownSetting;
import io.nvmredis.server.configuration.KnownSetting.Owner;
import io.nvmredis.server.configuration.ServerSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Subcommands of the command line beside running a server: their words, for help and for parsing. */
enum Subcommand {
    IMPORT(
            "import",
            "Brings data in, from a file or directory of Redis's or from a running Redis.",
            "SOURCE",
            "an RDB or AOF file; a data directory of Redis's (with appendonlydir or dump.rdb); or"
                    + " redis://[[user]:password@]host[:port], or rediss:// for TLS, which is followed as a replica until"
                    + " SIGINT or SIGTERM",
            "") {
        @Override
        Map<String, String> options() {
            Map<String, String> options = new LinkedHashMap<>();
            options.put(
                    ServerSetting.TLS_CA_CERT_FILE.settingName(),
                    "with rediss://, file in PEM with the authorities that its certificate is from (default: the JDK's)");
            options.put(
                    ServerSetting.TLS_CERT_FILE.settingName(),
                    "with rediss://, file in PEM with the certificate to show");
            options.put(ServerSetting.TLS_KEY_FILE.settingName(), "file in PEM with the key of this certificate");
            options.put(ServerSetting.TLS_KEY_FILE_PASS.settingName(), "password of this key");
            return options;
        }

        @Override
        Map<String, String> flags() {
            Map<String, String> flags = new LinkedHashMap<>();
            flags.put(SKIP_UNSUPPORTED, "leave out, and count, what there is no such type or command for here");
            flags.put(
                    INTO_EXISTING, "also if there are keys already; those of the source replace them (RDB files only)");
            flags.put(UNTIL_CAUGHT_UP, "with redis://, end when everything written there so far is here");
            return flags;
        }
    },
    EXPORT(
            "export",
            "Writes all data to files that Redis 7.0 loads.",
            "TARGET",
            "aof: a directory, given to Redis as its dir; rdb: a file, or a directory to put dump.rdb in",
            "format") {
        @Override
        Map<String, String> flags() {
            return Map.of(FORCE, "replace what is there");
        }
    };

    static final String FORMAT = "format";
    static final String FORCE = "force";
    static final String SKIP_UNSUPPORTED = "import-skip-unsupported";
    static final String INTO_EXISTING = "import-into-existing";
    static final String UNTIL_CAUGHT_UP = "until-caught-up";

    private final String commandName;
    private final String description;
    private final String parameter;
    private final String parameterDescription;
    private final String option;

    Subcommand(String commandName, String description, String parameter, String parameterDescription, String option) {
        this.commandName = commandName;
        this.description = description;
        this.parameter = parameter;
        this.parameterDescription = parameterDescription;
        this.option = option;
    }

    String commandName() {
        return commandName;
    }

    String description() {
        return description;
    }

    /** Returns the name of its one parameter. */
    String parameter() {
        return parameter;
    }

    String parameterDescription() {
        return parameterDescription;
    }

    /** Returns its own options that take a value, with their descriptions. */
    Map<String, String> options() {
        return option.isEmpty() ? Map.of() : Map.of(option, "aof or rdb; must be given");
    }

    /** Returns its own options that take no value, with their descriptions. */
    abstract Map<String, String> flags();

    /** Returns the settings of the server that matter to subcommands, too. */
    static List<ServerSetting> settings() {
        return List.of(ServerSetting.DIR, ServerSetting.PERSISTENCE, ServerSetting.DRAM_BUDGET);
    }

    /** Tells whether a setting means nothing to a subcommand, because no server runs. */
    static boolean isOfServersOnly(@Nullable KnownSetting setting) {
        return setting != null
                && setting.owner() != Owner.PERSISTER
                && settings().stream().noneMatch(each -> each.settingName().equals(setting.name()));
    }

    static Optional<Subcommand> named(String name) {
        return Stream.of(values())
                .filter(subcommand -> subcommand.commandName.equals(name))
                .findAny();
    }
}

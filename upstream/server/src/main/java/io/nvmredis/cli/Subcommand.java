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
    },
    CHECK(
            "check",
            "Reads all of a directory that no server uses, and says what is damaged and what a start would do.",
            "DIR",
            "directory of the data, as --dir of the server",
            "") {
        @Override
        Map<String, String> options() {
            Map<String, String> options = new LinkedHashMap<>();
            options.put(TRUNCATE_TO, "cut the log behind this transaction, and lose those behind it");
            options.put(COPY_TO, "where --fix and --truncate-to copy all files first; otherwise beside the directory");
            return options;
        }

        @Override
        Map<String, String> flags() {
            Map<String, String> flags = new LinkedHashMap<>();
            flags.put(FIX, "do what can be done without guessing: cut a torn tail, drop keys with damaged records");
            flags.put(JSON, "write one JSON object");
            return flags;
        }
    },
    STAT(
            "stat",
            "Tells what is where in a directory that no server uses.",
            "DIR",
            "directory of the data, as --dir of the server",
            "") {
        @Override
        Map<String, String> options() {
            return Map.of(LARGEST, "how many of the largest keys are named (default: 10)");
        }

        @Override
        Map<String, String> flags() {
            return Map.of(JSON, "write one JSON object");
        }
    },
    DUMP(
            "dump",
            "Writes the data or the log of a directory that no server uses.",
            "DIR",
            "directory of the data, as --dir of the server",
            "") {
        @Override
        Map<String, String> options() {
            Map<String, String> options = new LinkedHashMap<>();
            options.put(FORMAT, "json: a line of JSON per key; resp: commands, for redis-cli --pipe (default: json)");
            options.put(DATABASE, "keys of this database alone");
            options.put(KEY, "this key alone");
            options.put(MATCH, "keys that this pattern of KEYS fits");
            options.put(FROM, "with --log, from this LSN on");
            options.put(TO, "with --log, up to this LSN");
            return options;
        }

        @Override
        Map<String, String> flags() {
            Map<String, String> flags = new LinkedHashMap<>();
            flags.put(LOG, "the transactions of the log, and not the data");
            flags.put(TABLE, "the data as they are without what a start would replay");
            return flags;
        }
    },
    COMPLETION("completion", "Writes a script that completes commands and options in bash.", "", "", "") {
        @Override
        Map<String, String> flags() {
            return Map.of();
        }
    };

    static final String FORMAT = "format";
    static final String FORCE = "force";
    static final String JSON = "json";
    static final String FIX = "fix";
    static final String TRUNCATE_TO = "truncate-to";
    static final String COPY_TO = "copy-to";
    static final String LARGEST = "largest";
    static final String DATABASE = "db";
    static final String KEY = "key";
    static final String MATCH = "match";
    static final String LOG = "log";
    static final String TABLE = "table";
    static final String FROM = "from";
    static final String TO = "to";
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

    /** Returns whether it looks into a directory, and neither moves data nor needs the settings of a server. */
    boolean isInspection() {
        return this == CHECK || this == STAT || this == DUMP;
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

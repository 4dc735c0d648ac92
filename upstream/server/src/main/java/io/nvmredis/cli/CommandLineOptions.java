package io.nvmredis.cli;

import io.nvmredis.server.configuration.KnownSetting;
import io.nvmredis.server.configuration.KnownSetting.Owner;
import io.nvmredis.server.configuration.NearestName;
import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.server.configuration.SettingCatalog;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Options of the command line: the options of the server, of its subcommands and of each persister. An option before a
 * subcommand counts as if it stood behind it.
 */
final class CommandLineOptions {
    private final List<PersisterProvider> providers;
    private final SettingCatalog catalog;
    private final CommandLine commandLine;

    CommandLineOptions(SettingCatalog catalog, List<PersisterProvider> providers) {
        this.providers = providers;
        this.catalog = catalog;
        CommandSpec spec = command("A Redis whose every acknowledged write survives a crash.");
        addSettings(
                spec,
                catalog.all().stream()
                        .filter(setting -> setting.owner() != Owner.PERSISTER)
                        .toList(),
                Set.of());
        catalog.foreignNames().forEach(name -> spec.addOption(hidden(name)));
        layOut(spec);
        commandLine = new CommandLine(spec.name("nvm-redis"));
        for (Subcommand subcommand : Subcommand.values()) {
            commandLine.addSubcommand(subcommand.commandName(), spec(subcommand));
        }
        // All faults are reported at once, not only the first.
        commandLine.getCommandSpec().parser().collectErrors(true);
        commandLine
                .getSubcommands()
                .values()
                .forEach(subcommand -> subcommand.getCommandSpec().parser().collectErrors(true));
    }

    private static CommandSpec command(String description) {
        CommandSpec spec =
                CommandSpec.create().version("nvm-redis " + Version.CURRENT).mixinStandardHelpOptions(true);
        spec.usageMessage().description(description + "%n").sortOptions(false).width(110);
        return spec;
    }

    /** Shows the commands first, and the options, which are the server's, apart from them. */
    private static void layOut(CommandSpec spec) {
        spec.usageMessage()
                .customSynopsis("nvm-redis [OPTION...]          serves", "       nvm-redis COMMAND [OPTION...]")
                .commandListHeading("Commands, of which COMMAND --help says more:%n")
                .optionListHeading("%nOptions of the server:%n")
                .footer(
                        "",
                        "The launcher has two commands more: bench compares persistences, image makes the container"
                                + " image.",
                        "Exit status: 0 done; 1 it could not be done; 2 the command line is wrong; 3 out of memory;"
                                + " of check also",
                        "4 damage was found; 5 damage was found and has been repaired.");
        List<String> sections = new ArrayList<>(spec.usageMessage().sectionKeys());
        List<String> commands =
                List.of(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, UsageMessageSpec.SECTION_KEY_COMMAND_LIST);
        sections.removeAll(commands);
        sections.addAll(sections.indexOf(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING), commands);
        spec.usageMessage().sectionKeys(sections);
    }

    private CommandSpec spec(Subcommand subcommand) {
        CommandSpec spec = command(subcommand.description());
        if (!subcommand.parameter().isEmpty()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .paramLabel(subcommand.parameter())
                    .type(String.class)
                    .arity("1")
                    .description(subcommand.parameterDescription().replace("%", "%%"))
                    .build());
        }
        subcommand.options().forEach((name, description) -> spec.addOption(option(name, "", description)));
        subcommand.flags().forEach((name, description) -> spec.addOption(flag(name, description)));
        if (subcommand.isInspection()) {
            KnownSetting setting = Objects.requireNonNull(catalog.find(ServerSetting.PERSISTENCE.settingName()));
            spec.addOption(option(setting.name(), "that whose data are there", description(setting)));
        } else if (subcommand != Subcommand.COMPLETION) {
            List<KnownSetting> settings = catalog.all().stream()
                    .filter(setting -> setting.owner() != Owner.PERSISTER && !Subcommand.isOfServersOnly(setting))
                    .toList();
            addSettings(spec, settings, subcommand.flags().keySet());
        }
        return spec;
    }

    /** Adds the settings, except those whose names the command uses for something else. */
    private void addSettings(CommandSpec spec, List<KnownSetting> settings, Set<String> names) {
        for (KnownSetting setting : settings) {
            spec.addOption(option(setting.name(), setting.described().defaultValue(), description(setting)));
        }
        Set<String> taken = new HashSet<>(names);
        providers.forEach(provider -> addGroup(spec, provider, taken));
    }

    private String description(KnownSetting setting) {
        String description = setting.described().description();
        return setting.name().equals(ServerSetting.PERSISTENCE.settingName())
                ? description + ": "
                        + providers.stream().map(PersisterProvider::name).collect(Collectors.joining(", "))
                : description;
    }

    private static OptionSpec option(String name, String defaultValue, String description) {
        String shown = defaultValue.isEmpty() ? description : description + " (default: " + defaultValue + ")";
        return OptionSpec.builder("--" + name)
                .paramLabel("<value>")
                .type(String.class)
                // The description is not a format string.
                .description(shown.replace("%", "%%"))
                .build();
    }

    /** Returns an option of Redis's that means nothing here; {@code --help} does not show it. */
    private static OptionSpec hidden(String name) {
        return OptionSpec.builder("--" + name).type(String.class).hidden(true).build();
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder("--" + name)
                .type(boolean.class)
                .description(description.replace("%", "%%"))
                .build();
    }

    /** Adds the settings of a persister. A setting that several persisters have is shown with the first. */
    private static void addGroup(CommandSpec spec, PersisterProvider provider, Set<String> taken) {
        ArgGroupSpec.Builder group = ArgGroupSpec.builder()
                .validate(false)
                .heading("%nPersistence " + provider.name() + ": "
                        + provider.description().replace("%", "%%") + "%n");
        boolean empty = true;
        for (PersisterSetting setting : provider.settings()) {
            if (taken.add(setting.name())) {
                group.addArg(option(setting.name(), setting.defaultValue(), setting.description()));
                empty = false;
            }
        }
        if (!empty) {
            spec.addArgGroup(group.build());
        }
    }

    /** Returns what was given, whether valid or not. */
    Parsed parse(String... arguments) {
        ParseResult result = commandLine.parseArgs(arguments);
        Reading reading = new Reading(commandLine);
        reading.add(result);
        if (!result.hasSubcommand()) {
            return reading.parsed(null);
        }
        ParseResult ofSubcommand = result.subcommand();
        reading.command = result.subcommand().commandSpec().commandLine();
        reading.add(ofSubcommand);
        return reading.parsed(
                Subcommand.named(ofSubcommand.commandSpec().name()).orElseThrow());
    }

    String help(@Nullable Subcommand subcommand) {
        CommandLine shown =
                subcommand == null ? commandLine : commandLine.getSubcommands().get(subcommand.commandName());
        return Objects.requireNonNull(shown).getUsageMessage();
    }

    /** Returns a script of bash that completes the commands and options. */
    String completion() {
        return AutoComplete.bash("nvm-redis", commandLine);
    }

    String version() {
        return commandLine.getCommandSpec().version()[0];
    }

    /** Reading of the options before a subcommand and behind it. */
    private static final class Reading {
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Set<String> flags = new TreeSet<>();
        private final List<String> faults = new ArrayList<>();
        private CommandLine command;
        private String parameter = "";
        private boolean help;
        private boolean version;

        Reading(CommandLine command) {
            this.command = command;
        }

        void add(ParseResult result) {
            for (ArgSpec matched : result.matchedArgs()) {
                if (matched instanceof PositionalParamSpec) {
                    parameter = String.valueOf(matched.<String>getValue());
                } else if (matched instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()) {
                    add(option);
                }
            }
            result.errors().forEach(error -> faults.addAll(faults(error)));
            help |= result.isUsageHelpRequested();
            version |= result.isVersionHelpRequested();
        }

        private void add(OptionSpec option) {
            String name = option.longestName().substring(2);
            if (option.arity().max() == 0) {
                flags.add(name);
            } else {
                settings.put(name, String.valueOf(option.<String>getValue()));
            }
        }

        Parsed parsed(@Nullable Subcommand subcommand) {
            return new Parsed(subcommand, parameter, flags, settings, faults, help, version);
        }

        private List<String> faults(Exception error) {
            if (error instanceof MissingParameterException missing
                    && missing.getMissing().stream().anyMatch(PositionalParamSpec.class::isInstance)) {
                // The subcommand itself reports what it needs.
                return List.of();
            }
            if (!(error instanceof UnmatchedArgumentException unmatched)) {
                return List.of(String.valueOf(error.getMessage()));
            }
            List<String> found = new ArrayList<>();
            boolean valueExpected = false;
            for (String argument : unmatched.getUnmatched()) {
                boolean option = argument.startsWith("-");
                if (option) {
                    found.add(unknownOption(argument));
                } else if (!valueExpected) {
                    found.add(unknownWord(argument));
                }
                // The word after an unknown option is taken for its value: one fault, not two.
                valueExpected = option && argument.indexOf('=') < 0;
            }
            return found;
        }

        private String unknownOption(String argument) {
            int equalSign = argument.indexOf('=');
            String typed = equalSign < 0 ? argument : argument.substring(0, equalSign);
            return "there is no option '" + typed + "'; "
                    + suggestion(typed, command.getCommandSpec().optionsMap().keySet());
        }

        private String unknownWord(String argument) {
            return "'" + argument + "' is not an option; "
                    + suggestion(argument, command.getSubcommands().keySet());
        }

        private static String suggestion(String typed, Collection<String> names) {
            return NearestName.of(typed, names)
                    .map(name -> "did you mean " + name + "?")
                    .orElse("--help shows all");
        }
    }

    /**
     * Contents of a command line.
     *
     * @param subcommand null for the server itself
     * @param parameter parameter of the subcommand; empty if there is none
     * @param flags options without a value, without the dashes
     * @param settings values by name, without the dashes
     * @param faults what cannot be understood
     */
    record Parsed(
            @Nullable Subcommand subcommand,
            String parameter,
            Set<String> flags,
            Map<String, String> settings,
            List<String> faults,
            boolean help,
            boolean version) {

        /** Returns the same with these settings where it has none of the name, and these faults as well. */
        Parsed over(Map<String, String> otherSettings, List<String> otherFaults) {
            Map<String, String> merged = new LinkedHashMap<>(otherSettings);
            merged.putAll(settings);
            List<String> allFaults = new ArrayList<>(faults);
            allFaults.addAll(otherFaults);
            return new Parsed(subcommand, parameter, flags, merged, allFaults, help, version);
        }
    }
}

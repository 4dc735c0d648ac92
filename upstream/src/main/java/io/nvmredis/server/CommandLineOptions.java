package io.nvmredis.server;

import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.PersisterSetting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The options of the command line: those of the server, and those that each persister names. */
final class CommandLineOptions {
    private final CommandLine commandLine;

    CommandLineOptions(List<PersisterProvider> providers) {
        CommandSpec spec = CommandSpec.create()
                .name("nvm-redis")
                .version("nvm-redis " + Version.CURRENT)
                .mixinStandardHelpOptions(true);
        spec.usageMessage()
                .description("A Redis whose every acknowledged write survives a crash.%n")
                .sortOptions(false)
                .width(110);
        for (ServerSetting setting : ServerSetting.values()) {
            spec.addOption(option(setting.settingName(), setting.defaultValue(), description(setting, providers)));
        }
        Set<String> taken = new HashSet<>();
        providers.forEach(provider -> addGroup(spec, provider, taken));
        // All faults are told at once, not the first alone.
        spec.parser().collectErrors(true);
        commandLine = new CommandLine(spec);
    }

    private static String description(ServerSetting setting, List<PersisterProvider> providers) {
        return setting == ServerSetting.PERSISTENCE
                ? setting.description() + ": "
                        + providers.stream().map(PersisterProvider::name).collect(Collectors.joining(", "))
                : setting.description();
    }

    private static OptionSpec option(String name, String defaultValue, String description) {
        String shown = defaultValue.isEmpty() ? description : description + " (default: " + defaultValue + ")";
        return OptionSpec.builder("--" + name)
                .paramLabel("<value>")
                .type(String.class)
                // Not a format string.
                .description(shown.replace("%", "%%"))
                .build();
    }

    /** A setting that several persisters have is shown with the first. */
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

    /** What was given, whether valid or not. */
    Parsed parse(String... arguments) {
        ParseResult result = commandLine.parseArgs(arguments);
        Map<String, String> settings = new LinkedHashMap<>();
        for (ArgSpec matched : result.matchedArgs()) {
            if (matched instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()) {
                settings.put(option.longestName().substring(2), String.valueOf(option.<String>getValue()));
            }
        }
        List<String> faults = new ArrayList<>();
        result.errors().forEach(error -> faults.addAll(faults(error)));
        return new Parsed(settings, faults, result.isUsageHelpRequested(), result.isVersionHelpRequested());
    }

    private List<String> faults(Exception error) {
        if (!(error instanceof UnmatchedArgumentException unmatched)) {
            return List.of(String.valueOf(error.getMessage()));
        }
        List<String> faults = new ArrayList<>();
        boolean valueExpected = false;
        for (String argument : unmatched.getUnmatched()) {
            boolean option = argument.startsWith("-");
            if (option) {
                faults.add(unknownOption(argument));
            } else if (!valueExpected) {
                faults.add("'" + argument + "' is not an option; --help shows all");
            }
            // What follows an unknown option is taken for its value: one fault, not two.
            valueExpected = option && argument.indexOf('=') < 0;
        }
        return faults;
    }

    private String unknownOption(String argument) {
        int equalSign = argument.indexOf('=');
        String typed = equalSign < 0 ? argument : argument.substring(0, equalSign);
        Set<String> names = commandLine.getCommandSpec().optionsMap().keySet();
        return "there is no option '" + typed + "'; "
                + NearestName.of(typed, names)
                        .map(name -> "did you mean " + name + "?")
                        .orElse("--help shows all");
    }

    String help() {
        return commandLine.getUsageMessage();
    }

    String version() {
        return commandLine.getCommandSpec().version()[0];
    }

    /**
     * What a command line says.
     *
     * @param settings values by name, without the dashes
     * @param faults what cannot be understood
     */
    record Parsed(Map<String, String> settings, List<String> faults, boolean help, boolean version) {}
}

package io.nvmredis.engine.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CommandFacts} of all commands that are served, in the order of {@link CommandTable}. They are read from a
 * list in the jar when this class is first used, so that a server whose clients do not ask for them never reads it.
 *
 * <p>Any thread may use it.
 */
public final class CommandCatalog {
    private static final String LIST = "commands.txt";

    private static final Map<String, CommandFacts> COMMANDS = read();

    private CommandCatalog() {}

    private static Map<String, CommandFacts> read() {
        Map<String, Outline> listed = new LinkedHashMap<>();
        lines().forEach(line -> listed.put(line.word(), line));
        Map<String, CommandFacts> commands = new LinkedHashMap<>();
        for (CommandSpec spec : CommandTable.all()) {
            Outline line = listed.get(spec.name());
            if (line == null) {
                throw new IllegalStateException(LIST + " lacks the command " + spec.name());
            }
            commands.put(spec.name(), CommandFacts.of(spec, line));
        }
        return commands;
    }

    private static List<Outline> lines() {
        try (InputStream list = CommandCatalog.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new IllegalStateException(LIST + " is not in the jar");
            }
            return Outline.read(new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns all commands that are served, without their subcommands. */
    public static Collection<CommandFacts> all() {
        return Collections.unmodifiableCollection(COMMANDS.values());
    }

    /** Returns the command of this name, or the subcommand if it is {@code client|list}; null if there is none. */
    public static @Nullable CommandFacts find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        int bar = wanted.indexOf('|');
        CommandFacts command = COMMANDS.get(bar < 0 ? wanted : wanted.substring(0, bar));
        return bar < 0 || command == null ? command : subcommand(command, wanted);
    }

    /** Returns the command or the subcommand that these words call; null if there is none. */
    public static @Nullable CommandFacts find(List<String> words) {
        CommandFacts command = COMMANDS.get(words.get(0).toLowerCase(Locale.ROOT));
        if (command == null || command.subcommands().isEmpty() || words.size() == 1) {
            return command;
        }
        return subcommand(command, command.name() + "|" + words.get(1).toLowerCase(Locale.ROOT));
    }

    /** Returns the names of the commands and subcommands that a filter lets pass. */
    public static List<String> names(Predicate<CommandFacts> filter) {
        return COMMANDS.values().stream()
                .flatMap(command -> Stream.concat(Stream.of(command), command.subcommands().stream()))
                .filter(filter)
                .map(CommandFacts::name)
                .toList();
    }

    private static @Nullable CommandFacts subcommand(CommandFacts command, String name) {
        for (CommandFacts subcommand : command.subcommands()) {
            if (subcommand.name().equals(name)) {
                return subcommand;
            }
        }
        return null;
    }
}

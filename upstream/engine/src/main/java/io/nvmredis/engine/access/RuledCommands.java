package io.nvmredis.engine.access;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandCatalog;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All commands that rules may name: those that are served, and those of Redis 7.0 that are not, so that a file of users
 * that a Redis has written can be read. Made when rules of a user that may not do everything are first needed.
 *
 * <p>Any thread may use it.
 */
final class RuledCommands {
    /** The categories, in Redis's order. */
    static final List<String> CATEGORIES = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting");

    /** Release whose rules are written down here as Redis 7.0 writes them. */
    private static final String RELEASE = "7.0.";

    /** Commands of Redis 7.0 that this server lacks. */
    private static final Map<String, Set<String>> NOT_SERVED = Map.of(
            "pfdebug", Set.of("write", "hyperloglog", "admin", "slow", "dangerous"),
            "pfselftest", Set.of("hyperloglog", "admin", "slow", "dangerous"));

    private static final RuledCommands ALL = new RuledCommands();

    private final List<RuledCommand> commands = new ArrayList<>();
    private final Map<String, RuledCommand> byName = new HashMap<>();
    private final RuledCommand[] byIndex = new RuledCommand[CommandTable.all().size()];
    private int count;

    private RuledCommands() {
        for (CommandSpec spec : CommandTable.all()) {
            CommandFacts facts = CommandCatalog.find(spec.name());
            if (facts == null) {
                throw new IllegalStateException("the catalog lacks " + spec.name());
            }
            byIndex[spec.index()] = add(ruled(facts));
        }
        NOT_SERVED.forEach(
                (name, categories) -> add(new RuledCommand(count++, name, categories, null, false, List.of())));
    }

    private RuledCommand ruled(CommandFacts facts) {
        int id = count++;
        List<RuledCommand> subcommands =
                facts.subcommands().stream().map(this::ruled).toList();
        return new RuledCommand(id, facts.name(), Set.copyOf(facts.categories()), facts, isNew(facts), subcommands);
    }

    private static boolean isNew(CommandFacts facts) {
        String since = facts.documentation().since();
        return since.compareTo(RELEASE) > 0 && !since.startsWith(RELEASE);
    }

    private RuledCommand add(RuledCommand command) {
        commands.add(command);
        byName.put(command.name(), command);
        return command;
    }

    /** Returns the commands, each with its subcommands. */
    static List<RuledCommand> all() {
        return ALL.commands;
    }

    /** Returns the number of commands and subcommands: each id is less. */
    static int count() {
        return ALL.count;
    }

    /** Returns the command or the subcommand of this name, in upper or lower case; null if there is none. */
    static @Nullable RuledCommand named(String name) {
        int bar = name.indexOf('|');
        RuledCommand command = ALL.byName.get((bar < 0 ? name : name.substring(0, bar)).toLowerCase(Locale.ROOT));
        return bar < 0 || command == null ? command : command.subcommand(name.substring(bar + 1));
    }

    /** Returns the command or the subcommand that these words call. */
    static RuledCommand called(CommandSpec spec, List<byte[]> words) {
        RuledCommand command = ALL.byIndex[spec.index()];
        if (command.subcommands().isEmpty() || words.size() == 1) {
            return command;
        }
        RuledCommand subcommand = command.subcommand(Words.text(words.get(1)));
        return subcommand == null ? command : subcommand;
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.catalog.CommandCatalog;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.catalog.KeySearch;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** COMMAND: which commands there are, what they do, and where their keys stand. Holds the engine's lock. */
final class CommandCommand implements OwnCommand {
    private static final String HELP = """
            COMMAND <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            (no subcommand)
                Describe all commands.
            COUNT
                Return the number of commands.
            DOCS [<command-name> ...]
                Explain these commands, or all.
            GETKEYS <full-command>
                Return the keys among the words of a command.
            GETKEYSANDFLAGS <full-command>
                Return the keys among the words of a command, with what it does with them.
            INFO [<command-name> ...]
                Describe these commands, or all.
            LIST [FILTERBY (MODULE <module-name>|ACLCAT <category>|PATTERN <pattern>)]
                Return the names of the commands, all or some.
            HELP
                Print this help.""";

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (parameters.isEmpty()) {
            return describe(CommandCatalog.all());
        }
        List<Slice> words = parameters.subList(1, parameters.size());
        return switch (parameters.get(0).toString().toLowerCase(Locale.ROOT)) {
            case "count" -> Response.integer(CommandTable.all().size());
            case "docs" -> words.isEmpty() ? explain(CommandCatalog.all()) : explain(engine, words);
            case "info" -> words.isEmpty() ? describe(CommandCatalog.all()) : describe(engine, words);
            case "list" -> words.isEmpty() ? names(command -> true) : filtered(new Arguments(words));
            case "getkeys" -> keys(words, false);
            case "getkeysandflags" -> keys(words, true);
            default -> ObjectCommand.help(HELP);
        };
    }

    private static Slice describe(Collection<CommandFacts> commands) {
        return Response.array(commands.stream().map(CommandReplies::info).toList());
    }

    private static Slice describe(CommandEngine engine, List<Slice> names) {
        List<Slice> described = new ArrayList<>();
        long bytes = 0;
        for (Slice name : names) {
            CommandFacts command = CommandCatalog.find(name.toString());
            Slice description = command == null ? Response.NULL : CommandReplies.info(command);
            bytes = engine.guard().replies(bytes, description);
            described.add(description);
        }
        return Response.array(described);
    }

    private static Slice explain(Collection<CommandFacts> commands) {
        List<Slice> explained = new ArrayList<>();
        for (CommandFacts command : commands) {
            explained.add(TextReplies.text(command.name()));
            explained.add(CommandReplies.documentation(command));
        }
        return Response.array(explained);
    }

    private static Slice explain(CommandEngine engine, List<Slice> names) {
        List<Slice> explained = new ArrayList<>();
        long bytes = 0;
        for (Slice name : names) {
            CommandFacts command = CommandCatalog.find(name.toString());
            if (command != null) {
                Slice documentation = CommandReplies.documentation(command);
                bytes = engine.guard().replies(bytes, documentation);
                explained.add(TextReplies.text(command.name()));
                explained.add(documentation);
            }
        }
        return Response.array(explained);
    }

    private static Slice filtered(Arguments arguments) {
        if (arguments.count() != 3 || !arguments.is(0, "filterby")) {
            throw Arguments.syntaxError();
        }
        if (arguments.is(1, "module")) {
            // No command comes from a module.
            return Response.EMPTY_ARRAY;
        }
        if (arguments.is(1, "aclcat")) {
            String category = arguments.word(2).toString().toLowerCase(Locale.ROOT);
            return names(command -> command.categories().contains(category));
        }
        if (arguments.is(1, "pattern")) {
            GlobPattern pattern = new GlobPattern(lowerCase(arguments.bytes(2)));
            return names(command -> pattern.matches(command.name().getBytes(StandardCharsets.ISO_8859_1)));
        }
        throw Arguments.syntaxError();
    }

    private static byte[] lowerCase(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Slice names(Predicate<CommandFacts> filter) {
        return Response.array(
                CommandCatalog.names(filter).stream().map(TextReplies::text).toList());
    }

    private static Slice keys(List<Slice> command, boolean withFlags) {
        List<byte[]> words = command.stream().map(RawBytes::of).toList();
        CommandFacts facts = CommandCatalog.find(
                command.stream().limit(2).map(Slice::toString).toList());
        if (facts == null) {
            return Response.error("ERR Invalid command specified");
        }
        if (!facts.mayHaveKeys()) {
            return Response.error("ERR The command has no key arguments");
        }
        if (!facts.admits(words.size())) {
            return Response.error("ERR Invalid number of arguments specified for command");
        }
        List<KeySearch.Found> keys = KeySearch.keys(facts, words);
        if (keys.isEmpty() && !facts.flags().contains("no_mandatory_keys")) {
            return Response.error("ERR Invalid arguments specified for command");
        }
        return Response.array(keys.stream()
                .map(key -> key(command.get(key.position()), key, withFlags))
                .toList());
    }

    private static Slice key(Slice word, KeySearch.Found key, boolean withFlags) {
        Slice name = Response.bulkString(word);
        return withFlags ? Response.array(name, CommandReplies.words(key.flags())) : name;
    }
}

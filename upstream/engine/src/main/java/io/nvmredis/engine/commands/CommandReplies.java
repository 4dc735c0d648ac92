package io.nvmredis.engine.commands;

import static io.nvmredis.engine.commands.TextReplies.text;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.CommandArgument;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.catalog.CommandFacts.Documentation;
import io.nvmredis.engine.catalog.KeySpec;
import io.nvmredis.engine.catalog.KeySpec.AtIndex;
import io.nvmredis.engine.catalog.KeySpec.BehindWord;
import io.nvmredis.engine.catalog.KeySpec.Counted;
import io.nvmredis.engine.catalog.KeySpec.Range;
import java.util.ArrayList;
import java.util.List;

/** The replies of COMMAND INFO and COMMAND DOCS for one command. */
final class CommandReplies {
    private CommandReplies() {}

    /** Returns the description that COMMAND INFO gives. */
    static Slice info(CommandFacts command) {
        return Response.array(
                text(command.name()),
                Response.integer(command.arity()),
                words(command.flags()),
                Response.integer(command.firstKey()),
                Response.integer(command.lastKey()),
                Response.integer(command.keyStep()),
                words(command.categories().stream().map(name -> "@" + name).toList()),
                Response.array(command.tips().stream().map(TextReplies::text).toList()),
                Response.array(command.keys().stream().map(CommandReplies::key).toList()),
                Response.array(
                        command.subcommands().stream().map(CommandReplies::info).toList()));
    }

    /** Returns words as simple strings. */
    static Slice words(List<String> words) {
        return Response.array(words.stream().map(Response::simpleString).toList());
    }

    private static Slice key(KeySpec key) {
        List<Slice> fields = new ArrayList<>();
        addText(fields, "notes", key.note());
        add(fields, "flags", words(key.flags()));
        add(fields, "begin_search", begin(key.begin()));
        add(fields, "find_keys", find(key.find()));
        return Response.array(fields);
    }

    private static Slice begin(KeySpec.Begin begin) {
        if (begin instanceof AtIndex at) {
            return search("index", text("index"), Response.integer(at.index()));
        }
        if (begin instanceof BehindWord behind) {
            return search(
                    "keyword",
                    text("keyword"),
                    text(behind.word()),
                    text("startfrom"),
                    Response.integer(behind.from()));
        }
        return search("unknown");
    }

    private static Slice find(KeySpec.Find find) {
        if (find instanceof Range range) {
            return search(
                    "range",
                    text("lastkey"),
                    Response.integer(range.last()),
                    text("keystep"),
                    Response.integer(range.step()),
                    text("limit"),
                    Response.integer(range.limit()));
        }
        if (find instanceof Counted counted) {
            return search(
                    "keynum",
                    text("keynumidx"),
                    Response.integer(counted.index()),
                    text("firstkey"),
                    Response.integer(counted.first()),
                    text("keystep"),
                    Response.integer(counted.step()));
        }
        return search("unknown");
    }

    private static Slice search(String type, Slice... spec) {
        return Response.array(text("type"), text(type), text("spec"), Response.array(spec));
    }

    /** Returns the explanation that COMMAND DOCS gives. */
    static Slice documentation(CommandFacts command) {
        Documentation told = command.documentation();
        List<Slice> fields = new ArrayList<>();
        addText(fields, "summary", told.summary());
        addText(fields, "since", told.since());
        addText(fields, "group", told.group());
        addText(fields, "complexity", told.complexity());
        if (!told.flags().isEmpty()) {
            add(fields, "doc_flags", words(told.flags()));
        }
        addText(fields, "deprecated_since", told.deprecatedSince());
        addText(fields, "replaced_by", told.replacedBy());
        if (!told.arguments().isEmpty()) {
            add(fields, "arguments", arguments(told.arguments()));
        }
        if (!command.subcommands().isEmpty()) {
            List<Slice> subcommands = new ArrayList<>();
            command.subcommands().forEach(each -> add(subcommands, each.name(), documentation(each)));
            add(fields, "subcommands", Response.array(subcommands));
        }
        return Response.array(fields);
    }

    private static Slice arguments(List<CommandArgument> arguments) {
        return Response.array(arguments.stream().map(CommandReplies::argument).toList());
    }

    private static Slice argument(CommandArgument argument) {
        List<Slice> fields = new ArrayList<>();
        addText(fields, "name", argument.name());
        addText(fields, "type", argument.type());
        if (argument.keySpec() >= 0) {
            add(fields, "key_spec_index", Response.integer(argument.keySpec()));
        }
        String token = argument.token();
        if (token != null) {
            add(fields, "token", text(token));
        }
        addText(fields, "since", argument.since());
        addText(fields, "deprecated_since", argument.deprecatedSince());
        if (!argument.flags().isEmpty()) {
            add(fields, "flags", words(argument.flags()));
        }
        if (!argument.arguments().isEmpty()) {
            add(fields, "arguments", arguments(argument.arguments()));
        }
        return Response.array(fields);
    }

    /** Adds a field unless there is nothing to tell. */
    private static void addText(List<Slice> fields, String name, String value) {
        if (!value.isEmpty()) {
            add(fields, name, text(value));
        }
    }

    private static void add(List<Slice> fields, String name, Slice value) {
        fields.add(text(name));
        fields.add(value);
    }
}

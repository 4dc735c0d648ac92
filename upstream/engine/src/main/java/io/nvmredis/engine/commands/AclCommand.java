package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.access.Denial;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.access.UserFile;
import io.nvmredis.engine.access.Users;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.catalog.CommandCatalog;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** ACL: users and what they may do. Holds the engine's lock. */
final class AclCommand {
    private static final String HELP = """
            ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            CAT [<category>]
                List the categories of commands, or the commands of <category>.
            DELUSER <username> [<username> ...]
                Delete users and disconnect their clients.
            DRYRUN <username> <command> [<arg> ...]
                Tell whether the user may run a command, without running it.
            GENPASS [<bits>]
                Make a random password of 256 bits, or of <bits>.
            GETUSER <username>
                Show the user's rules.
            LIST
                Show all users with their rules.
            LOAD
                Replace all users by those of the file of users.
            LOG [<count> | RESET]
                Show what was refused of late, or forget it.
            SAVE
                Write all users to the file of users.
            SETUSER <username> <rule> [<rule> ...]
                Make a user, or change its rules.
            USERS
                List the names of all users.
            WHOAMI
                Return the name of the user of this connection.
            HELP
                Print this help.""";

    private static final String NO_FILE =
            "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER"
                    + " command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to"
                    + " store users in the Redis configuration.";

    private static final int MAX_BITS = 4096;
    private static final int USUAL_BITS = 256;
    private static final int BITS_PER_DIGIT = 4;
    private static final String BAD_BITS =
            "ERR ACL GENPASS argument must be the number of bits for the output password, a" + " positive number up to "
                    + MAX_BITS;

    private static final SecureRandom RANDOM = new SecureRandom();

    private AclCommand() {}

    static Slice acl(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Arguments arguments = new Arguments(parameters);
        Users users = engine.access().users();
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return switch (subcommand) {
            case "cat" -> categories(arguments);
            case "deluser" -> delete(engine, session, parameters);
            case "dryrun" -> dryRun(users, parameters);
            case "genpass" -> password(arguments);
            case "getuser" -> getUser(users.find(text(parameters.get(1))));
            case "help" -> ObjectCommand.help(HELP);
            case "list" -> texts(users.lines());
            case "load" -> load(engine, session);
            case "log" -> AclLogReplies.log(engine, arguments);
            case "save" -> save(engine);
            case "setuser" -> setUser(engine, session, parameters);
            case "users" -> texts(users.all().stream().map(User::name).toList());
            case "whoami" -> TextReplies.text(session.user().name());
            default -> throw new IllegalArgumentException(subcommand);
        };
    }

    private static String text(Slice word) {
        return Words.text(RawBytes.of(word));
    }

    private static Slice texts(List<String> texts) {
        return Response.array(texts.stream().map(TextReplies::text).toList());
    }

    private static Slice setUser(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        String name = text(parameters.get(1));
        if (Users.hasSpaces(name)) {
            return Response.error("ERR Usernames can't contain spaces or null characters");
        }
        Users users = engine.access().users();
        List<String> rules = parameters.stream().skip(2).map(AclCommand::text).toList();
        String fault = users.set(name, rules);
        if (fault != null) {
            return Response.error("ERR " + fault.replace('\r', ' ').replace('\n', ' '));
        }
        User user = users.find(name);
        if (user != null) {
            UserSessions.endForbiddenSubscribers(engine, session, user);
        }
        return Response.OK;
    }

    private static Slice delete(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        List<String> names = parameters.stream().skip(1).map(AclCommand::text).toList();
        if (names.contains(Users.DEFAULT)) {
            return Response.error("ERR The '" + Users.DEFAULT + "' user cannot be removed");
        }
        List<User> removed = engine.access().users().remove(names);
        UserSessions.endAllOf(engine, session, removed);
        return Response.integer(removed.size());
    }

    private static Slice load(CommandEngine engine, CommandSession session) {
        UserFile file = engine.access().userFile();
        if (file == null) {
            return Response.error(NO_FILE);
        }
        UserFile.Loaded loaded = file.load(engine.access().users());
        if (!loaded.faults().isEmpty()) {
            return Response.error("ERR " + loaded.error());
        }
        UserSessions.endAllOf(engine, session, loaded.removed());
        return Response.OK;
    }

    private static Slice save(CommandEngine engine) {
        UserFile file = engine.access().userFile();
        if (file == null) {
            return Response.error(NO_FILE);
        }
        return file.save(engine.access().users())
                ? Response.OK
                : Response.error("ERR There was an error trying to save the ACLs. Please check the server logs for more"
                        + " information");
    }

    private static Slice getUser(@Nullable User user) {
        if (user == null) {
            return Response.NULL;
        }
        User.Description described = user.describe();
        List<Slice> fields = new ArrayList<>(List.of(
                TextReplies.text("flags"),
                texts(described.flags()),
                TextReplies.text("passwords"),
                texts(described.passwords())));
        fields.addAll(fields(described.selectors().get(0)));
        fields.add(TextReplies.text("selectors"));
        fields.add(Response.array(described.selectors().stream()
                .skip(1)
                .map(each -> Response.array(fields(each)))
                .toList()));
        return Response.array(fields);
    }

    private static List<Slice> fields(User.SelectorDescription selector) {
        return List.of(
                TextReplies.text("commands"),
                TextReplies.text(selector.commands()),
                TextReplies.text("keys"),
                TextReplies.text(selector.keys()),
                TextReplies.text("channels"),
                TextReplies.text(selector.channels()));
    }

    private static Slice categories(Arguments arguments) {
        if (arguments.count() > 2) {
            return wrongWords(arguments);
        }
        if (arguments.count() == 1) {
            return texts(Users.categories());
        }
        String category = arguments.word(1).toString().toLowerCase(Locale.ROOT);
        return Users.categories().contains(category)
                ? texts(CommandCatalog.names(command -> command.categories().contains(category)))
                : Response.error("ERR Unknown category '" + arguments.word(1) + "'");
    }

    static Slice wrongWords(Arguments arguments) {
        return Response.error(
                "ERR unknown subcommand or wrong number of arguments for '" + arguments.word(0) + "'. Try ACL HELP.");
    }

    private static Slice dryRun(Users users, List<Slice> parameters) {
        User user = users.find(text(parameters.get(1)));
        if (user == null) {
            return Response.error("ERR User '" + parameters.get(1) + "' not found");
        }
        List<Slice> words = parameters.subList(2, parameters.size());
        CommandFacts command =
                CommandCatalog.find(words.stream().map(Slice::toString).toList());
        if (command == null) {
            return Response.error("ERR Command '" + words.get(0) + "' not found");
        }
        if (!command.admits(words.size())) {
            return Response.error(ErrorReplies.wrongNumber(command.name()));
        }
        List<byte[]> bytes = words.stream().map(RawBytes::of).toList();
        CommandSpec spec = Objects.requireNonNull(CommandTable.find(bytes.get(0)));
        Denial denial = user.denial(spec, bytes);
        return denial == null ? Response.OK : TextReplies.text(denial.dryRunText(bytes));
    }

    private static Slice password(Arguments arguments) {
        if (arguments.count() > 2) {
            return wrongWords(arguments);
        }
        long bits = arguments.count() == 2 ? arguments.integer(1) : USUAL_BITS;
        if (bits <= 0 || bits > MAX_BITS) {
            throw new ArgumentException(BAD_BITS);
        }
        int digits = (int) (bits + BITS_PER_DIGIT - 1) / BITS_PER_DIGIT;
        byte[] random = new byte[(digits + 1) / 2];
        RANDOM.nextBytes(random);
        return TextReplies.text(HexFormat.of().formatHex(random).substring(0, digits));
    }
}

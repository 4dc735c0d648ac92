package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.catalog.CommandCatalog;
import io.nvmredis.engine.catalog.CommandFacts;
import io.nvmredis.engine.context.Access;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * ACL, for the one user that there is: {@code default}, who may do everything. What would need other users is refused.
 */
final class AclCommand {
    private static final String HELP = """
            ACL <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            CAT [<category>]
                List the categories of commands, or the commands of <category>.
            DRYRUN <username> <command> [<arg> ...]
                Tell whether the user may run a command, without running it.
            GENPASS [<bits>]
                Make a random password of 256 bits, or of <bits>.
            GETUSER <username>
                Show the user's rules.
            LIST
                Show all users with their rules.
            USERS
                List the names of all users.
            WHOAMI
                Return the name of the user of this connection.
            HELP
                Print this help.""";

    private static final String NO_USERS =
            "ERR this server has no users but 'default', whose password is the setting requirepass";

    /** The categories, in Redis's order. */
    private static final List<String> CATEGORIES = List.of(
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
        String hash = engine.access().passwordHash();
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return switch (subcommand) {
            case "cat" -> categories(arguments);
            case "dryrun" -> dryRun(parameters);
            case "genpass" -> password(arguments);
            case "getuser" -> isDefault(parameters.get(1)) ? user(hash) : Response.NULL;
            case "help" -> ObjectCommand.help(HELP);
            case "list" ->
                texts(List.of(
                        "user " + Access.USER + " on " + (hash.isEmpty() ? "nopass" : '#' + hash) + " ~* &* +@all"));
            case "users" -> texts(List.of(Access.USER));
            case "whoami" -> TextReplies.text(Access.USER);
            case "deluser" -> delete(parameters.subList(1, parameters.size()));
            default -> Response.error(NO_USERS);
        };
    }

    private static boolean isDefault(Slice user) {
        return user.toString().equals(Access.USER);
    }

    private static Slice texts(List<String> texts) {
        return Response.array(texts.stream().map(TextReplies::text).toList());
    }

    private static Slice user(String hash) {
        return Response.array(
                TextReplies.text("flags"),
                texts(hash.isEmpty() ? List.of("on", "nopass") : List.of("on")),
                TextReplies.text("passwords"),
                texts(hash.isEmpty() ? List.of() : List.of(hash)),
                TextReplies.text("commands"),
                TextReplies.text("+@all"),
                TextReplies.text("keys"),
                TextReplies.text("~*"),
                TextReplies.text("channels"),
                TextReplies.text("&*"),
                TextReplies.text("selectors"),
                Response.EMPTY_ARRAY);
    }

    private static Slice delete(List<Slice> users) {
        return users.stream().anyMatch(AclCommand::isDefault)
                ? Response.error("ERR The '" + Access.USER + "' user cannot be removed")
                : Response.integer(0);
    }

    private static Slice categories(Arguments arguments) {
        if (arguments.count() > 2) {
            return wrongWords(arguments);
        }
        if (arguments.count() == 1) {
            return texts(CATEGORIES);
        }
        String category = arguments.word(1).toString().toLowerCase(Locale.ROOT);
        return CATEGORIES.contains(category)
                ? texts(CommandCatalog.names(command -> command.categories().contains(category)))
                : Response.error("ERR Unknown category '" + arguments.word(1) + "'");
    }

    private static Slice wrongWords(Arguments arguments) {
        return Response.error(
                "ERR unknown subcommand or wrong number of arguments for '" + arguments.word(0) + "'. Try ACL HELP.");
    }

    private static Slice dryRun(List<Slice> parameters) {
        if (!isDefault(parameters.get(1))) {
            return Response.error("ERR User '" + parameters.get(1) + "' not found");
        }
        List<String> words = parameters.stream().skip(2).map(Slice::toString).toList();
        CommandFacts command = CommandCatalog.find(words);
        if (command == null) {
            return Response.error("ERR Command '" + words.get(0) + "' not found");
        }
        return command.admits(words.size()) ? Response.OK : Response.error(ErrorReplies.wrongNumber(command.name()));
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

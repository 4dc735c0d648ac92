package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CLIENT: shows what the server knows of its clients, and lets a client act on itself and on others. A word that Redis
 * 7.0 does not know is refused, and so is a feature that this server does not have: OK means that the action was done.
 *
 * <p>Holds the engine's lock. It does not run another client's work: it tells the client's connection, which acts
 * later.
 */
final class ClientCommand implements OwnCommand {
    private static final String UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

    private static final Map<String, OwnCommand> SUBCOMMANDS = Map.ofEntries(
            Map.entry("caching", TrackingCommands::caching),
            Map.entry("getname", (engine, session, words) -> name(session)),
            Map.entry("getredir", TrackingCommands::getredir),
            Map.entry("help", (engine, session, words) -> ClientHelp.reply()),
            Map.entry("id", (engine, session, words) -> Response.integer(session.id())),
            Map.entry("info", (engine, session, words) -> ClientList.info(engine, session)),
            Map.entry("kill", ClientCommand::kill),
            Map.entry("list", ClientCommand::list),
            Map.entry("no-evict", ClientCommand::noEvict),
            Map.entry("no-touch", ClientCommand::noTouch),
            Map.entry("pause", ClientCommand::pause),
            Map.entry("reply", ClientCommand::reply),
            Map.entry("setname", ClientCommand::setName),
            Map.entry("tracking", TrackingCommands::tracking),
            Map.entry("trackinginfo", TrackingCommands::trackinginfo),
            Map.entry("unblock", ClientCommand::unblock),
            Map.entry("unpause", ClientCommand::unpause));

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        OwnCommand subcommand = SUBCOMMANDS.get(word(parameters, 0));
        if (subcommand == null) {
            // Arity has refused unknown subcommands before.
            throw syntaxFault();
        }
        return subcommand.run(engine, session, parameters);
    }

    private static String word(List<Slice> words, int index) {
        return words.get(index).toString().toLowerCase(Locale.ROOT);
    }

    private static ArgumentException syntaxFault() {
        return new ArgumentException(ErrorReplies.SYNTAX);
    }

    private static ArgumentException tooMany(List<Slice> words) {
        return new ArgumentException(
                "ERR unknown subcommand or wrong number of arguments for '" + words.get(0) + "'. Try CLIENT HELP.");
    }

    private static Slice name(CommandSession session) {
        String name = session.state().getClientName();
        return name == null ? Response.NULL : Response.bulkString(Slice.create(name));
    }

    private static Slice setName(CommandEngine engine, CommandSession session, List<Slice> words) {
        if (!AccessCommands.isClientName(RawBytes.of(words.get(1)))) {
            return Response.error(AccessCommands.BAD_CLIENT_NAME);
        }
        AccessCommands.nameClient(session, words.get(1).toString());
        return Response.OK;
    }

    /** Sets the mode of replies. It applies to the reply of this command already. */
    private static Slice reply(CommandEngine engine, CommandSession session, List<Slice> words) {
        switch (word(words, 1)) {
            case "on" -> session.state().replyOn();
            case "off" -> session.state().replyOff();
            case "skip" -> session.state().replySkip();
            default -> throw syntaxFault();
        }
        return Response.OK;
    }

    private static Slice noEvict(CommandEngine engine, CommandSession session, List<Slice> words) {
        switch (word(words, 1)) {
            case "on" -> session.output().exempt(true);
            case "off" -> session.output().exempt(false);
            default -> throw syntaxFault();
        }
        return Response.OK;
    }

    /** Has the client's commands not count as uses of their keys. Redis has it from 7.2 on. */
    private static Slice noTouch(CommandEngine engine, CommandSession session, List<Slice> words) {
        switch (word(words, 1)) {
            case "on" -> session.state().touches(false);
            case "off" -> session.state().touches(true);
            default -> throw syntaxFault();
        }
        return Response.OK;
    }

    private static Slice list(CommandEngine engine, CommandSession session, List<Slice> words) {
        if (words.size() == 1) {
            return ClientList.of(engine, engine.clients().all());
        }
        String option = word(words, 1);
        if (option.equals("type") && words.size() == 3) {
            ClientType type = ClientType.named(words.get(2));
            return ClientList.of(
                    engine,
                    engine.clients().all().stream()
                            .filter(each -> type.includes(engine, each))
                            .toList());
        }
        if (!option.equals("id") || words.size() < 3) {
            throw syntaxFault();
        }
        List<CommandSession> found = new ArrayList<>();
        Arguments arguments = new Arguments(words);
        for (int i = 2; i < words.size(); i++) {
            CommandSession each = engine.clients().find(arguments.integer(i, "ERR Invalid client ID"));
            if (each != null) {
                found.add(each);
            }
        }
        return ClientList.of(engine, found);
    }

    /** Ends one client by its address, or all that meet every condition. The sender is answered before it is ended. */
    private static Slice kill(CommandEngine engine, CommandSession session, List<Slice> words) {
        boolean isByAddress = words.size() == 2;
        ClientFilter filter = isByAddress
                ? ClientFilter.ofAddress(words.get(1))
                : ClientFilter.parse(engine, words.subList(1, words.size()));
        int killed = 0;
        for (CommandSession each : engine.clients().all()) {
            if (filter.includes(engine, session, each)) {
                killed++;
                if (each == session) {
                    session.output().close();
                } else {
                    each.kill();
                }
            }
        }
        if (!isByAddress) {
            return Response.integer(killed);
        }
        return killed == 0 ? Response.error("ERR No such client") : Response.OK;
    }

    private static Slice unblock(CommandEngine engine, CommandSession session, List<Slice> words) {
        boolean isError = false;
        if (words.size() > 3) {
            throw tooMany(words);
        }
        if (words.size() == 3) {
            isError = switch (word(words, 2)) {
                case "timeout" -> false;
                case "error" -> true;
                default -> throw new ArgumentException("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
            };
        }
        CommandSession blocked = engine.clients().find(new Arguments(words).integer(1));
        boolean isUnblocked =
                blocked != null && blocked.unblock(isError ? Response.error(UNBLOCKED) : blocked.expired());
        return Response.integer(isUnblocked ? 1 : 0);
    }

    private static Slice pause(CommandEngine engine, CommandSession session, List<Slice> words) {
        if (words.size() > 3) {
            throw tooMany(words);
        }
        boolean isOfWritesOnly = words.size() == 3
                && switch (word(words, 2)) {
                    case "write" -> true;
                    case "all" -> false;
                    default -> throw new ArgumentException("ERR CLIENT PAUSE mode must be WRITE or ALL");
                };
        long millis = new Arguments(words).integer(1, "ERR timeout is not an integer or out of range");
        if (millis < 0) {
            throw new ArgumentException("ERR timeout is negative");
        }
        engine.pause().begin(millis, isOfWritesOnly);
        return Response.OK;
    }

    private static Slice unpause(CommandEngine engine, CommandSession session, List<Slice> words) {
        engine.pause().end();
        return Response.OK;
    }
}

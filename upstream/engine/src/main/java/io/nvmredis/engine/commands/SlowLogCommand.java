package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.measure.SlowCommand;
import io.nvmredis.engine.measure.SlowLog;
import java.util.List;
import java.util.Locale;

/** SLOWLOG: the latest commands that took long. */
final class SlowLogCommand {
    private static final String HELP = """
            SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            GET [<count>]
                Return the latest <count> slow commands (default: 10, all: -1), each with its
                id, time, microseconds, words, the client's address and its name.
            LEN
                Return how many slow commands are kept.
            RESET
                Forget them.
            HELP
                Print this help.""";

    private static final int USUAL_COUNT = 10;
    private static final String BAD_COUNT = "ERR count should be greater than or equal to -1";

    private SlowLogCommand() {}

    static Slice slowlog(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        SlowLog log = engine.commandMeter().slowLog();
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return switch (subcommand) {
            case "get" ->
                parameters.size() > 2
                        ? Response.error("ERR unknown subcommand or wrong number of arguments for '" + parameters.get(0)
                                + "'. Try SLOWLOG HELP.")
                        : get(log, new Arguments(parameters));
            case "len" -> Response.integer(log.length());
            case "reset" -> {
                log.reset();
                yield Response.OK;
            }
            default -> ObjectCommand.help(HELP);
        };
    }

    private static Slice get(SlowLog log, Arguments arguments) {
        long count = arguments.count() > 1 ? arguments.integer(1, BAD_COUNT) : USUAL_COUNT;
        if (count < -1) {
            return Response.error(BAD_COUNT);
        }
        return Response.array(log.latest(count < 0 ? Long.MAX_VALUE : count).stream()
                .map(SlowLogCommand::entry)
                .toList());
    }

    private static Slice entry(SlowCommand slow) {
        return Response.array(
                Response.integer(slow.id()),
                Response.integer(slow.timeSeconds()),
                Response.integer(slow.micros()),
                Response.array(slow.words().stream()
                        .map(word -> Response.bulkString(Slice.create(word)))
                        .toList()),
                TextReplies.text(slow.address()),
                TextReplies.text(slow.clientName()));
    }
}

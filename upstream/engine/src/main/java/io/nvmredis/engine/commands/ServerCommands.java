package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Commands by which a tool learns what kind of server this is: MODULE, ROLE, FAILOVER, LOLWUT and those of a cluster. */
final class ServerCommands {
    private static final String MODULE_HELP = """
            MODULE <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            LIST
                List the modules, of which there are none.
            LOAD <path> [<arg> ...]
                Is refused.
            LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]
                Is refused.
            UNLOAD <name>
                Is refused.
            HELP
                Print this help.""";

    private static final String MODULES_CLOSED =
            "ERR MODULE command not allowed. If the enable-module-command option is set to \"local\", you can run it"
                    + " from a local connection, otherwise you need to set this option in the configuration file, and then"
                    + " restart the server.";

    private static final int MAZE_ROWS = 8;
    private static final int MAZE_COLUMNS = 40;

    private ServerCommands() {}

    static Slice module(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return switch (parameters.get(0).toString().toLowerCase(Locale.ROOT)) {
            case "list" -> Response.EMPTY_ARRAY;
            case "help" -> ObjectCommand.help(MODULE_HELP);
            default -> Response.error(MODULES_CLOSED);
        };
    }

    /** FAILOVER, which is refused since there is no replica that could take this server's place. */
    static Slice failover(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Arguments arguments = new Arguments(parameters);
        if (arguments.count() == 1 && arguments.is(0, "abort")) {
            return Response.error("ERR No failover in progress.");
        }
        for (int i = 0; i < arguments.count(); i++) {
            int left = arguments.count() - i - 1;
            if (arguments.is(i, "timeout") && left > 0) {
                i++;
                if (arguments.integer(i) <= 0) {
                    return Response.error("ERR FAILOVER timeout must be greater than 0");
                }
            } else if (arguments.is(i, "to") && left > 1) {
                i += 2;
                arguments.int32(i);
            } else if (!arguments.is(i, "force")) {
                throw Arguments.syntaxError();
            }
        }
        return Response.error("ERR FAILOVER requires connected replicas.");
    }

    /** ASKING, READONLY and READWRITE, which only a node of a cluster obeys. */
    static Slice ofCluster(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return Response.error("ERR This instance has cluster support disabled");
    }

    /** LOLWUT: a maze, another one each time. */
    static Slice lolwut(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        StringBuilder text = new StringBuilder();
        for (int row = 0; row < MAZE_ROWS; row++) {
            for (int column = 0; column < MAZE_COLUMNS; column++) {
                text.append(ThreadLocalRandom.current().nextBoolean() ? '/' : '\\');
            }
            text.append('\n');
        }
        return TextReplies.text(text.append("\nRedis ver. ")
                .append(OwnCommands.REDIS_VERSION)
                .append('\n')
                .toString());
    }
}

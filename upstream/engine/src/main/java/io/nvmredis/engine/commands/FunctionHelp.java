package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import java.util.List;

/** FUNCTION HELP. */
final class FunctionHelp {
    private static final List<String> LINES = List.of(
            "FUNCTION <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
            "DELETE <library-name>",
            "    Delete a library with all its functions.",
            "DUMP",
            "    Return all libraries in one string, for FUNCTION RESTORE.",
            "FLUSH [ASYNC|SYNC]",
            "    Delete all libraries. They are deleted at once in either mode.",
            "KILL",
            "    End the function that runs, unless it has written.",
            "LIST [LIBRARYNAME <pattern>] [WITHCODE]",
            "    Return the libraries with their functions, and with their code if asked for.",
            "LOAD [REPLACE] <code>",
            "    Load a library, whose first line is #!lua name=<library-name>.",
            "RESTORE <payload> [FLUSH|APPEND|REPLACE]",
            "    Load the libraries that FUNCTION DUMP returned. What happens to those that are there:",
            "    * FLUSH: all are deleted.",
            "    * APPEND: all stay; nothing is loaded if one of them has the name of another. The default.",
            "    * REPLACE: those with the same names are replaced.",
            "STATS",
            "    Return the function that runs, with its command and the time it has taken, and the",
            "    numbers of libraries and functions.",
            "HELP",
            "    Print this help.");

    private FunctionHelp() {}

    static Slice reply() {
        return Response.array(LINES.stream().map(Response::simpleString).toList());
    }
}

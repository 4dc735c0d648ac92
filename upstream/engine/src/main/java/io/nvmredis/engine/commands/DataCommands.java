package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Commands on data that are ours and take the place of upstream's. */
final class DataCommands {
    static final Map<String, DataCommand> COMMANDS = new HashMap<>();

    static {
        List.of(
                        BitCommands.COMMANDS,
                        BitFieldCommand.COMMANDS,
                        FieldCommands.COMMANDS,
                        GeoCommands.COMMANDS,
                        GeoSearch.COMMANDS,
                        HyperLogLogCommands.COMMANDS,
                        ListCommands.COMMANDS,
                        NumberCommands.COMMANDS,
                        SetCommands.COMMANDS,
                        SortedSetAlgebra.COMMANDS,
                        SortedSetCommands.COMMANDS,
                        SortedSetRanges.COMMANDS,
                        StreamClaim.COMMANDS,
                        StreamCommands.COMMANDS,
                        StreamGroupCommands.COMMANDS,
                        StringCommands.COMMANDS)
                .forEach(COMMANDS::putAll);
        COMMANDS.put("lcs", LcsCommand::lcs);
        COMMANDS.put("smove", SetMove::smove);
        COMMANDS.put("touch", DataCommands::touch);
        COMMANDS.put("type", DataCommands::type);
        COMMANDS.put("xpending", StreamPending::xpending);
    }

    private DataCommands() {}

    private static Slice touch(Database database, Arguments arguments) {
        int found = 0;
        for (int i = 0; i < arguments.count(); i++) {
            found += database.exists(arguments.word(i)) ? 1 : 0;
        }
        return Response.integer(found);
    }

    private static Slice type(Database database, Arguments arguments) {
        return Response.simpleString(database.type(arguments.word(0)).toString());
    }
}

package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands on data that are ours, in the place of upstream's. */
final class DataCommands {
    static final String WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";

    private static final Map<String, DataCommand> COMMANDS = new HashMap<>();

    static {
        List.of(
                        FieldCommands.COMMANDS,
                        ListCommands.COMMANDS,
                        NumberCommands.COMMANDS,
                        SortedSetAlgebra.COMMANDS,
                        SortedSetCommands.COMMANDS,
                        SortedSetRanges.COMMANDS,
                        StreamCommands.COMMANDS,
                        StringCommands.COMMANDS)
                .forEach(COMMANDS::putAll);
        COMMANDS.put("sort", SortCommand::sort);
        COMMANDS.put("type", DataCommands::type);
    }

    private DataCommands() {}

    /** The command of this name, or null. */
    static @Nullable DataCommand find(String name) {
        return COMMANDS.get(name);
    }

    /** All of them, to be run by clients. */
    static Map<String, OwnCommand> ownCommands() {
        Map<String, OwnCommand> commands = new HashMap<>();
        COMMANDS.forEach((name, command) -> commands.put(name, new OfClient(command)));
        return commands;
    }

    private record OfClient(DataCommand command) implements OwnCommand {
        @Override
        public Slice run(Engine engine, Session session, List<Slice> parameters) {
            return command.answer((Database) session.state().base(), parameters);
        }
    }

    private static Slice type(Database database, Arguments arguments) {
        return Response.simpleString(database.type(arguments.word(0)).toString());
    }
}

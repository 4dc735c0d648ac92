package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.List;

/** MONITOR: from now on the client is shown each command that the server runs. RESET ends that. */
final class MonitorCommand implements OwnCommand {
    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (engine.monitors().has(session)) {
            return Response.SKIP;
        }
        engine.monitors().add(session);
        return Response.OK;
    }

    @Override
    public Slice runWithin(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return Response.error("ERR MONITOR isn't allowed for DENY BLOCKING client");
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.SessionState;
import java.util.List;

/** RESET: makes a connection as it was when it was new. It is not queued for EXEC, and ends the transaction. */
public final class ResetCommand implements OwnCommand {
    @Override
    public boolean isQueued() {
        return false;
    }

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        session.state().unwatch();
        engine.monitors().remove(session);
        session.tracking().stop();
        return withoutWatches(engine, session);
    }

    /** Resets all but the watches and the tracking, which belong to the engine. May run while other threads hold the engine's lock. */
    public static Slice withoutWatches(CommandEngine engine, CommandSession session) {
        SessionState state = session.state();
        TransactionCommands.leave(state);
        state.changeActiveRedisBase(0);
        engine.server().subscriptionRegistry().removeClient(state.owner());
        engine.shardChannels().removeAll(state.owner());
        AccessCommands.nameClient(session, "");
        state.endReplyOff();
        state.touches(true);
        state.useResp3(false);
        session.forgetAuthentication();
        return Response.simpleString("RESET");
    }
}

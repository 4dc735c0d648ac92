package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.RedisOperation;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.OperationExecutorState.TransactionState;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.SessionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * EXEC and DISCARD. The commands between MULTI and EXEC are queued as they came, and each runs in its turn as it would
 * by itself: an error of a command is its reply, and the other commands run.
 */
public final class TransactionCommands {
    /** Commands that are not queued. */
    private static final Set<String> IMMEDIATE = Set.of("discard", "exec", "multi", "quit", "reset", "watch");

    public static final String NOTHING_TO_DISCARD = "ERR DISCARD without MULTI";

    private TransactionCommands() {}

    public static boolean isQueued(CommandSpec spec) {
        return !IMMEDIATE.contains(spec.name());
    }

    static Slice exec(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        SessionState state = session.state();
        if (!state.isTransactionModeOn()) {
            return Response.error("ERR EXEC without MULTI");
        }
        state.checkWatchedKeysNotExpired();
        boolean isSpoilt = state.getTransactionState() == TransactionState.ERRORED;
        boolean isOvertaken = !state.isValid();
        List<RedisOperation> commands = List.copyOf(state.tx());
        end(state);
        if (isSpoilt) {
            return Response.error("EXECABORT Transaction discarded because of previous errors.");
        }
        if (isOvertaken) {
            // The reply reveals that a watched key has changed, in any of the databases.
            engine.observeEverything();
            return Response.NULL_ARRAY;
        }
        List<Slice> replies = new ArrayList<>(commands.size());
        state.executes(commands.size());
        try {
            for (RedisOperation command : commands) {
                replies.add(command.execute());
            }
        } finally {
            state.executes(0);
        }
        return Response.array(replies);
    }

    static Slice discard(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (!session.state().isTransactionModeOn()) {
            return Response.error(NOTHING_TO_DISCARD);
        }
        end(session.state());
        return Response.OK;
    }

    private static void end(SessionState state) {
        leave(state);
        state.unwatch();
    }

    /** Ends the transaction; its watched keys stay watched. */
    public static void leave(SessionState state) {
        state.transactionMode(false);
        state.tx().clear();
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.spi.LogRewriter;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;
import java.util.regex.Pattern;

/** BGSAVE, LASTSAVE and BGREWRITEAOF, about the persister's work in the background. They hold the engine's lock. */
final class SavingCommands {
    private static final Pattern ERROR_CODE = Pattern.compile("[A-Z]+ .*", Pattern.DOTALL);

    private SavingCommands() {}

    static Slice bgsave(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        boolean isScheduled =
                parameters.size() == 1 && parameters.get(0).toString().equalsIgnoreCase("schedule");
        if (!parameters.isEmpty() && !isScheduled) {
            return Response.error("ERR syntax error");
        }
        return answer(() -> saver(engine).saveInBackground(isScheduled));
    }

    static Slice lastsave(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Saver saver = engine.saver();
        return Response.integer(saver == null ? 0 : saver.lastSaveSeconds());
    }

    static Slice bgrewriteaof(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        LogRewriter rewriter = engine.persister().rewriter();
        return rewriter == null
                ? Response.error("ERR there is no append-only file with this persistence")
                : answer(rewriter::rewrite);
    }

    static Saver saver(CommandEngine engine) {
        Saver saver = engine.saver();
        if (saver == null) {
            throw new PersistenceException("ERR nothing can be saved here");
        }
        return saver;
    }

    /** Action that returns a status, or fails. */
    @FunctionalInterface
    interface Action {
        String run();
    }

    static Slice answer(Action action) {
        try {
            return Response.simpleString(action.run());
        } catch (PersistenceException e) {
            return error(e);
        }
    }

    /** Returns the error reply for a failure, with a prefix of Redis. */
    static Slice error(PersistenceException failure) {
        String message = String.valueOf(failure.getMessage());
        return Response.error(ERROR_CODE.matcher(message).matches() ? message : "ERR " + message);
    }
}

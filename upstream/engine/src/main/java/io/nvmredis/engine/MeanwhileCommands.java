package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.commands.AccessCommands;
import io.nvmredis.engine.commands.TransactionCommands;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.SessionState;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client may run while a script holds the engine's lock, beside MULTI: AUTH, HELLO, DISCARD, WATCH, UNWATCH and
 * QUIT. Watches are the engine's, so that what is to be done with them waits for the script's next command, or for the next
 * command that anybody runs; nothing that could tell that it waits is run before.
 *
 * <p>Belongs to a session, whose thread calls it, but for {@link #bytes}.
 */
final class MeanwhileCommands {
    /** What something takes that is to be done later, roughly, and each of its words. */
    private static final int ACTION_BYTES = 128;

    private static final int WORD_BYTES = 48;

    private final CommandEngine engine;
    private final Consumer<Runnable> later;
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Those of one session.
     *
     * @param later has something done before the next command runs
     */
    MeanwhileCommands(CommandEngine engine, Consumer<Runnable> later) {
        this.engine = engine;
        this.later = later;
    }

    /** What takes memory that is to be done later. Any thread. */
    long bytes() {
        return bytes.get();
    }

    /** The reply; null if the command has to wait for the script. */
    @Nullable
    Slice run(CommandSession session, String command, List<Slice> parameters) {
        SessionState state = session.state();
        return switch (command) {
            case "auth" -> AccessCommands.auth(engine, session, parameters);
            case "hello" -> new AccessCommands.Hello().run(engine, session, parameters);
            case "discard" -> discard(state);
            case "watch" -> watch(state, parameters);
            case "unwatch" -> later(0, state::unwatch);
            case "quit" -> {
                session.output().close();
                yield Response.OK;
            }
            default -> null;
        };
    }

    private Slice discard(SessionState state) {
        if (!state.isTransactionModeOn()) {
            return Response.error(TransactionCommands.NOTHING_TO_DISCARD);
        }
        TransactionCommands.leave(state);
        return later(0, state::unwatch);
    }

    private Slice watch(SessionState state, List<Slice> keys) {
        if (state.isTransactionModeOn()) {
            return Response.error("ERR WATCH inside MULTI is not allowed");
        }
        long keyBytes = 0;
        for (Slice key : keys) {
            keyBytes += key.length() + WORD_BYTES;
        }
        return later(keyBytes, () -> state.watch(keys));
    }

    private Slice later(long wordBytes, Runnable action) {
        long taken = ACTION_BYTES + wordBytes;
        bytes.addAndGet(taken);
        later.accept(() -> {
            bytes.addAndGet(-taken);
            action.run();
        });
        return Response.OK;
    }
}

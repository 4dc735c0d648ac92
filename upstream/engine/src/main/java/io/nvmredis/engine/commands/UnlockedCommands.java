package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SAVE and SHUTDOWN, and where {@link DebugCommand} is found. They take long, or wait for other threads, and so run on a worker and do not hold the
 * engine's lock throughout.
 *
 * <p>Other commands run during SAVE: every write acknowledged before it is in the file, and a write that
 * follows may be missing. No other command runs while SHUTDOWN saves or DEBUG does something.
 */
public final class UnlockedCommands {
    private static final Logger LOG = LoggerFactory.getLogger(UnlockedCommands.class);

    private static final Map<String, UnlockedCommand> COMMANDS =
            Map.of("save", new Save(), "shutdown", new Shutdown(), "debug", new DebugCommand());

    private UnlockedCommands() {}

    /** Condition that a command waits for before it runs. */
    public enum Turn {
        /** No condition. */
        NONE,
        /** No script runs. */
        SHARED,
        /** No other command runs, and none begins until this one ends. */
        ALONE,
        /** As an ordinary command: it holds the engine's lock, and what it changes is one transaction. */
        LOCKED
    }

    /** Command that runs without the engine's lock, unless its turn is {@link Turn#LOCKED}. */
    public interface UnlockedCommand {
        Turn turn(CommandEngine engine, List<Slice> parameters);

        Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters);
    }

    public static UnlockedCommand find(String name) {
        UnlockedCommand found = COMMANDS.get(name);
        if (found == null) {
            throw new IllegalArgumentException(name);
        }
        return found;
    }

    private static final class Save implements UnlockedCommand {
        @Override
        public Turn turn(CommandEngine engine, List<Slice> parameters) {
            return Turn.SHARED;
        }

        @Override
        public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
            return SavingCommands.answer(() -> {
                SavingCommands.saver(engine).save();
                return "OK";
            });
        }
    }

    /** {@code SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]}. Without replicas to wait for, NOW has no effect. */
    private static final class Shutdown implements UnlockedCommand {
        private static final String FAILED = "ERR Errors trying to SHUTDOWN. Check logs.";

        @Override
        public Turn turn(CommandEngine engine, List<Slice> parameters) {
            boolean saves = engine.loading().isOver() && !has(parameters, "nosave") && !has(parameters, "abort");
            return saves ? Turn.ALONE : Turn.NONE;
        }

        @Override
        public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
            String fault = fault(parameters);
            if (fault != null) {
                return Response.error(fault);
            }
            ShutdownSave save = has(parameters, "nosave")
                    ? ShutdownSave.NO_SAVE
                    : has(parameters, "save") ? ShutdownSave.SAVE : ShutdownSave.AS_CONFIGURED;
            if (turn(engine, parameters) == Turn.NONE) {
                // Nothing has to succeed before the server may end: the persister does its part at the very end.
                engine.endWithout(save);
            } else {
                try {
                    engine.prepareEnd(save);
                } catch (PersistenceException e) {
                    LOG.error("cannot shut down in order: {}", e.getMessage());
                    if (!has(parameters, "force")) {
                        return Response.error(FAILED);
                    }
                    engine.endWithout(ShutdownSave.NO_SAVE);
                }
            }
            engine.context().requestShutdown();
            return Response.SKIP;
        }

        private static @Nullable String fault(List<Slice> parameters) {
            for (Slice parameter : parameters) {
                String word = parameter.toString().toLowerCase(Locale.ROOT);
                if (!List.of("nosave", "save", "now", "force", "abort").contains(word)) {
                    return "ERR syntax error";
                }
            }
            if (has(parameters, "abort")) {
                return parameters.size() > 1 ? "ERR syntax error" : "ERR No shutdown in progress.";
            }
            return has(parameters, "save") && has(parameters, "nosave") ? "ERR syntax error" : null;
        }
    }

    static boolean has(List<Slice> parameters, String word) {
        return parameters.stream().anyMatch(parameter -> parameter.toString().equalsIgnoreCase(word));
    }
}

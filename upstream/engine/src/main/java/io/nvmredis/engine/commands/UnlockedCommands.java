package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.spi.Reloader;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SAVE, SHUTDOWN and DEBUG. They take long, or wait for other threads, and so run on a worker and do not hold the
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
        ALONE
    }

    /** Command that runs without the engine's lock. */
    public interface UnlockedCommand {
        Turn turn(CommandEngine engine, List<Slice> parameters);

        Slice run(CommandEngine engine, List<Slice> parameters);
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
        public Slice run(CommandEngine engine, List<Slice> parameters) {
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
        public Slice run(CommandEngine engine, List<Slice> parameters) {
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

    /** DEBUG RELOAD, LOADAOF and SLEEP. */
    private static final class DebugCommand implements UnlockedCommand {
        private static final double MAX_SLEEP_SECONDS = 86_400;

        @Override
        public Turn turn(CommandEngine engine, List<Slice> parameters) {
            return has(parameters.subList(0, 1), "help") ? Turn.NONE : Turn.ALONE;
        }

        @Override
        public Slice run(CommandEngine engine, List<Slice> parameters) {
            String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
            List<Slice> options = parameters.subList(1, parameters.size());
            if (subcommand.equals("sleep") && options.size() == 1) {
                return sleep(engine, options.get(0).toString());
            }
            if (!engine.loading().isOver()) {
                return Response.error("LOADING Redis is loading the dataset in memory");
            }
            return switch (subcommand) {
                case "reload" -> SavingCommands.answer(() -> reload(engine, options));
                case "loadaof" -> SavingCommands.answer(() -> loadAof(engine));
                case "help" ->
                    Response.array(
                            Response.simpleString("DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"),
                            Response.simpleString("LOADAOF"),
                            Response.simpleString("    Load again what the log holds."),
                            Response.simpleString("RELOAD [NOFLUSH] [NOSAVE] [MERGE]"),
                            Response.simpleString("    Save the data set and load it again."),
                            Response.simpleString("SLEEP <seconds>"),
                            Response.simpleString("    Stop the server for <seconds>. Decimals allowed."));
                default ->
                    Response.error("ERR unknown subcommand or wrong number of arguments for '" + parameters.get(0)
                            + "'. Try DEBUG HELP.");
            };
        }

        private static Slice sleep(CommandEngine engine, String text) {
            double seconds;
            try {
                seconds = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return Response.error("ERR value is not a valid float");
            }
            if (seconds > 0) {
                engine.sleep((long) (Math.min(seconds, MAX_SLEEP_SECONDS) * 1e9));
            }
            return Response.OK;
        }

        private static String reload(CommandEngine engine, List<Slice> options) {
            for (Slice option : options) {
                if (!List.of("noflush", "nosave", "merge")
                        .contains(option.toString().toLowerCase(Locale.ROOT))) {
                    throw new PersistenceException(
                            "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
                }
            }
            if (engine.residency() != null) {
                engine.forgetCopies();
                return "OK";
            }
            if (!has(options, "nosave")) {
                SavingCommands.saver(engine).save();
            } else if (engine.persister().keepsTransactions()) {
                throw new PersistenceException("ERR DEBUG RELOAD NOSAVE would put in memory what the log does not hold;"
                        + " DEBUG LOADAOF loads what it holds, DEBUG RELOAD what there is");
            }
            boolean isOwn = engine.persister().saver() != null;
            engine.reload(isOwn ? reloader(engine)::reload : engine.context()::loadSaved, !has(options, "noflush"));
            return "OK";
        }

        private static String loadAof(CommandEngine engine) {
            if (engine.residency() != null) {
                engine.forgetCopies();
                return "OK";
            }
            if (!engine.persister().keepsTransactions()) {
                throw new PersistenceException("ERR there is no append-only file with this persistence");
            }
            engine.persister().commit(engine.persister().lastLsn());
            engine.reload(reloader(engine)::reload, true);
            return "OK";
        }

        private static Reloader reloader(CommandEngine engine) {
            Reloader reloader = engine.persister().reloader();
            if (reloader == null) {
                throw new PersistenceException("ERR this persistence has nothing to load");
            }
            return reloader;
        }
    }
}

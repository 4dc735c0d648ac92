package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.commands.UnlockedCommands.Turn;
import io.nvmredis.engine.commands.UnlockedCommands.UnlockedCommand;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Values;
import io.nvmredis.spi.Reloader;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DEBUG. RELOAD, LOADAOF and SLEEP run alone, DIGEST while other commands run, and the other subcommands as ordinary
 * commands do.
 */
final class DebugCommand implements UnlockedCommand {
    private static final Logger LOG = LoggerFactory.getLogger(DebugCommand.class);

    private static final double MAX_SLEEP_SECONDS = 86_400;
    /** Bytes of a payload that Redis does not count to the length of a value: its type, the version and the checksum. */
    private static final int AROUND_VALUE = 11;

    /** A number other than 0 at the beginning of a word, as C reads it. */
    private static final Pattern NOT_ZERO = Pattern.compile("\\s*[+-]?0*[1-9]");

    /** The bits of the seconds since 1970 that Redis keeps of the time at which a key was last used. */
    static final int CLOCK_BITS = (1 << 24) - 1;

    private static final String HELP = """
            DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            DIGEST
                Return a hash of all data, which is equal on servers that hold equal data.
            DIGEST-VALUE <key> [<key> ...]
                Return such a hash of the value of each key.
            ERROR <string>
                Return an error with this text.
            LOADAOF
                Load again what the log holds.
            LOG <message>
                Write <message> to the server's log.
            OBJECT <key>
                Tell how the value of a key is kept.
            PROTOCOL <type>
                Return an example of a type of replies: string, integer, double, bignum,
                null, array, set, map, attrib, push, verbatim, true or false.
            RELOAD [NOFLUSH] [NOSAVE] [MERGE]
                Save the data set and load it again.
            SET-ACTIVE-EXPIRE <0|1>
                Choose whether expired keys that nobody asks for are removed.
            SLEEP <seconds>
                Stop the server for <seconds>. Decimals allowed.
            HELP
                Print this help.""";

    @Override
    public Turn turn(CommandEngine engine, List<Slice> parameters) {
        return switch (subcommand(parameters)) {
            case "help" -> Turn.NONE;
            case "reload", "loadaof", "sleep" -> Turn.ALONE;
            case "digest" -> Turn.SHARED;
            default -> Turn.LOCKED;
        };
    }

    private static String subcommand(List<Slice> parameters) {
        return parameters.get(0).toString().toLowerCase(Locale.ROOT);
    }

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        String subcommand = subcommand(parameters);
        List<Slice> options = parameters.subList(1, parameters.size());
        if (subcommand.equals("sleep") && options.size() == 1) {
            return sleep(engine, options.get(0).toString());
        }
        if (!engine.loading().isOver()) {
            return Response.error("LOADING Redis is loading the dataset in memory");
        }
        if (subcommand.equals("digest-value")) {
            return digests(engine, session.database(), options);
        }
        if (subcommand.equals("reload")) {
            return SavingCommands.answer(() -> reload(engine, options));
        }
        return options.size() == 1
                ? ofOneWord(subcommand, engine, session, options.get(0), parameters)
                : ofNoWord(subcommand, engine, parameters);
    }

    /** Runs a subcommand in a transaction, if it does not need what the transaction holds. */
    static Slice within(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        DebugCommand command = new DebugCommand();
        Turn turn = command.turn(engine, parameters);
        return turn == Turn.LOCKED
                        || turn == Turn.NONE
                        || subcommand(parameters).equals("sleep")
                ? command.run(engine, session, parameters)
                : Response.error("ERR Command not allowed inside a transaction");
    }

    private static Slice ofNoWord(String subcommand, CommandEngine engine, List<Slice> parameters) {
        String known = parameters.size() == 1 ? subcommand : "";
        return switch (known) {
            case "digest" -> SavingCommands.answer(() -> digest(engine));
            case "loadaof" -> SavingCommands.answer(() -> loadAof(engine));
            case "help" -> ObjectCommand.help(HELP);
            default -> unknown(parameters);
        };
    }

    private static Slice ofOneWord(
            String subcommand, CommandEngine engine, CommandSession session, Slice word, List<Slice> parameters) {
        return switch (subcommand) {
            case "error" -> Response.error(word.toString().replaceAll("[\r\n]", " "));
            case "log" -> {
                LOG.info("DEBUG LOG: {}", word);
                yield Response.OK;
            }
            case "object" -> object(engine, session.database(), word);
            case "protocol" -> SampleReplies.of(word.toString(), session.state().isResp3());
            case "set-active-expire" -> {
                engine.expireInBackground(NOT_ZERO.matcher(word.toString()).lookingAt());
                yield Response.OK;
            }
            default -> unknown(parameters);
        };
    }

    private static Slice unknown(List<Slice> parameters) {
        return Response.error(
                "ERR unknown subcommand or wrong number of arguments for '" + parameters.get(0) + "'. Try DEBUG HELP.");
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

    private static String digest(CommandEngine engine) {
        DataDigest digest = new DataDigest();
        try (Snapshot snapshot = engine.dataSet().cut(lsn -> {})) {
            while (snapshot.advance(digest)) {
                // Other commands may run between two pieces.
            }
        }
        return digest.ofAll();
    }

    private static Slice digests(CommandEngine engine, Database database, List<Slice> keys) {
        engine.observeEverything();
        List<Slice> digests = new ArrayList<>();
        for (Slice key : keys) {
            DataDigest digest = new DataDigest();
            RMDataStructure value = database.peek(key);
            Entry entry = database.content().find(key);
            if (value != null && entry != null) {
                Values.visit(value, digest);
                digest.expiresAt(entry.deadline);
            }
            digests.add(Response.simpleString(digest.ofValue()));
        }
        return Response.array(digests);
    }

    private static Slice object(CommandEngine engine, Database database, Slice key) {
        engine.observeEverything();
        Entry entry = database.content().find(key);
        int usedSeconds = entry == null ? 0 : entry.usedSeconds;
        RMDataStructure value = database.peek(key);
        if (value == null) {
            return Response.error("ERR no such key");
        }
        long idleSeconds = Math.max(0, engine.statistics().seconds() - usedSeconds);
        long unixSeconds = TimeUnit.MILLISECONDS.toSeconds(database.getClock().millis());
        return Response.simpleString(String.format(
                Locale.ROOT,
                "Value at:0x%x refcount:%d encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
                System.identityHashCode(value),
                ObjectCommand.references(value),
                new ObjectEncoding(engine.foreignSettings()).of(value),
                DumpCommands.payload(engine, value).length - AROUND_VALUE,
                (unixSeconds - idleSeconds) & CLOCK_BITS,
                idleSeconds));
    }

    private static String reload(CommandEngine engine, List<Slice> options) {
        for (Slice option : options) {
            if (!List.of("noflush", "nosave", "merge")
                    .contains(option.toString().toLowerCase(Locale.ROOT))) {
                throw new PersistenceException("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
            }
        }
        if (engine.residency() != null) {
            engine.forgetCopies();
            return "OK";
        }
        if (!UnlockedCommands.has(options, "nosave")) {
            SavingCommands.saver(engine).save();
        } else if (engine.persister().keepsTransactions()) {
            throw new PersistenceException("ERR DEBUG RELOAD NOSAVE would put in memory what the log does not hold;"
                    + " DEBUG LOADAOF loads what it holds, DEBUG RELOAD what there is");
        }
        boolean isOwn = engine.persister().saver() != null;
        engine.reload(
                isOwn ? reloader(engine)::reload : engine.context()::loadSaved,
                !UnlockedCommands.has(options, "noflush"));
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

package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.CommandSpec.Trait;
import io.nvmredis.engine.Session.Words;
import io.nvmredis.spi.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands that another server has run before: see {@link Replay}. What they change is recorded, or not, as the
 * engine's recorder has it.
 *
 * <p>Commands that cannot change data are passed over, and so are MULTI and EXEC: a transaction is one anyway. As in
 * Redis an error that a command replies does not end the loading; unlike there it is told of, because only what
 * succeeded should have been written down.
 *
 * <p>One thread.
 */
final class ForeignCommands {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignCommands.class);
    private static final int ERRORS_TOLD_OF = 20;
    /** Commands that set a deadline given as a point in time. */
    private static final Set<String> ABSOLUTE = Set.of("expireat", "pexpireat");

    static final String XSETID = "xsetid";

    private final Engine engine;
    private final Session session;
    private long errorCount;

    /** One command, known and ready to run. */
    private record Command(@Nullable CommandSpec spec, List<byte[]> words) {
        boolean isScript() {
            return spec != null && spec.has(Trait.SCRIPT);
        }
    }

    /** Told of a command, before it runs, and the database in which it will. */
    @FunctionalInterface
    interface Preparation {
        void prepare(@Nullable CommandSpec spec, List<byte[]> words, Database database);
    }

    ForeignCommands(Engine engine) {
        this.engine = engine;
        // It is nobody's client, and is not listed.
        session = new Session(engine, new Nobody(), 0);
        session.authenticate();
    }

    /** How many commands have replied an error so far. */
    long errorCount() {
        return errorCount;
    }

    /**
     * Runs the commands of one transaction, from database 0 on.
     *
     * @param around given what is to be done under the engine's lock, and does it
     * @throws PersistenceException if one of them is not known; none has been run then
     */
    void run(byte[] bytes, int offset, int length, Preparation preparation, Consumer<Runnable> around) {
        List<Command> commands = new ArrayList<>();
        for (List<byte[]> words : CommandWords.read(bytes, offset, length)) {
            Command command = known(words);
            if (command != null) {
                commands.add(command);
            }
        }
        if (commands.stream().anyMatch(Command::isScript)) {
            alone(() -> runLocked(commands, preparation, around));
        } else {
            runLocked(commands, preparation, around);
        }
    }

    /** A script holds the engine's lock for as long as it likes, and no event loop may wait for that. */
    private void alone(Runnable action) {
        EngineGate gate = engine.gate();
        Lock alone = gate.alone();
        gate.scriptArrives();
        try {
            alone.lock();
            try {
                action.run();
            } finally {
                alone.unlock();
            }
        } finally {
            gate.scriptLeaves();
        }
    }

    private void runLocked(List<Command> commands, Preparation preparation, Consumer<Runnable> around) {
        synchronized (engine.lock()) {
            Replay replay = engine.recorder().replay();
            replay.begin(engine.server().getClock().millis());
            try {
                around.accept(() -> {
                    session.state().changeActiveRedisBase(0);
                    commands.forEach(command -> run(command, preparation));
                });
            } finally {
                replay.end();
            }
        }
    }

    /** Null if it changes nothing. */
    private static @Nullable Command known(List<byte[]> words) {
        CommandSpec spec = CommandTable.find(words.get(0));
        if (spec == null) {
            if (Words.equalsIgnoreCase(words.get(0), XSETID)) {
                return new Command(null, words);
            }
            throw new PersistenceException("the command '" + Words.excerpt(words.get(0)) + "'"
                    + (words.size() > 1 ? " on '" + Words.excerpt(words.get(1)) + "'" : "")
                    + " is not known here; take the key away from the data, or have it written without that command");
        }
        boolean isNeeded = spec.has(Trait.WRITE)
                || spec.has(Trait.MAY_REPLICATE)
                || spec.name().equals("select")
                || (spec.name().equals("script") && words.size() > 1 && !Words.equalsIgnoreCase(words.get(1), "kill"));
        return isNeeded ? new Command(spec, words) : null;
    }

    private void run(Command command, Preparation preparation) {
        Database database = engine.databases().database(session.state().getSelected());
        preparation.prepare(command.spec(), command.words(), database);
        String error = command.spec() == null
                ? setStreamId(database, command.words())
                : error(execute(command.spec(), command.words()));
        if (error != null && errorCount++ < ERRORS_TOLD_OF) {
            LOG.warn("while commands of another server were run, {} was answered: {}", excerpt(command), error);
        }
    }

    private static String excerpt(Command command) {
        StringBuilder text = new StringBuilder();
        for (byte[] word :
                command.words().subList(0, Math.min(3, command.words().size()))) {
            text.append(text.isEmpty() ? "" : " ").append(Words.excerpt(word));
        }
        return text.toString();
    }

    private @Nullable Slice execute(CommandSpec spec, List<byte[]> words) {
        Replay replay = engine.recorder().replay();
        replay.isAbsolute(isAbsolute(spec, words));
        return session.performWithin(spec, words, Session.parameters(words));
    }

    private static boolean isAbsolute(CommandSpec spec, List<byte[]> words) {
        return ABSOLUTE.contains(spec.name())
                || (spec.name().equals("getex")
                        && words.size() > 2
                        && Words.excerpt(words.get(2)).toUpperCase(Locale.ROOT).endsWith("AT"));
    }

    private static @Nullable String error(@Nullable Slice reply) {
        if (reply == null || reply.length() == 0) {
            return null;
        }
        byte[] bytes = RawBytes.of(reply);
        return bytes[0] == '-' ? Words.excerpt(bytes).strip() : null;
    }

    /** {@code XSETID}, which upstream lacks. */
    private static @Nullable String setStreamId(Database database, List<byte[]> words) {
        if (words.size() < 3) {
            return "ERR wrong number of arguments for 'xsetid' command";
        }
        RMDataStructure value = database.getValue(Slice.create(words.get(1)));
        if (!(value instanceof RMStream stream)) {
            return value == null ? "ERR no such key" : "WRONGTYPE not a stream";
        }
        StreamId id;
        try {
            id = EffectApplier.streamId(Words.excerpt(words.get(2)));
        } catch (IllegalArgumentException e) {
            return "ERR " + e.getMessage();
        }
        if (stream instanceof ObservedStream observed) {
            observed.setLastId(id);
        } else {
            stream.updateLastId(id);
        }
        return null;
    }

    /** The client of commands that nobody waits for. */
    private static final class Nobody implements SessionOutput {
        @Override
        public void push(byte[] message) {
            // Nobody has asked for it.
        }

        @Override
        public void close() {
            // There is no connection.
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public int localPort() {
            return 0;
        }
    }
}

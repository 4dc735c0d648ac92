package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.ForeignTranslator.Deadlines;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Arity;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.catalog.CommandWords;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Replay;
import io.nvmredis.engine.keyspace.StreamApplier;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.ObservedHash;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands that another server has run before: see {@link Replay}. The engine's recorder decides whether their
 * changes are recorded.
 *
 * <p>Commands that cannot change data are skipped, and so are MULTI and EXEC, because the commands run as one
 * transaction anyway. A command that Redis spells differently from this engine is translated: see
 * {@link ForeignTranslator}. Only commands that succeeded were written down, so an error that a command replies here
 * means that the data differ from the other server's; the caller asks for the error with {@link #error}.
 *
 * <p>One thread uses an instance.
 */
final class ForeignCommands {
    /** Names of commands that set a deadline given as a point in time. */
    private static final Set<String> ABSOLUTE = Set.of("expireat", "pexpireat");

    /** Translator that only shows which commands a translation has; the points in time in them are meaningless. */
    private static final ForeignTranslator TIMELESS = new ForeignTranslator(() -> 0);

    private final Engine engine;
    private final Session session;
    private final ForeignTranslator translator;
    /** Whether commands are effects: see {@link #areEffects}. */
    private boolean areEffects;

    private long errorCount;
    private @Nullable String error;

    /** One command of this engine, known and ready to run; or, if it is one, an effect. */
    private record Step(
            CommandSpec spec, List<byte[]> words, @Nullable Effect effect) {
        boolean isScript() {
            return spec.has(Trait.SCRIPT);
        }
    }

    /**
     * One command of the other server.
     *
     * @param words the words as the other server wrote them
     * @param steps the commands that do the same here; valid if they do not depend on the data
     */
    private record Command(List<byte[]> words, List<Step> steps) {
        boolean dependsOnData() {
            return Words.equalsIgnoreCase(words.get(0), "hsetex");
        }
    }

    /** Is told of a command before it runs, and of the database in which it will run. */
    @FunctionalInterface
    interface Preparation {
        void prepare(CommandSpec spec, List<byte[]> words, Database database);
    }

    ForeignCommands(Engine engine) {
        this.engine = engine;
        // The session belongs to no client, and is not listed.
        session = new Session(engine, SessionOutput.NOBODY, 0);
        session.belongToServer();
        translator = new ForeignTranslator(() -> engine.server().getClock().millis());
    }

    /**
     * Says whether what is run next are effects. Most are commands as they are; an XGROUP has its words in another order,
     * and an XCLAIM needs no entry.
     */
    void areEffects(boolean effects) {
        areEffects = effects;
    }

    /** Returns the number of commands that have replied an error so far. */
    long errorCount() {
        return errorCount;
    }

    /** Describes the first command of the last transaction that replied an error, with that error; null if none did. */
    @Nullable
    String error() {
        return error;
    }

    /** Tells whether this command changes no data here, or has a translation into commands that exist here. */
    static boolean knows(List<byte[]> words) {
        return ForeignTranslator.isWithoutEffect(words)
                || TIMELESS.translate(words, Deadlines.NONE).stream().allMatch(each -> CommandTable.find(each) != null);
    }

    /**
     * Runs the commands of one transaction, beginning in database 0.
     *
     * @param preparation is called before each command
     * @param around is given the action that runs the commands, under the engine's lock, and runs it
     * @throws PersistenceException if one of the commands is not known; none has been run then
     */
    void run(byte[] bytes, int offset, int length, Preparation preparation, Consumer<Runnable> around) {
        error = null;
        List<Command> commands = new ArrayList<>();
        for (List<byte[]> words : CommandWords.read(bytes, offset, length)) {
            List<Step> steps = ForeignTranslator.isWithoutEffect(words) ? List.of() : steps(words, Deadlines.NONE);
            if (!steps.isEmpty()) {
                commands.add(new Command(words, steps));
            }
        }
        if (commands.stream().flatMap(command -> command.steps().stream()).anyMatch(Step::isScript)) {
            alone(() -> runLocked(commands, preparation, around));
        } else {
            runLocked(commands, preparation, around);
        }
    }

    /**
     * Runs an action that contains a script while no other command runs: a script holds the engine's lock for an
     * unbounded time, and no event loop may wait for that.
     */
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

    private List<Step> steps(List<byte[]> words, Deadlines deadlines) {
        Effect beside = areEffects ? besideEntries(words) : null;
        if (beside != null) {
            CommandSpec spec = Objects.requireNonNull(CommandTable.find(words.get(0)));
            return List.of(new Step(spec, words, beside));
        }
        List<Step> steps = new ArrayList<>();
        for (List<byte[]> translated : translator.translate(words, deadlines)) {
            Step step = known(translated);
            if (step != null) {
                steps.add(step);
            }
        }
        return steps;
    }

    /**
     * Returns the command as a step; null if it changes nothing.
     *
     * @throws PersistenceException if the command is not known
     */
    private static @Nullable Step known(List<byte[]> words) {
        CommandSpec spec = CommandTable.find(words);
        if (spec == null) {
            throw new PersistenceException("the command '" + Words.excerpt(words.get(0)) + "'"
                    + (words.size() > 1 ? " on '" + Words.excerpt(words.get(1)) + "'" : "")
                    + " is not known here; take the key away from the data, or have it written without that command");
        }
        boolean isNeeded = spec.has(Trait.WRITE)
                || spec.has(Trait.MAY_REPLICATE)
                || spec.name().equals("select")
                || (spec.name().equals("script") && words.size() > 1 && !Words.equalsIgnoreCase(words.get(1), "kill"));
        return isNeeded ? new Step(spec, words, null) : null;
    }

    /** Returns the effect that these words are, if it means something else as a command; otherwise null. */
    private static @Nullable Effect besideEntries(List<byte[]> words) {
        if (Words.equalsIgnoreCase(words.get(0), "xgroup")) {
            return Effect.XGROUP;
        }
        return Words.equalsIgnoreCase(words.get(0), "xclaim") ? Effect.XCLAIM : null;
    }

    private void run(Command command, Preparation preparation) {
        List<Step> steps = command.dependsOnData() ? steps(command.words(), this::deadline) : command.steps();
        for (Step step : steps) {
            String answered = run(step, preparation);
            if (answered != null) {
                errorCount++;
                error = error == null
                        ? ForeignTranslator.excerpt(command.words()) + " is answered here: " + answered
                        : error;
            }
        }
    }

    private @Nullable String run(Step step, Preparation preparation) {
        Database database = engine.databases().database(session.state().getSelected());
        CommandSpec spec = step.spec();
        if (step.effect() != null) {
            return apply(step.effect(), database, step.words());
        }
        String fault = Arity.fault(spec, step.words());
        if (fault != null) {
            return fault;
        }
        preparation.prepare(spec, step.words(), database);
        return error(execute(spec, step.words()));
    }

    /** Applies an effect to a stream, which records it. Returns what is wrong, or null. */
    private @Nullable String apply(Effect effect, Database database, List<byte[]> words) {
        if (!(database.getValue(Slice.create(words.get(1))) instanceof ObservedStream stream)) {
            return "ERR there is no stream under the key";
        }
        Transaction transaction = new Transaction();
        Effects effects = new Effects(transaction).begin(effect, words.size() - 1);
        words.subList(1, words.size()).forEach(effects::argument);
        EffectReader reader = new EffectReader().reset(transaction.bytes(), 0, transaction.length());
        reader.next();
        StreamApplier.apply(reader, stream, database.getClock());
        return null;
    }

    private long deadline(byte[] key, byte[] field) {
        Database database = engine.databases().database(session.state().getSelected());
        return database.getValue(Slice.create(key)) instanceof ObservedHash hash
                ? hash.deadlineOf(Slice.create(field))
                : Entry.NO_DEADLINE;
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
}

package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Arity;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.commands.BlockingCommand;
import io.nvmredis.engine.commands.OwnCommand;
import io.nvmredis.engine.commands.OwnCommands;
import io.nvmredis.engine.commands.ScriptCommands;
import io.nvmredis.engine.commands.TransactionCommands;
import io.nvmredis.engine.commands.UnlockedCommands;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.BigValues;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.spi.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection to the engine: runs its commands, one at a time.
 *
 * <p>An event loop calls {@link #execute} between {@link Engine#tryEnter} and {@link Engine#exit}, for commands that
 * {@link #needsWorker} does not send to a worker; a worker calls {@link #executeOnWorker}. Never both at once.
 */
public final class Session implements CommandSession {
    /** Stands for the reply of a command that is to be given to a worker after all. */
    @SuppressWarnings("MutablePublicArray")
    public static final byte[] ON_WORKER = {};

    /** Stands for the reply of a command that waits: it comes by {@link SessionOutput#resume}, and no other is run until then. */
    @SuppressWarnings("MutablePublicArray")
    public static final byte[] WAITING = {0};

    private static final String LOADING = "LOADING Redis is loading the dataset in memory";

    private static final String DEBUG_CLOSED =
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it"
                    + " from a local connection, otherwise you need to set this option in the configuration file, and then"
                    + " restart the server.";

    private final Engine engine;
    private final SessionOutput output;
    private final long id;
    private final RedisClient client;
    private final SessionState state;
    private final SessionWait wait;
    private volatile long observedLsn;
    private volatile boolean isClosed;
    private volatile boolean hasWatched;
    /** It has said who it is, or there was no need to when it came. */
    private volatile boolean isAuthenticated;

    private final Subscribed subscribed;
    private final LastCommand last = new LastCommand();

    private final QueuedWords queued = new QueuedWords();
    private final MeanwhileCommands meanwhile;

    Session(Engine engine, SessionOutput output, long id) {
        this.engine = engine;
        this.output = output;
        this.id = id;
        isAuthenticated = !engine.access().hasPassword();
        client = engine.server().newClient(new SessionSocket(this, output));
        subscribed = new Subscribed(engine, client);
        wait = new SessionWait(engine, output);
        meanwhile = new MeanwhileCommands(engine);
        state = new SessionState(client, engine.databases(), engine.server(), engine.recorder());
    }

    /** Whether this command may wait or run for long, and so is not for an event loop. */
    public boolean needsWorker(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        if (spec == null) {
            return false;
        }
        if (isScriptKill(spec, command)) {
            return true;
        }
        if (spec.has(Trait.UNLOCKED)) {
            return !state.isTransactionModeOn();
        }
        if (state.isTransactionModeOn()) {
            return spec.name().equals("exec") && queued.runsScript();
        }
        return spec.has(Trait.SCRIPT);
    }

    private static boolean isScriptKill(CommandSpec spec, List<byte[]> command) {
        return spec.name().equals("script") && command.size() > 1 && Words.equalsIgnoreCase(command.get(1), "kill");
    }

    /** Whether this command would change data if it were run now, and so has to wait while the log has no room. */
    public boolean writes(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        if (spec == null) {
            return false;
        }
        return state.isTransactionModeOn() ? queued.writes() && spec.name().equals("exec") : spec.has(Trait.WRITE);
    }

    /** Whether this command, if it were run now, would have to know how many keys there are: see {@link Engine#isCounting}. */
    public boolean countsKeys(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        if (spec == null) {
            return false;
        }
        return state.isTransactionModeOn()
                ? queued.countsKeys() && spec.name().equals("exec")
                : QueuedWords.countsKeys(spec);
    }

    /** Whether CLIENT PAUSE holds this command back now. Cheap where there is no pause. */
    public boolean isPaused(List<byte[]> command) {
        CommandPause pause = engine.pause();
        return pause.isOn() && (pause.isOfAll() || mayReplicate(command));
    }

    /** Whether this command, if it were run now, would do something that CLIENT PAUSE holds back where it holds back writes. */
    boolean mayReplicate(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        if (spec == null) {
            return false;
        }
        return state.isTransactionModeOn()
                ? queued.mayReplicate() && spec.name().equals("exec")
                : QueuedWords.mayReplicate(spec);
    }

    /**
     * Runs one command on an event loop.
     *
     * @return the reply, which must not be changed; null if there is none; {@link #ON_WORKER} if nothing has been done,
     *     because values have to be read in that take too long here; {@link #WAITING} if it waits
     */
    public byte @Nullable [] execute(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        Slice refused = refuseMalformed(spec, command);
        if (spec == null || refused != null) {
            return reply(refused);
        }
        synchronized (engine.lock()) {
            return engine.residency() != null && needsBigValues(spec, command)
                    ? ON_WORKER
                    : reply(runLocked(spec, command));
        }
    }

    /** Holds the engine's lock. */
    private boolean needsBigValues(CommandSpec spec, List<byte[]> command) {
        if (state.isTransactionModeOn()) {
            return spec.name().equals("exec")
                    && !queued.commands().isEmpty()
                    && !bigValues(spec, command).isEmpty();
        }
        return BigValues.areNeededBy(spec, command, database());
    }

    /** Holds the engine's lock. */
    private BigValues bigValues(CommandSpec spec, List<byte[]> command) {
        BigValues values = new BigValues(engine.guard().limits().maxReplyBytes());
        if (!state.isTransactionModeOn()) {
            values.add(spec, command, database());
        } else if (spec.name().equals("exec")) {
            for (List<byte[]> words : queued.commands()) {
                CommandSpec queuedSpec = CommandTable.find(words.get(0));
                if (queuedSpec != null) {
                    values.add(queuedSpec, words, database());
                }
            }
        }
        return values;
    }

    /** The database that is selected. */
    @Override
    public Database database() {
        return engine.databases().database(state.getSelected());
    }

    /**
     * Runs one command on a thread that may wait.
     *
     * @return the reply, which must not be changed; null if there is none; {@link #WAITING} if it waits
     */
    public byte @Nullable [] executeOnWorker(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        Slice refused = refuseMalformed(spec, command);
        if (spec == null || refused != null) {
            return reply(refused);
        }
        if (isScriptKill(spec, command)) {
            return reply(ScriptCommands.script(engine, this, parameters(command)));
        }
        if (spec.name().equals("multi")) {
            return reply(intercept(spec, parameters(command)));
        }
        if (spec.has(Trait.UNLOCKED)) {
            return reply(runUnlocked(spec, command));
        }
        Residency residency = engine.residency();
        return reply(residency == null ? run(spec, command) : runWithValues(residency, spec, command));
    }

    /** Reads in first what big values it needs. */
    private @Nullable Slice runWithValues(Residency residency, CommandSpec spec, List<byte[]> command) {
        BigValues[] values = {new BigValues(0)};
        Slice refused = inTurn(spec, command, () -> {
            values[0] = bigValues(spec, command);
            values[0].pin();
            return null;
        });
        if (refused != null || values[0].isEmpty()) {
            return refused != null ? refused : run(spec, command);
        }
        try {
            int share = residency.beginReading(values[0].bytes());
            try {
                values[0].read(residency);
                refused = inTurn(spec, command, () -> {
                    values[0].install(residency);
                    return null;
                });
            } finally {
                residency.endReading(share);
            }
            return refused != null ? refused : run(spec, command);
        } finally {
            engine.unpinLater(values[0]);
        }
    }

    private @Nullable Slice run(CommandSpec spec, List<byte[]> command) {
        boolean runsScript = (!state.isTransactionModeOn() && spec.has(Trait.SCRIPT))
                || (spec.name().equals("exec") && queued.runsScript());
        return runsScript ? runScript(spec, command) : inTurn(spec, command, () -> runLocked(spec, command));
    }

    private @Nullable Slice runUnlocked(CommandSpec spec, List<byte[]> command) {
        if (!engine.loading().isOver() && !spec.has(Trait.LOADING)) {
            return Response.error(LOADING);
        }
        UnlockedCommands.UnlockedCommand own = UnlockedCommands.find(spec.name());
        List<Slice> parameters = parameters(command);
        return OwnCommand.answered(spec.name(), () -> runUnlocked(spec, command, own, parameters));
    }

    private @Nullable Slice runUnlocked(
            CommandSpec spec, List<byte[]> command, UnlockedCommands.UnlockedCommand own, List<Slice> parameters) {
        return switch (own.turn(engine, parameters)) {
            case NONE -> own.run(engine, parameters);
            case ALONE -> alone(spec, () -> isClosed ? null : own.run(engine, parameters));
            case SHARED -> {
                Slice refused = inTurn(spec, command, () -> null);
                // Who has been disconnected while it waited does nothing more, as with other commands.
                yield refused == null && !isClosed ? own.run(engine, parameters) : refused;
            }
        };
    }

    private @Nullable Slice runScript(CommandSpec spec, List<byte[]> command) {
        return alone(spec, () -> {
            synchronized (engine.lock()) {
                return counted(runLocked(spec, command));
            }
        });
    }

    /** Does something while nobody else runs anything; or refuses it. */
    private @Nullable Slice alone(CommandSpec spec, Supplier<@Nullable Slice> action) {
        EngineGate gate = engine.gate();
        gate.scriptArrives();
        try {
            while (true) {
                if (!EngineGate.tryFor(gate.alone(), patienceMillis(Engine.SCRIPT_PATIENCE_MILLIS))) {
                    if (isClosed) {
                        return null;
                    }
                    if (mustGiveUp()) {
                        return busyReply(spec);
                    }
                    continue;
                }
                try {
                    if (mayReply()) {
                        return action.get();
                    }
                } finally {
                    gate.alone().unlock();
                }
                awaitMemory();
            }
        } finally {
            gate.scriptLeaves();
        }
    }

    /** Does something for an ordinary command under the engine's lock, when no script is about; or refuses it. */
    private @Nullable Slice inTurn(CommandSpec spec, List<byte[]> command, Supplier<@Nullable Slice> action) {
        EngineGate gate = engine.gate();
        while (true) {
            if (!EngineGate.tryFor(gate.shared(), patienceMillis(Engine.PATIENCE_MILLIS))) {
                if (isClosed) {
                    // What it was to run is not run any more, and takes memory that nobody counts.
                    return null;
                }
                if (mustGiveUp()) {
                    return spec.has(Trait.ALLOW_BUSY) ? runMeanwhile(spec, command) : busyReply(spec);
                }
                continue;
            }
            boolean isShared = true;
            try {
                synchronized (engine.lock()) {
                    gate.exit();
                    isShared = false;
                    if (mayReply()) {
                        return counted(action.get());
                    }
                }
            } finally {
                if (isShared) {
                    gate.exit();
                }
            }
            awaitMemory();
        }
    }

    /** As on event loops, no reply is made while those that wait take too much: workers are many at a time. */
    private boolean mayReply() {
        return isClosed || output.hasMemory();
    }

    private static void awaitMemory() {
        try {
            Thread.sleep(Engine.BUSY_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Holds the engine's lock, so that whoever comes next finds it counted. */
    private @Nullable Slice counted(@Nullable Slice reply) {
        if (reply != null) {
            output.replying(reply.length());
        }
        return reply;
    }

    /** Runs a command while a script holds the engine's lock. */
    private @Nullable Slice runMeanwhile(CommandSpec spec, List<byte[]> command) {
        if (isToBeQueued(spec, command)) {
            queue(spec, command);
            return Response.QUEUED;
        }
        Slice reply = OwnCommand.answered(spec.name(), () -> meanwhile.run(this, spec.name(), parameters(command)));
        if (!state.isTransactionModeOn()) {
            queued.clear();
        }
        hasWatched |= spec.name().equals("watch");
        if (isClosed) {
            forget();
        }
        return reply == null ? busyReply(spec) : reply;
    }

    /**
     * How long to stand in the queue before looking up. Looking up means going to its end, so that it is done often only
     * while a script runs, which is when there may be an answer to give.
     */
    private long patienceMillis(long otherwise) {
        return engine.server().scriptingManager().isRunning() ? Engine.BUSY_POLL_MILLIS : otherwise;
    }

    /** A script has been running for too long, or the server is ending. */
    private boolean mustGiveUp() {
        return engine.server().scriptingManager().isBusy()
                || Thread.currentThread().isInterrupted();
    }

    /** What Redis answers while a script has been running for longer than it should. */
    private Slice busyReply(CommandSpec spec) {
        return refuse(spec, "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.");
    }

    /** A command that cannot run now spoils the transaction it was to be part of, and EXEC ends it. */
    private Slice refuse(CommandSpec spec, String error) {
        if (spec.name().equals("exec") && state.isTransactionModeOn()) {
            state.transactionMode(false);
            state.tx().clear();
            queued.clear();
            engine.forgetLater(state);
            String reason = error.startsWith("ERR ") ? error.substring("ERR ".length()) : error;
            return Response.error("EXECABORT Transaction discarded because of: " + reason);
        }
        state.errorTransaction();
        return Response.error(error);
    }

    private @Nullable Slice refuseMalformed(@Nullable CommandSpec spec, List<byte[]> command) {
        last.is(spec, command);
        if (spec == null) {
            state.errorTransaction();
            return Response.error(CommandTable.unknown(command));
        }
        String fault = Arity.fault(spec, command);
        if (fault != null) {
            return refuse(spec, fault);
        }
        if (spec.has(Trait.PROTECTED) && !engine.access().admitsDebug(isLocal())) {
            state.errorTransaction();
            return Response.error(DEBUG_CLOSED);
        }
        if (mustAuthenticate() && !spec.has(Trait.NO_AUTH)) {
            state.errorTransaction();
            return Response.error("NOAUTH Authentication required.");
        }
        String refused = subscribed.refusal(spec);
        if (refused != null) {
            state.errorTransaction();
            return Response.error(refused);
        }
        if (spec.has(Trait.UNLOCKED) && state.isTransactionModeOn()) {
            state.errorTransaction();
            return Response.error("ERR Command not allowed inside a transaction");
        }
        return null;
    }

    /** Holds the engine's lock. */
    private @Nullable Slice runLocked(CommandSpec spec, List<byte[]> command) {
        if (isClosed) {
            return null;
        }
        Slice reply = transact(spec, command, null);
        engine.serveWaiters();
        if (isClosed) {
            forget();
        }
        return reply;
    }

    /** Runs a command, or serves one that has waited, as one transaction. */
    private @Nullable Slice transact(CommandSpec spec, List<byte[]> command, @Nullable Serving serving) {
        Slice reply;
        try {
            engine.begin();
            engine.statistics().isReading = spec.has(Trait.READONLY);
            engine.recorder().runs(spec);
            reply = serving == null ? runRecorded(spec, command) : serve(spec, command, serving);
        } catch (RuntimeException | Error failure) {
            reply = engine.failed(failure, spec.has(Trait.WRITE) || (spec.name().equals("exec") && queued.writes()));
        }
        try {
            raiseObserved(engine.end());
        } catch (RuntimeException | Error failure) {
            reply = engine.failed(failure, true);
        }
        engine.pushes().deliver(observedLsn);
        return reply;
    }

    /** A script may have changed something before its error. */
    private void requireNoChangesByError(CommandSpec spec, @Nullable Slice reply, long changesBefore) {
        if (reply != null && reply.length() > 0 && RawBytes.of(reply)[0] == '-' && !spec.has(Trait.SCRIPT)) {
            engine.recorder().requireNoChangesSince(changesBefore, spec.name());
        }
    }

    private @Nullable Slice runRecorded(CommandSpec spec, List<byte[]> command) {
        String refusal = refusal(spec, command);
        if (refusal != null) {
            return refuse(spec, refusal);
        }
        if (isToBeQueued(spec, command)) {
            queue(spec, command);
            return Response.QUEUED;
        }
        if (spec.name().equals("watch")) {
            hasWatched = true;
        }
        List<Slice> parameters = parameters(command);
        long changes = engine.recorder().changes();
        String fault = spec.has(Trait.GUARDED) ? engine.guard().refusal(spec, parameters, database()) : null;
        Slice reply = fault == null ? perform(spec, command, parameters) : Response.error(fault);
        requireNoChangesByError(spec, reply, changes);
        if (SessionWait.isBegunBy(reply)) {
            wait.begin(this, spec, command);
        } else if (reply != null && !spec.has(Trait.SCRIPT)) {
            // The words of a script's error are the script's.
            reply = ErrorReplies.normalised(spec.name(), reply);
        }
        if (spec.has(Trait.ADMIN)) {
            subscribed.count(spec.name(), command);
        }
        if (!state.isTransactionModeOn() && queued.bytes() > 0) {
            queued.clear();
        }
        return reply;
    }

    /** What comes of a demand that nothing meets yet. */
    private record Serving(Demand demand, Slice key) {}

    /** Gives the command that waits what this key has for it. Holds the engine's lock and has claimed the waiter. */
    void serve(Waiter served, Slice key) {
        wait.end(reply(transact(served.spec(), served.command(), new Serving(served.demand(), key))));
    }

    private Slice serve(CommandSpec spec, List<byte[]> command, Serving serving) {
        String refusal = refusal(spec, command);
        if (refusal == null) {
            refusal = engine.guard().refusal(spec, parameters(command), database());
        }
        if (refusal != null) {
            return Response.error(refusal);
        }
        long changes = engine.recorder().changes();
        Slice reply = BlockingCommand.take(serving.demand(), state, serving.key());
        requireNoChangesByError(spec, reply, changes);
        return reply;
    }

    /** The reply of the command that waits, for its time is up; {@link #WAITING} if it has another, or is about to. */
    public byte @Nullable [] timeOut() {
        return wait.stop() ? reply(Response.NULL_ARRAY) : WAITING;
    }

    /** Has the command that waits have this reply and wait no longer; false if none waits. Holds the engine's lock. */
    @Override
    public boolean unblock(Slice reply) {
        boolean isStopped = wait.stop();
        if (isStopped) {
            wait.end(reply(reply));
        }
        return isStopped;
    }

    @Override
    public Slice await(Demand demand) {
        return wait.await(demand);
    }

    @Override
    public boolean isWaiting() {
        return wait.isOn();
    }

    /** What a command waits for. */
    public SessionWait waiting() {
        return wait;
    }

    private @Nullable Slice perform(CommandSpec spec, List<byte[]> command, List<Slice> parameters) {
        OwnCommand own = OwnCommands.find(spec.name());
        return own != null && own.handles(command)
                ? OwnCommand.answered(spec.name(), () -> own.run(engine, this, parameters))
                : intercept(spec, parameters);
    }

    /**
     * Runs a command within a transaction or a script, as part of what is being recorded: it passes the guard when its
     * turn comes, and does not wait. Holds the engine's lock.
     */
    @Override
    public @Nullable Slice performAtOnce(CommandSpec spec, List<byte[]> command) {
        List<Slice> parameters = parameters(command);
        Recorder recorder = engine.recorder();
        recorder.runs(spec);
        long changes = recorder.changes();
        String fault = engine.guard().refusal(spec, parameters, database());
        if (fault == null && spec.has(Trait.DENYOOM)) {
            fault = engine.memoryRefusal();
        }
        Slice reply;
        recorder.beginWithin();
        engine.commandClock().beginWithin();
        try {
            reply = fault == null ? performWithin(spec, command, parameters) : Response.error(fault);
        } finally {
            recorder.endWithin();
        }
        requireNoChangesByError(spec, reply, changes);
        if (reply != null) {
            reply = spec.has(Trait.SCRIPT) ? reply : ErrorReplies.normalised(spec.name(), reply);
            if (!engine.server().scriptingManager().isRunning()) {
                // What a script is replied is the script's, which has a budget of its own.
                engine.guard().replied(reply.length());
            }
        }
        return reply;
    }

    /** The same without the guard: for what another server has run before. */
    @Nullable
    Slice performWithin(CommandSpec spec, List<byte[]> command, List<Slice> parameters) {
        OwnCommand own = OwnCommands.find(spec.name());
        if (own != null && own.handles(command)) {
            return OwnCommand.answered(spec.name(), () -> own.runWithin(engine, this, parameters));
        }
        // What an interceptor of the user's does is not for each command of a script.
        return engine.server().scriptingManager().isRunning()
                ? CommandExecutor.proceed(state, spec.name(), parameters)
                : intercept(spec, parameters);
    }

    private boolean isToBeQueued(CommandSpec spec, List<byte[]> command) {
        if (!state.isTransactionModeOn() || !TransactionCommands.isQueued(spec)) {
            return false;
        }
        OwnCommand own = OwnCommands.find(spec.name());
        return own == null || !own.handles(command) || own.isQueued();
    }

    private void queue(CommandSpec spec, List<byte[]> command) {
        state.tx().add(new QueuedCommand(engine, this, spec, command));
        queued.add(spec, command, spec.firstKey() > 0 && engine.residency() != null);
    }

    private @Nullable String refusal(CommandSpec spec, List<byte[]> command) {
        if (!engine.loading().isOver() && !spec.has(Trait.LOADING)) {
            return LOADING;
        }
        boolean isExec = spec.name().equals("exec");
        boolean writes = spec.has(Trait.WRITE) || (queued.writes() && isExec);
        if (writes || isExec || spec.has(Trait.READONLY)) {
            String failure = engine.failure();
            if (failure != null) {
                return failure;
            }
            if (engine.isEnding()) {
                return "ERR the server is shutting down";
            }
        }
        if (spec.has(Trait.TELLS_DISK_ERROR)) {
            return diskError();
        }
        // Whether a script writes is known when it does.
        return writes && !spec.has(Trait.SCRIPT)
                ? refusalOfWrite(command, QueuedWords.addsData(spec) || (isExec && queued.addsData()))
                : null;
    }

    /** Why nothing can be written, or null; that there is no room for more is no error of the disk. */
    private @Nullable String diskError() {
        String failure = engine.failure();
        if (failure != null) {
            return failure;
        }
        Refusal refusal = engine.persister().refusal(0, false);
        return refusal != null && refusal.kind().isFailure() ? ErrorReplies.of(refusal) : null;
    }

    private @Nullable String refusalOfWrite(List<byte[]> command, boolean addsData) {
        long bytes = 0;
        for (byte[] word : command) {
            bytes += word.length;
        }
        Refusal refusal = engine.persister().refusal(bytes, addsData);
        if (refusal != null) {
            return ErrorReplies.of(refusal);
        }
        return addsData ? engine.memoryRefusal() : null;
    }

    @Override
    public void doWhatIsDue() {
        engine.doWhatIsDue();
    }

    /** Why a script may not run this command, which writes, now; or null. */
    @Override
    public @Nullable String refusalOfWrite(CommandSpec spec, List<byte[]> command) {
        return refusalOfWrite(command, QueuedWords.addsData(spec));
    }

    private Slice intercept(CommandSpec spec, List<Slice> parameters) {
        return engine.server().options().getCommandInterceptor().execCommand(state, spec.name(), parameters);
    }

    /** Upstream's operations take options out of this list. */
    static List<Slice> parameters(List<byte[]> command) {
        List<Slice> parameters = new ArrayList<>(command.size() - 1);
        for (int i = 1; i < command.size(); i++) {
            parameters.add(Slice.create(command.get(i)));
        }
        return parameters;
    }

    private byte @Nullable [] reply(@Nullable Slice response) {
        if (response == null) {
            return null;
        }
        if (SessionWait.isBegunBy(response)) {
            return WAITING;
        }
        Slice reply = state.applyReplyMode(response);
        return reply.equals(Response.SKIP) ? null : RawBytes.of(reply);
    }

    /**
     * The last transaction that this session's replies, and what was pushed to it, could have observed. Nothing may be
     * sent before that is durable.
     */
    public long observedLsn() {
        return observedLsn;
    }

    /** Holds the engine's lock. */
    private void raiseObserved(long lsn) {
        if (lsn > observedLsn) {
            observedLsn = lsn;
        }
    }

    /** Memory taken by subscriptions, watches and commands that wait for EXEC. For the thread that runs the commands. */
    public long queuedBytes() {
        return queued.bytes() + state.watchedBytes() + meanwhile.bytes() + subscribed.bytes();
    }

    /** Has other clients see it: its connection is ready to be asked, and to be ended. */
    public void open() {
        engine.clients().open(this);
    }

    /** The connection is gone. Any thread; a command that waits notices by itself. */
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        engine.clients().close(this);
        forget();
    }

    /** Ends it at once, and its connection soon: nothing more of it is run or sent. */
    @Override
    public void kill() {
        close();
        output.disconnect();
    }

    @Override
    public SessionOutput output() {
        return output;
    }

    @Override
    public boolean maySeeMessages() {
        return subscribed.mayBeAny();
    }

    @Override
    public String lastCommandName() {
        return last.name();
    }

    /** What the commands take that wait for EXEC. */
    @Override
    public long transactionBytes() {
        return queued.bytes();
    }

    /** Also called by a command that was still running when the session was closed, for what it has left behind. */
    private void forget() {
        client.close();
        wait.stop();
        if (hasWatched) {
            engine.forgetLater(state);
        }
    }

    /** Upstream writes to the connection by itself; that is sent when the running command is over. */
    void pushed(byte[] message) {
        if (!isClosed && output.admits(message.length)) {
            engine.pushLater(this, Slice.create(message));
        }
    }

    /** Upstream closes the connection by itself; likewise. */
    void closeRequested() {
        if (!isClosed) {
            engine.pushLater(this, null);
        }
    }

    /** Holds the engine's lock. */
    void deliver(@Nullable Slice message, long lsn) {
        raiseObserved(lsn);
        if (message == null) {
            output.close();
        } else {
            output.push(RawBytes.of(message));
        }
    }

    /** Whether the client has to say who it is before it may do anything else. Any thread; cheap. */
    @Override
    public boolean mustAuthenticate() {
        return !isAuthenticated && engine.access().hasPassword();
    }

    @Override
    public void authenticate() {
        isAuthenticated = true;
    }

    @Override
    public boolean isLocal() {
        return output.isLocal();
    }

    /** A message for it is not sent. Holds the engine's lock. */
    void dropped(@Nullable Slice message) {
        if (message != null) {
            output.dropped(message.length());
        }
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public SessionState state() {
        return state;
    }
}

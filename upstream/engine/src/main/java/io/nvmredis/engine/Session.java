package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.access.AclLog.Origin;
import io.nvmredis.engine.access.Denial;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Command;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.commands.BlockingCommand;
import io.nvmredis.engine.commands.ClientList;
import io.nvmredis.engine.commands.OwnCommand;
import io.nvmredis.engine.commands.OwnCommands;
import io.nvmredis.engine.commands.TransactionCommands;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.core.ClientTracking;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.BigValues;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.protocol.ReplyShape;
import io.nvmredis.engine.protocol.ReplyShapes;
import io.nvmredis.engine.protocol.Resp3;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection to the engine: runs the client's commands, one at a time.
 *
 * <p>An event loop calls {@link #execute} between {@link Engine#tryEnter} and {@link Engine#exit}, for commands that
 * {@link #route} does not send to a worker; a worker calls {@link #executeOnWorker}. An event loop and a worker
 * never run commands of one session at once.
 */
public final class Session implements CommandSession {
    /**
     * Stands for the reply of a command that waits: its reply comes by {@link SessionOutput#resume}, and the session
     * runs no other command until then.
     */
    @SuppressWarnings("MutablePublicArray")
    public static final byte[] WAITING = {0};

    private final Engine engine;
    private final SessionOutput output;
    private final long id;
    private final RedisClient client;
    private final SessionState state;
    private final SessionWait wait;
    /** Reply of the command that the event loop has just run. */
    private byte @Nullable [] loopReply;

    private volatile long observedLsn;
    private volatile boolean isClosed;
    private volatile boolean hasWatched;
    private final SessionAccess access;

    private final Subscribed subscribed;
    private final SessionTracking tracking;
    /** Whether a top-level command of this session runs. Guarded by the engine's lock. */
    private boolean isRunning;

    private final LastCommand last = new LastCommand();
    private final MeasuredClient measured = new MeasuredClient(this);

    private final QueuedWords queued = new QueuedWords();
    private final MeanwhileCommands meanwhile;
    private final Outlook outlook;
    private final Admission admission;
    private final WorkerRun onWorker;

    Session(Engine engine, SessionOutput output, long id) {
        this.engine = engine;
        this.output = output;
        this.id = id;
        access = new SessionAccess(
                engine.access(),
                () -> ClientList.describe(engine, this),
                () -> engine.server().getClock().millis());
        client = engine.server().newClient(new SessionSocket(output, this::pushed, this::closeRequested));
        subscribed = new Subscribed(engine, client);
        tracking = new SessionTracking(engine, this, subscribed);
        wait = new SessionWait(engine, output);
        meanwhile = new MeanwhileCommands(engine, engine.transactions()::doLater);
        state = new SessionState(client, engine.databases(), engine.server(), engine.recorder());
        outlook = new Outlook(state, queued);
        admission = new Admission(engine, this, state, queued, subscribed);
        onWorker = new WorkerRun(engine, this, state, queued, admission, meanwhile);
    }

    /** Returns where this command is to run: on a worker if it may wait or run for long. */
    public Route route(Command command) {
        return outlook.route(command);
    }

    /** Tells whether this command would change data if it ran now, so that it has to wait while the log has no room. */
    public boolean writes(Command command) {
        return outlook.writes(command);
    }

    /** Tells whether this command would need the number of keys if it ran now: see {@link Engine#isCounting}. */
    public boolean countsKeys(Command command) {
        return outlook.countsKeys(command);
    }

    /** Tells whether CLIENT PAUSE holds this command back now. Cheap while there is no pause. */
    public boolean isPaused(Command command) {
        CommandPause pause = engine.pause();
        return pause.isOn() && !state.isReplica() && (pause.isOfAll() || outlook.mayReplicate(command));
    }

    /**
     * Runs one command on an event loop; {@link #takeReply} returns its reply.
     *
     * @return {@link Route#WORKER} if nothing has been done, because reading in the values that the command needs takes
     *     too long on an event loop
     */
    public Route execute(Command toRun) {
        CommandSpec spec = toRun.spec();
        List<byte[]> command = toRun.words();
        last.is(spec, command);
        Slice refused = admission.refuseMalformed(spec, command);
        if (spec == null || refused != null) {
            loopReply = plainReply(refused);
            return Route.LOOP;
        }
        synchronized (engine.lock()) {
            // Another event loop may have changed what the client may do, and has told all subscribers by now.
            Slice forbidden = admission.refuseForbidden(spec, command);
            if (forbidden != null) {
                loopReply = plainReply(forbidden);
                return Route.LOOP;
            }
            if (engine.residency() != null && readOtherValues(spec, command)) {
                return Route.WORKER;
            }
            loopReply = reply(spec, command, runLocked(spec, command));
            return Route.LOOP;
        }
    }

    /**
     * Returns the reply of the command that {@link #execute} has run, and keeps it no longer. The caller must not change
     * it. Null if the command has none; {@link #WAITING} if the command waits.
     */
    public byte @Nullable [] takeReply() {
        byte[] taken = loopReply;
        loopReply = null;
        return taken;
    }

    /**
     * Reads in the values that a command needs and that are not big; returns whether the command needs big values. The
     * caller holds the engine's lock.
     */
    private boolean readOtherValues(CommandSpec spec, List<byte[]> command) {
        if (state.isTransactionModeOn()) {
            return spec.name().equals("exec")
                    && !queued.commands().isEmpty()
                    && !onWorker.bigValues(spec, command).isEmpty();
        }
        return BigValues.readOthers(spec, command, database());
    }

    @Override
    public Database database() {
        return engine.databases().database(state.getSelected());
    }

    /**
     * Runs one command on a thread that may wait.
     *
     * @return the reply, which must not be changed; null if there is none; {@link #WAITING} if the command waits
     */
    public byte @Nullable [] executeOnWorker(Command toRun) {
        CommandSpec spec = toRun.spec();
        List<byte[]> command = toRun.words();
        last.is(spec, command);
        Slice refused = admission.refuseMalformed(spec, command);
        if (spec == null || refused != null) {
            return plainReply(refused);
        }
        byte[] reply = reply(spec, command, onWorker.run(spec, command));
        engine.transactions().broadcastChanges();
        return reply;
    }

    /** Runs a command and serves the commands that wait for its changes. The caller holds the engine's lock. */
    @Nullable
    Slice runLocked(CommandSpec spec, List<byte[]> command) {
        return runLocked(spec, command, null);
    }

    /** Runs a command, or one step of it, and serves the commands that wait for its changes, as above. */
    @Nullable
    Slice runLocked(CommandSpec spec, List<byte[]> command, @Nullable Supplier<@Nullable Slice> step) {
        if (isClosed) {
            return null;
        }
        isRunning = true;
        Slice reply = transact(spec, command, step);
        engine.transactions().serveWaiters();
        isRunning = false;
        if (isClosed) {
            forget();
        }
        return reply;
    }

    /** Runs a command, or a step of it, as one transaction. */
    private @Nullable Slice transact(CommandSpec spec, List<byte[]> command, @Nullable Supplier<@Nullable Slice> step) {
        Slice reply;
        try {
            engine.invalidations().begin(tracking.client());
            engine.transactions().begin();
            state.beginLooking(spec, engine.statistics());
            engine.recorder().runs(spec);
            reply = step == null ? runRecorded(spec, command) : step.get();
        } catch (RuntimeException | Error failure) {
            reply = engine.transactions()
                    .failed(failure, spec.has(Trait.WRITE) || (spec.name().equals("exec") && queued.writes()));
        }
        try {
            raiseObserved(engine.transactions().end());
        } catch (RuntimeException | Error failure) {
            reply = engine.transactions().failed(failure, true);
        }
        engine.transactions().pushes().deliver(observedLsn);
        return reply;
    }

    /** Checks that an error reply comes with no changes. A script may have changed data before its error. */
    private void requireNoChangesByError(CommandSpec spec, @Nullable Slice reply, long changesBefore) {
        if (isError(reply) && !spec.has(Trait.SCRIPT)) {
            engine.recorder().requireNoChangesSince(changesBefore, spec.name());
        }
    }

    private @Nullable Slice runRecorded(CommandSpec spec, List<byte[]> command) {
        String refusal = admission.refusal(spec, command);
        if (refusal == null && engine.monitors().isAny()) {
            refusal = admission.refusalToMonitor(spec);
        }
        if (refusal != null) {
            return admission.reject(spec, command, refusal);
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
        tracking.begin(spec, command);
        long startNanos = System.nanoTime();
        Slice reply = fault == null ? perform(spec, command, parameters) : Response.error(fault);
        long nanos = System.nanoTime() - startNanos;
        tracking.hasRun(spec, command);
        requireNoChangesByError(spec, reply, changes);
        if (SessionWait.isBegunBy(reply)) {
            wait.begin(this, spec, command);
            engine.commandMeter().waits(spec, command, nanos);
            return reply;
        }
        engine.commandMeter().ran(spec, command, nanos, measured);
        if (reply != null && !spec.has(Trait.SCRIPT)) {
            // The text of a script's error is the script's own.
            reply = ErrorReplies.normalised(spec.name(), reply);
        }
        countError(spec, command, reply);
        if (spec.has(Trait.ADMIN)) {
            subscribed.count(spec.name(), command);
        }
        if (!state.isTransactionModeOn() && queued.bytes() > 0) {
            queued.clear();
        }
        return reply;
    }

    /** Counts an error that a command has replied. The caller holds the engine's lock. */
    void countError(CommandSpec spec, List<byte[]> command, @Nullable Slice reply) {
        if (reply != null && isError(reply)) {
            engine.commandMeter().failed(spec, command, RawBytes.of(reply));
        }
    }

    private static boolean isError(@Nullable Slice reply) {
        return reply != null && reply.length() > 0 && RawBytes.of(reply)[0] == '-';
    }

    /** Serves the command that waits from this key. The caller holds the engine's lock and has claimed the waiter. */
    void serve(Waiter served, Slice key) {
        Slice reply = transact(
                served.spec(), served.command(), () -> serve(served.spec(), served.command(), served.demand(), key));
        wait.end(reply(served.spec(), served.command(), reply));
    }

    private Slice serve(CommandSpec spec, List<byte[]> command, Demand demand, Slice key) {
        String refusal = admission.refusal(spec, command);
        if (refusal == null) {
            refusal = engine.guard().refusal(spec, parameters(command), database());
        }
        if (refusal != null) {
            return Response.error(refusal);
        }
        long changes = engine.recorder().changes();
        long startNanos = System.nanoTime();
        Slice reply = BlockingCommand.take(demand, state, key);
        engine.commandMeter().served(spec, command, System.nanoTime() - startNanos, measured);
        requireNoChangesByError(spec, reply, changes);
        countError(spec, command, reply);
        return reply;
    }

    /**
     * Ends the wait of the command whose time is up and returns its reply; returns {@link #WAITING} if the command has
     * another reply, or is about to have one.
     */
    public byte @Nullable [] timeOut() {
        Slice reply = wait.expired();
        return wait.stop() ? plainReply(reply) : WAITING;
    }

    @Override
    public boolean unblock(Slice reply) {
        boolean isStopped = wait.stop();
        if (isStopped) {
            wait.end(plainReply(reply));
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

    @Override
    public boolean isWaitingFor(Demand demand) {
        return wait.isFor(demand);
    }

    @Override
    public Slice expired() {
        return wait.expired();
    }

    /** Returns the state of the session's wait. */
    public SessionWait waiting() {
        return wait;
    }

    private @Nullable Slice perform(CommandSpec spec, List<byte[]> command, List<Slice> parameters) {
        engine.monitors().before(this, spec, command);
        OwnCommand own = OwnCommands.find(spec.name());
        Slice reply = own != null && own.handles(command)
                ? OwnCommand.answered(spec.name(), () -> own.run(engine, this, parameters))
                : intercept(spec, parameters);
        engine.monitors().after(this, spec, command);
        return reply;
    }

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
        boolean isOfScript = engine.server().scriptingManager().isRunning();
        recorder.beginWithin();
        engine.recorder().clock().beginWithin();
        long startNanos = System.nanoTime();
        tracking.begin(spec, command);
        state.beginLooking(spec, engine.statistics());
        try {
            reply = fault == null ? performShown(spec, command, parameters) : Response.error(fault);
        } finally {
            recorder.endWithin();
            tracking.hasRun(spec, command);
        }
        engine.commandMeter()
                .ran(spec, command, System.nanoTime() - startNanos, isOfScript ? MeasuredClient.OF_SCRIPT : measured);
        if (spec.has(Trait.ADMIN)) {
            subscribed.count(spec.name(), command);
        }
        requireNoChangesByError(spec, reply, changes);
        if (reply != null) {
            reply = spec.has(Trait.SCRIPT) ? reply : ErrorReplies.normalised(spec.name(), reply);
            countError(spec, command, reply);
            if (!isOfScript) {
                // A reply to a script is no reply to the client; scripts have a memory budget of their own.
                engine.guard().replied(reply.length());
            }
        }
        return reply;
    }

    private @Nullable Slice performShown(CommandSpec spec, List<byte[]> command, List<Slice> parameters) {
        engine.monitors().before(this, spec, command);
        Slice reply = performWithin(spec, command, parameters);
        engine.monitors().after(this, spec, command);
        return reply;
    }

    /**
     * Runs a command within a transaction or a script without the guard. Called directly for commands that another
     * server has run before.
     */
    @Nullable
    Slice performWithin(CommandSpec spec, List<byte[]> command, List<Slice> parameters) {
        OwnCommand own = OwnCommands.find(spec.name());
        if (own != null && own.handles(command)) {
            return OwnCommand.answered(spec.name(), () -> own.runWithin(engine, this, parameters));
        }
        // A user's interceptor is not called for each command of a script.
        return engine.server().scriptingManager().isRunning()
                ? CommandExecutor.proceed(state, spec.name(), parameters)
                : intercept(spec, parameters);
    }

    boolean isToBeQueued(CommandSpec spec, List<byte[]> command) {
        if (!state.isTransactionModeOn() || !TransactionCommands.isQueued(spec)) {
            return false;
        }
        OwnCommand own = OwnCommands.find(spec.name());
        return own == null || !own.handles(command) || own.isQueued();
    }

    void queue(CommandSpec spec, List<byte[]> command) {
        state.tx().add(new QueuedCommand(engine, this, spec, command));
        queued.add(spec, command, spec.firstKey() > 0 && engine.residency() != null);
    }

    @Override
    public void doWhatIsDue() {
        engine.transactions().doWhatIsDue();
    }

    @Override
    public @Nullable String refusalOfWrite(CommandSpec spec, List<byte[]> command) {
        return admission.refusalOfWrite(command, QueuedWords.addsData(spec));
    }

    @Override
    public @Nullable String refusalOfWrite(List<byte[]> command, boolean addsData) {
        return admission.refusalOfWrite(command, addsData);
    }

    @Override
    public @Nullable String refusalOfLibrary(List<Slice> parameters) {
        return engine.recorder().replay().isOn()
                ? null
                : admission.refusalOfWrite(parameters.stream().map(RawBytes::of).toList(), true);
    }

    Slice intercept(CommandSpec spec, List<Slice> parameters) {
        return engine.server().options().getCommandInterceptor().execCommand(state, spec.name(), parameters);
    }

    /** Returns the words after the command's name in a new list: upstream's operations take options out of it. */
    static List<Slice> parameters(List<byte[]> command) {
        List<Slice> parameters = new ArrayList<>(command.size() - 1);
        for (int i = 1; i < command.size(); i++) {
            parameters.add(Slice.create(command.get(i)));
        }
        return parameters;
    }

    /** Makes a reply for the connection that is the same whatever the command is. */
    private byte @Nullable [] plainReply(@Nullable Slice response) {
        return reply(null, List.of(), response);
    }

    /** Makes a reply for the connection. */
    private byte @Nullable [] reply(@Nullable CommandSpec spec, List<byte[]> command, @Nullable Slice response) {
        return tracking.end(spec, bareReply(spec, command, response));
    }

    private byte @Nullable [] bareReply(@Nullable CommandSpec spec, List<byte[]> command, @Nullable Slice response) {
        if (response == null) {
            return null;
        }
        if (SessionWait.isBegunBy(response)) {
            return WAITING;
        }
        Slice reply = state.applyReplyMode(response);
        if (reply.equals(Response.SKIP)) {
            return null;
        }
        return inProtocol(spec, command, RawBytes.of(reply));
    }

    /** Returns a reply as a client of this protocol's version gets it. */
    byte[] inProtocol(@Nullable CommandSpec spec, List<byte[]> command, byte[] reply) {
        return state.isResp3()
                ? Resp3.convert(reply, spec == null ? ReplyShape.PLAIN : ReplyShapes.of(spec, command))
                : reply;
    }

    /**
     * Returns the LSN of the last transaction that this session's replies and the messages pushed to it could reveal.
     * None of them may be sent before that transaction is durable.
     */
    public long observedLsn() {
        return observedLsn;
    }

    @Override
    public void reveal(long lsn) {
        raiseObserved(lsn);
    }

    /** Raises {@link #observedLsn} to this LSN, if it is lower. The caller holds the engine's lock. */
    private void raiseObserved(long lsn) {
        if (lsn > observedLsn) {
            observedLsn = lsn;
        }
    }

    /**
     * Returns the bytes of memory that subscriptions, prefixes of tracking, watches, watches put off during a script,
     * and commands that wait for EXEC take. Called by the thread that runs the commands.
     */
    public long queuedBytes() {
        return queued.bytes() + state.watchedBytes() + meanwhile.bytes() + subscribed.bytes() + tracking.bytes();
    }

    /** Shows the session to other clients: its connection can be asked for its figures, and be ended. */
    public void open() {
        engine.clients().open(this);
        // Rules may have been changed before the session was among those that are told.
        access.refresh();
    }

    /** Closes the session of a connection that is gone. Any thread; a command that waits notices it by itself. */
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        engine.clients().close(this);
        forget();
    }

    /** Returns the outlook, which tells what a command would do if it ran now. */
    Outlook outlook() {
        return outlook;
    }

    /** Tells whether the connection is gone. Any thread may call this. */
    boolean isClosed() {
        return isClosed;
    }

    /** Notes that the session has begun to watch keys. */
    void hasWatched() {
        hasWatched = true;
    }

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

    /** Tells whether the session has subscriptions. Any thread. */
    public boolean isSubscribed() {
        return subscribed.mayBeAny() && subscribed.isAny();
    }

    @Override
    public String lastCommandName() {
        return last.name();
    }

    @Override
    public long transactionBytes() {
        return queued.bytes();
    }

    /**
     * Releases what the session holds in the engine. A command that was still running when the session was closed calls
     * this too, for what the command has left behind.
     */
    void forget() {
        client.close();
        engine.shardChannels().removeAll(client);
        wait.stop();
        tracking.closeLater();
        if (hasWatched) {
            engine.transactions().forgetLater(state);
        }
        engine.monitors().forget(this);
    }

    /** Takes a message that upstream writes to the connection; it is sent when the running command is over. */
    private void pushed(byte[] message) {
        byte[] sent = state.isResp3() ? Resp3.convert(message, ReplyShape.PUSHES) : message;
        if (!isClosed && output.admits(sent.length)) {
            engine.transactions().pushLater(this, Slice.create(sent));
        }
    }

    /** Notes that upstream closes the connection by itself; it is closed when the running command is over. */
    private void closeRequested() {
        if (!isClosed) {
            engine.transactions().pushLater(this, null);
        }
    }

    /**
     * Sends a message, or closes the connection if the message is null. A message that tells of keys that this session
     * has read comes behind the reply of the command that runs. The caller holds the engine's lock.
     */
    void deliver(@Nullable Slice message, boolean isOfOwnKeys, long lsn) {
        raiseObserved(lsn);
        if (message == null) {
            output.close();
        } else if (isOfOwnKeys && isRunning) {
            tracking.sendBehindReply(RawBytes.of(message));
        } else {
            output.push(RawBytes.of(message));
        }
    }

    @Override
    public ClientTracking tracking() {
        return tracking;
    }

    @Override
    public boolean mustAuthenticate() {
        return access.mustAuthenticate();
    }

    /** Tells whether nothing has to be checked of what the client may do. Cheap. */
    boolean isFree() {
        return access.isFree();
    }

    @Override
    public User user() {
        return access.user();
    }

    @Override
    public boolean authenticate(User user) {
        return access.authenticate(user);
    }

    @Override
    public void forgetAuthentication() {
        access.forget();
    }

    @Override
    public void refreshAccess() {
        access.refresh();
    }

    /** Says that the session is no client's, and may do everything. */
    void belongToServer() {
        access.belongToServer();
    }

    @Override
    public @Nullable Denial denial(CommandSpec spec, List<byte[]> words) {
        return access.denial(spec, words);
    }

    @Override
    public boolean mayReadEverything(String command, List<Slice> parameters) {
        return access.mayReadEverything(command, parameters);
    }

    @Override
    public void denied(Denial denial, List<byte[]> words, Origin origin) {
        access.denied(denial, words, origin);
    }

    @Override
    public void gaveWrongPassword(String command, String name) {
        access.gaveWrongPassword(command, name, state.isInTransaction() ? Origin.MULTI : Origin.TOPLEVEL);
    }

    @Override
    public boolean isLocal() {
        return output.isLocal();
    }

    /** Notes that a message for this session is not sent. The caller holds the engine's lock. */
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

package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.RedisOperation;
import com.github.fppt.jedismock.operations.scripting.Eval;
import com.github.fppt.jedismock.operations.scripting.EvalSha;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.CommandSpec.Trait;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection to the engine: runs its commands, one at a time.
 *
 * <p>An event loop calls {@link #execute} between {@link Engine#tryEnter} and {@link Engine#exit}, for commands that
 * {@link #needsWorker} does not send to a worker; a worker calls {@link #executeOnWorker}. Never both at once.
 */
public final class Session {
    private final Engine engine;
    private final SessionOutput output;
    private final long id;
    private final RedisClient client;
    private final SessionState state;
    private volatile long observedLsn;
    private volatile boolean isClosed;
    private volatile boolean hasWatched;
    private boolean hasQueuedWrite;

    Session(Engine engine, SessionOutput output, long id) {
        this.engine = engine;
        this.output = output;
        this.id = id;
        client = engine.server().newClient(new SessionSocket(this, output));
        state = new SessionState(client, engine.databases(), engine.server());
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
        if (state.isTransactionModeOn()) {
            return spec.name().equals("exec") && hasQueuedScript();
        }
        return spec.has(Trait.SCRIPT) || (spec.has(Trait.BLOCKING) && mayBlock(spec, command));
    }

    private static boolean mayBlock(CommandSpec spec, List<byte[]> command) {
        return !spec.name().equals("xread")
                || command.stream().skip(1).anyMatch(word -> Words.equalsIgnoreCase(word, "block"));
    }

    private boolean hasQueuedScript() {
        for (RedisOperation operation : state.tx()) {
            if (operation instanceof Eval || operation instanceof EvalSha) {
                return true;
            }
        }
        return false;
    }

    private static boolean isScriptKill(CommandSpec spec, List<byte[]> command) {
        return spec.name().equals("script") && command.size() > 1 && Words.equalsIgnoreCase(command.get(1), "kill");
    }

    /**
     * Runs one command on an event loop.
     *
     * @return the reply, which must not be changed; null if there is none
     */
    public byte @Nullable [] execute(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        Slice refused = refuseMalformed(spec, command);
        if (spec == null || refused != null) {
            return reply(refused);
        }
        synchronized (engine.lock()) {
            return reply(runLocked(spec, command));
        }
    }

    /**
     * Runs one command on a thread that may wait.
     *
     * @return the reply, which must not be changed; null if there is none
     */
    public byte @Nullable [] executeOnWorker(List<byte[]> command) {
        CommandSpec spec = CommandTable.find(command.get(0));
        Slice refused = refuseMalformed(spec, command);
        if (spec == null || refused != null) {
            return reply(refused);
        }
        if (isScriptKill(spec, command) || spec.name().equals("multi")) {
            return reply(intercept(spec, parameters(command)));
        }
        boolean runsScript = (!state.isTransactionModeOn() && spec.has(Trait.SCRIPT))
                || (spec.name().equals("exec") && hasQueuedScript());
        return reply(runsScript ? runScript(spec, command) : runOrdinary(spec, command));
    }

    private @Nullable Slice runScript(CommandSpec spec, List<byte[]> command) {
        EngineGate gate = engine.gate();
        gate.scriptArrives();
        try {
            while (!EngineGate.tryFor(gate.alone(), patienceMillis(Engine.SCRIPT_PATIENCE_MILLIS))) {
                if (mustGiveUp()) {
                    return busyReply(spec);
                }
            }
            try {
                synchronized (engine.lock()) {
                    return runLocked(spec, command);
                }
            } finally {
                gate.alone().unlock();
            }
        } finally {
            gate.scriptLeaves();
        }
    }

    private @Nullable Slice runOrdinary(CommandSpec spec, List<byte[]> command) {
        EngineGate gate = engine.gate();
        while (!EngineGate.tryFor(gate.shared(), patienceMillis(Engine.PATIENCE_MILLIS))) {
            if (mustGiveUp()) {
                return spec.has(Trait.ALLOW_BUSY) ? ownCommand(spec, command) : busyReply(spec);
            }
        }
        boolean isShared = true;
        try {
            synchronized (engine.lock()) {
                gate.exit();
                isShared = false;
                return runLocked(spec, command);
            }
        } finally {
            if (isShared) {
                gate.exit();
            }
        }
    }

    private @Nullable Slice ownCommand(CommandSpec spec, List<byte[]> command) {
        OwnCommand own = OwnCommands.find(spec.name());
        return own == null ? busyReply(spec) : own.run(engine, this, parameters(command));
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
            hasQueuedWrite = false;
            return Response.error("EXECABORT Transaction discarded because of: " + error);
        }
        state.errorTransaction();
        return Response.error(error);
    }

    private @Nullable Slice refuseMalformed(@Nullable CommandSpec spec, List<byte[]> command) {
        if (spec == null) {
            state.errorTransaction();
            return Response.error(unknownCommand(command));
        }
        if (!spec.admits(command.size())) {
            state.errorTransaction();
            return Response.error("ERR wrong number of arguments for '" + spec.name() + "' command");
        }
        return null;
    }

    private static String unknownCommand(List<byte[]> command) {
        StringBuilder message = new StringBuilder("ERR unknown command '")
                .append(Words.excerpt(command.get(0)))
                .append("', with args beginning with: ");
        for (int i = 1; i < command.size() && message.length() < 128; i++) {
            message.append('\'').append(Words.excerpt(command.get(i))).append("' ");
        }
        return message.toString();
    }

    /** Holds the engine's lock. */
    private @Nullable Slice runLocked(CommandSpec spec, List<byte[]> command) {
        if (isClosed) {
            return null;
        }
        Slice reply;
        try {
            engine.begin();
            reply = runRecorded(spec, command);
            if (spec.has(Trait.BLOCKING)) {
                // Others have run while it waited, and what it found at first is forgotten.
                engine.observeEverything();
            }
        } catch (RuntimeException | Error failure) {
            reply = engine.failed(failure, spec.has(Trait.WRITE));
        }
        try {
            raiseObserved(engine.end());
        } catch (RuntimeException failure) {
            reply = engine.failed(failure, true);
        }
        engine.deliverPushes(observedLsn);
        if (isClosed) {
            forget();
        }
        return reply;
    }

    private @Nullable Slice runRecorded(CommandSpec spec, List<byte[]> command) {
        String refusal = refusal(spec, command);
        if (refusal != null) {
            return refuse(spec, refusal);
        }
        if (spec.name().equals("watch")) {
            hasWatched = true;
        }
        OwnCommand own = OwnCommands.find(spec.name());
        Slice reply = own != null && own.handles(command)
                ? runOwn(own, parameters(command))
                : intercept(spec, parameters(command));
        if (spec.name().equals("exec")) {
            endTransaction(reply);
        }
        hasQueuedWrite = state.isTransactionModeOn() && (hasQueuedWrite || spec.has(Trait.WRITE));
        return reply;
    }

    /**
     * Upstream leaves commands queued when one of them throws, for the next EXEC to run again. And a transaction that
     * came to nothing tells that a watched key has changed, in whichever database.
     */
    private void endTransaction(@Nullable Slice reply) {
        state.tx().clear();
        if (Response.NULL.equals(reply)) {
            engine.observeEverything();
        }
    }

    private @Nullable String refusal(CommandSpec spec, List<byte[]> command) {
        boolean isExec = spec.name().equals("exec");
        boolean writes = spec.has(Trait.WRITE) || (hasQueuedWrite && isExec);
        if (writes || isExec || spec.has(Trait.READONLY)) {
            String failure = engine.failure();
            if (failure != null) {
                return failure;
            }
        }
        if (!writes) {
            return null;
        }
        long bytes = 0;
        for (byte[] word : command) {
            bytes += word.length;
        }
        return engine.persister().refusal(bytes, true);
    }

    private @Nullable Slice runOwn(OwnCommand own, List<Slice> parameters) {
        if (state.isTransactionModeOn() && own.isQueued()) {
            state.tx().add(() -> own.run(engine, this, parameters));
            return Response.QUEUED;
        }
        return own.run(engine, this, parameters);
    }

    private Slice intercept(CommandSpec spec, List<Slice> parameters) {
        return engine.server().options().getCommandInterceptor().execCommand(state, spec.name(), parameters);
    }

    /** Upstream's operations take options out of this list. */
    private static List<Slice> parameters(List<byte[]> command) {
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

    /** The connection is gone. Any thread; a command that waits notices by itself. */
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        forget();
    }

    /** Also called by a command that was still running when the session was closed, for what it has left behind. */
    private void forget() {
        client.close();
        if (hasWatched) {
            engine.forgetLater(state);
        }
    }

    /** Upstream writes to the connection by itself; that is sent when the running command is over. */
    void pushed(byte[] message) {
        if (!isClosed) {
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

    long id() {
        return id;
    }

    SessionState state() {
        return state;
    }

    /** Comparing words of a command without making strings of them. */
    static final class Words {
        private static final int EXCERPT_LENGTH = 128;

        private Words() {}

        static boolean equalsIgnoreCase(byte[] word, String lowerCase) {
            if (word.length != lowerCase.length()) {
                return false;
            }
            for (int i = 0; i < word.length; i++) {
                if ((word[i] | 0x20) != lowerCase.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        static String excerpt(byte[] word) {
            return new String(word, 0, Math.min(word.length, EXCERPT_LENGTH), StandardCharsets.UTF_8);
        }
    }
}

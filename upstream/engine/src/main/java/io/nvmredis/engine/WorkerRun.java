package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.commands.OwnCommand;
import io.nvmredis.engine.commands.SteppedCommand;
import io.nvmredis.engine.commands.UnlockedCommands;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.keyspace.BigValues;
import io.nvmredis.engine.keyspace.Residency;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands of one session on workers, which may wait: for the gate, for a running script, for big values to be
 * read in, for memory for replies. One worker at a time runs commands of the session.
 */
final class WorkerRun {
    private final Engine engine;
    private final Session session;
    private final SessionState state;
    private final QueuedWords queued;
    private final Admission admission;
    private final MeanwhileCommands meanwhile;

    WorkerRun(
            Engine engine,
            Session session,
            SessionState state,
            QueuedWords queued,
            Admission admission,
            MeanwhileCommands meanwhile) {
        this.engine = engine;
        this.session = session;
        this.state = state;
        this.queued = queued;
        this.admission = admission;
        this.meanwhile = meanwhile;
    }

    /** Runs a command that has been admitted; returns its reply. */
    @Nullable
    Slice run(CommandSpec spec, List<byte[]> command) {
        if (Outlook.isScriptKill(spec, command)) {
            return engine.scripts().kill(spec.name().equals("function"));
        }
        if (spec.name().equals("multi")) {
            return session.intercept(spec, Session.parameters(command));
        }
        if (spec.has(Trait.UNLOCKED)) {
            SteppedCommand steps = SteppedCommand.of(spec.name(), engine, session, Session.parameters(command));
            return steps == null
                    ? runUnlocked(spec, command)
                    : measured(spec, command, () -> runInSteps(spec, command, steps));
        }
        return runWithValues(spec, command, () -> runInTurn(spec, command));
    }

    private @Nullable Slice runInSteps(CommandSpec spec, List<byte[]> command, SteppedCommand steps) {
        Semaphore turns = engine.steppedRuns();
        if (!awaitTurn(turns)) {
            return null;
        }
        try {
            boolean[] isBegun = {false};
            Slice reply = runWithValues(
                    spec,
                    command,
                    () -> runStep(spec, command, () -> {
                        Slice forbidden = admission.refuseForbidden(spec, command);
                        if (forbidden != null) {
                            return forbidden;
                        }
                        engine.monitors().after(session, spec, command);
                        Slice over = steps.begin();
                        isBegun[0] = over == null;
                        return over;
                    }));
            if (!isBegun[0]) {
                return reply;
            }
            steps.work();
            return runStep(spec, command, steps::end);
        } finally {
            engine.transactions().doLater(steps::release);
            turns.release();
        }
    }

    private @Nullable Slice runStep(CommandSpec spec, List<byte[]> command, Supplier<@Nullable Slice> step) {
        return inTurn(
                spec,
                command,
                () -> session.runLocked(spec, command, () -> {
                    String refusal = admission.refusal(spec, command);
                    return refusal == null ? OwnCommand.answered(spec.name(), step) : Response.error(refusal);
                }));
    }

    /** Waits for a turn; returns false if the session was closed meanwhile, or the server ends. */
    private boolean awaitTurn(Semaphore turns) {
        while (!session.isClosed()) {
            try {
                if (turns.tryAcquire(Engine.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** Returns the big values that a command needs. The caller holds the engine's lock. */
    BigValues bigValues(CommandSpec spec, List<byte[]> command) {
        BigValues values = new BigValues(engine.guard().limits().maxReplyBytes());
        if (!state.isTransactionModeOn()) {
            values.add(spec, command, session.database());
        } else if (spec.name().equals("exec")) {
            for (List<byte[]> words : queued.commands()) {
                CommandSpec queuedSpec = CommandTable.find(words.get(0));
                if (queuedSpec != null) {
                    values.add(queuedSpec, words, session.database());
                }
            }
        }
        return values;
    }

    /** Reads in the big values that a command needs, if they may be on the cold side, and then runs it. */
    private @Nullable Slice runWithValues(CommandSpec spec, List<byte[]> command, Supplier<@Nullable Slice> running) {
        Residency residency = engine.residency();
        return residency == null ? running.get() : runWithValues(residency, spec, command, running);
    }

    private @Nullable Slice runWithValues(
            Residency residency, CommandSpec spec, List<byte[]> command, Supplier<@Nullable Slice> running) {
        BigValues[] values = {new BigValues(0)};
        Slice refused = inTurn(spec, command, () -> {
            values[0] = bigValues(spec, command);
            values[0].pin();
            return null;
        });
        if (refused != null || values[0].isEmpty()) {
            return refused != null ? refused : running.get();
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
            return refused != null ? refused : running.get();
        } finally {
            engine.transactions().unpinLater(values[0]);
        }
    }

    private @Nullable Slice runInTurn(CommandSpec spec, List<byte[]> command) {
        boolean runsLong = (!state.isTransactionModeOn() && spec.has(Trait.SCRIPT))
                || (spec.name().equals("exec") && queued.needsWorker());
        return runsLong ? runScript(spec, command) : inTurn(spec, command, () -> runAllowed(spec, command));
    }

    /** Runs a command that has waited for its turn: what its client may do may have changed meanwhile. */
    private @Nullable Slice runAllowed(CommandSpec spec, List<byte[]> command) {
        Slice refused = admission.refuseForbidden(spec, command);
        return refused == null ? session.runLocked(spec, command) : refused;
    }

    private @Nullable Slice runUnlocked(CommandSpec spec, List<byte[]> command) {
        if (!engine.loading().isOver() && !spec.has(Trait.LOADING)) {
            return admission.reject(spec, command, Admission.LOADING);
        }
        UnlockedCommands.UnlockedCommand own = UnlockedCommands.find(spec.name());
        List<Slice> parameters = Session.parameters(command);
        return measured(
                spec,
                command,
                () -> OwnCommand.answered(spec.name(), () -> runUnlocked(spec, command, own, parameters)));
    }

    /** Runs a command that does not hold the engine's lock throughout; it is counted when the next command runs. */
    private @Nullable Slice measured(CommandSpec spec, List<byte[]> command, Supplier<@Nullable Slice> running) {
        long startNanos = System.nanoTime();
        Slice reply = running.get();
        long nanos = System.nanoTime() - startNanos;
        engine.transactions().doLater(() -> {
            engine.commandMeter().ran(spec, command, nanos, new MeasuredClient(session));
            session.countError(spec, command, reply);
        });
        return reply;
    }

    private @Nullable Slice runUnlocked(
            CommandSpec spec, List<byte[]> command, UnlockedCommands.UnlockedCommand own, List<Slice> parameters) {
        return switch (own.turn(engine, parameters)) {
            case NONE -> own.run(engine, session, parameters);
            case LOCKED ->
                runStep(spec, command, () -> {
                    Slice refused = admission.refuseForbidden(spec, command);
                    return refused != null ? refused : own.run(engine, session, parameters);
                });
            case ALONE ->
                alone(spec, command, () -> {
                    Slice refused = admission.refuseForbidden(spec, command);
                    return refused != null || session.isClosed() ? refused : own.run(engine, session, parameters);
                });
            case SHARED -> {
                Slice refused = inTurn(spec, command, () -> admission.refuseForbidden(spec, command));
                // A session that was closed while it waited runs nothing more, as with other commands.
                yield refused == null && !session.isClosed() ? own.run(engine, session, parameters) : refused;
            }
        };
    }

    private @Nullable Slice runScript(CommandSpec spec, List<byte[]> command) {
        return alone(spec, command, () -> {
            synchronized (engine.lock()) {
                return counted(runAllowed(spec, command));
            }
        });
    }

    /** Runs an action while no other command runs, or refuses the command. */
    private @Nullable Slice alone(CommandSpec spec, List<byte[]> command, Supplier<@Nullable Slice> action) {
        EngineGate gate = engine.gate();
        gate.scriptArrives();
        try {
            while (true) {
                if (!EngineGate.tryFor(gate.alone(), patienceMillis(Engine.SCRIPT_PATIENCE_MILLIS))) {
                    if (session.isClosed()) {
                        return null;
                    }
                    if (mustGiveUp()) {
                        return busyReply(spec, command);
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

    /** Runs an action for an ordinary command under the engine's lock when no script is about, or refuses it. */
    private @Nullable Slice inTurn(CommandSpec spec, List<byte[]> command, Supplier<@Nullable Slice> action) {
        EngineGate gate = engine.gate();
        while (true) {
            if (!EngineGate.tryFor(gate.shared(), patienceMillis(Engine.PATIENCE_MILLIS))) {
                if (session.isClosed()) {
                    // The command is not run any more, and would take memory that is not counted.
                    return null;
                }
                if (mustGiveUp()) {
                    return spec.has(Trait.ALLOW_BUSY) ? runMeanwhile(spec, command) : busyReply(spec, command);
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

    /**
     * Tells whether a reply may be made now. As on event loops, no reply is made while waiting replies take too much
     * memory: many workers run at a time.
     */
    private boolean mayReply() {
        return session.isClosed() || session.output().hasMemory();
    }

    private static void awaitMemory() {
        try {
            Thread.sleep(Engine.BUSY_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts the memory of a reply. The engine's lock is held, so that the next holder finds it counted. */
    private @Nullable Slice counted(@Nullable Slice reply) {
        if (reply != null) {
            session.output().replying(reply.length());
        }
        return reply;
    }

    /** Runs a command while a script holds the engine's lock. */
    private @Nullable Slice runMeanwhile(CommandSpec spec, List<byte[]> command) {
        if (session.isToBeQueued(spec, command)) {
            session.queue(spec, command);
            return Response.QUEUED;
        }
        Slice reply = OwnCommand.answered(
                spec.name(), () -> meanwhile.run(session, spec.name(), Session.parameters(command)));
        if (!state.isTransactionModeOn()) {
            queued.clear();
        }
        if (spec.name().equals("watch")) {
            session.hasWatched();
        }
        if (session.isClosed()) {
            session.forget();
        }
        return reply == null ? busyReply(spec, command) : reply;
    }

    /**
     * Returns the milliseconds to stand in the queue of the gate before looking up. A thread that looks up goes to the
     * end of the queue, so it looks up often only while a script runs, which is when there may be an answer to give.
     */
    private long patienceMillis(long otherwise) {
        return engine.server().scriptingManager().isRunning() ? Engine.BUSY_POLL_MILLIS : otherwise;
    }

    /** Tells whether a script has been running for too long, or the server is ending. */
    private boolean mustGiveUp() {
        return engine.server().scriptingManager().isBusy()
                || Thread.currentThread().isInterrupted();
    }

    /** Makes the reply that Redis gives while a script has been running for longer than it should. */
    private Slice busyReply(CommandSpec spec, List<byte[]> command) {
        return admission.reject(spec, command, engine.scripts().busy());
    }
}

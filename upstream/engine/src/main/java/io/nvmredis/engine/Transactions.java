package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandGuard;
import io.nvmredis.engine.core.Loading;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.errors.StruckError;
import io.nvmredis.engine.keyspace.BigValues;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.HydrationBudget;
import io.nvmredis.engine.keyspace.MemoryMeter;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.keyspace.Statistics;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning and the end of each top-level command, which is one transaction: what is due before it, that it is appended,
 * and whom it has brought what they wait for.
 *
 * <p>If the changes of a command could not be appended, memory is ahead of the log: {@link #failure} says so from then on.
 *
 * <p>Guarded by the engine's lock, but for {@link #forgetLater}, {@link #doLater} and {@link #unpinLater}; {@link #pushLater}
 * and {@link #awaitLast} take it.
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /** They are the engine's lock as well. */
    private final Databases databases;

    private final Persister persister;
    private final Loading loading;
    private final Recorder recorder;
    private final Waiters waiters;
    private final CommandGuard guard;
    private final HydrationBudget hydration;
    private final Statistics statistics;
    private final BooleanSupplier isBackedUp;
    private final Pushes pushes = new Pushes();
    private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
    private final Queue<BigValues> used = new ConcurrentLinkedQueue<>();
    private @Nullable Residency residency;
    private @Nullable MemoryMeter meter;
    /** Why data is not shown any more, as a Redis error; null while all is well. */
    private @Nullable String failure;

    /**
     * Those of an engine that is loading.
     *
     * @param isBackedUp whether commands that write have to wait
     */
    Transactions(
            Databases databases,
            Persister persister,
            Loading loading,
            Recorder recorder,
            Waiters waiters,
            CommandGuard guard,
            HydrationBudget hydration,
            Statistics statistics,
            BooleanSupplier isBackedUp) {
        this.databases = databases;
        this.persister = persister;
        this.loading = loading;
        this.recorder = recorder;
        this.waiters = waiters;
        this.guard = guard;
        this.hydration = hydration;
        this.statistics = statistics;
        this.isBackedUp = isBackedUp;
    }

    /** The data set is there: one of the two looks after what it takes of memory. */
    void open(@Nullable Residency newResidency, @Nullable MemoryMeter newMeter) {
        residency = newResidency;
        meter = newMeter;
    }

    /** Waits until what runs has ended, after nothing begins any more. */
    void awaitLast() {
        synchronized (databases) {
            LOG.debug("no command runs any more");
        }
    }

    /** What upstream has written to connections during the running command. */
    Pushes pushes() {
        return pushes;
    }

    /** Begins a top-level command; {@link #end} is to follow, however that goes. */
    void begin() {
        recorder.clock().hold();
        doWhatIsDue();
        for (BigValues done = used.poll(); done != null; done = used.poll()) {
            done.unpin();
        }
        waiters.removeGone();
        // While the persister is being opened nothing has been done that a message could tell of.
        pushes.deliver(loading.isOver() ? persister.lastLsn() : 0);
        Residency relieved = residency;
        if (relieved != null) {
            relieved.relieve();
        }
        recorder.begin();
        guard.begin();
        hydration.begin();
    }

    /**
     * Ends it: appends its transaction, if it changed anything. {@link #serveWaiters} is to follow. What a command had done
     * that could not go on is not appended: half a transaction is none.
     */
    long end() {
        recorder.clock().release();
        if (failure != null) {
            recorder.forget();
            return 0;
        }
        long observedLsn = recorder.end();
        Residency weighed = residency;
        if (weighed != null) {
            weighed.weighChanged();
        }
        MemoryMeter metered = meter;
        if (metered != null) {
            metered.weighChanged();
        }
        return observedLsn;
    }

    /** Serves whom the command that has ended has brought what they wait for. */
    void serveWaiters() {
        if (waiters.areReady() && !recorder.replay().isOn()) {
            // What a waiter is told to be there is there when it is served.
            recorder.clock().hold();
            try {
                waiters.serve(databases, isBackedUp);
            } finally {
                recorder.clock().release();
            }
        }
    }

    /** Does something that no client has asked for, as a transaction of its own. */
    void transact(Runnable action) {
        if (failure != null) {
            return;
        }
        try {
            begin();
            statistics.isReading = false;
            action.run();
        } catch (RuntimeException | Error e) {
            failed(e, true);
        }
        try {
            pushes.deliver(end());
        } catch (RuntimeException | Error e) {
            failed(e, true);
        }
        serveWaiters();
    }

    /** Why data is not shown any more, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    /**
     * A command has ended in a way that upstream does not answer.
     *
     * @param mayHaveChanged whether it is one that changes data
     * @return the reply
     */
    Slice failed(Throwable cause, boolean mayHaveChanged) {
        if (!(cause instanceof StruckError) && rootOf(cause) instanceof StackOverflowError) {
            // Of a script: its commands themselves have the stack they need, see SessionState.
            LOG.warn("a script has used up its stack");
            return Response.error("ERR stack overflow");
        }
        if (cause instanceof DamagedKeyException) {
            // Of a command of ours: of upstream's, upstream makes it the reply.
            return Response.error(cause.getMessage());
        }
        if (mayHaveChanged && (cause instanceof PersistenceException || cause instanceof Error)) {
            if (failure == null) {
                failure = "MISCONF " + cause.getMessage() + "; no data is served until the server is restarted";
                LOG.error("the changes of a command could not be kept, restart the server", cause);
            }
            pushes.drop();
            return Response.error(failure);
        }
        return ErrorReplies.of("", cause);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    void pushLater(Session session, @Nullable Slice message) {
        synchronized (databases) {
            pushes.add(session, message);
        }
    }

    /** These need not stay in memory any more. Any thread. */
    void unpinLater(BigValues values) {
        used.add(values);
    }

    /** What a connection watches is given up when the next command runs, whoever's that is. Any thread. */
    void forgetLater(SessionState state) {
        doLater(state::unwatch);
    }

    /** Something is done when the next command runs, whoever's that is, in the order in which it was asked for. Any thread. */
    void doLater(Runnable action) {
        due.add(action);
    }

    /** Does what was to be done later: before a command runs, by itself or for a script. */
    void doWhatIsDue() {
        for (Runnable action = due.poll(); action != null; action = due.poll()) {
            action.run();
        }
    }
}

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
import io.nvmredis.engine.measure.LatencyMonitor;
import io.nvmredis.engine.tracking.Invalidations;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins and ends each top-level command, which is one transaction: does what is due before the command, appends its
 * transaction, and serves the commands that wait for its changes.
 *
 * <p>If the changes of a command could not be appended, memory is ahead of the log: {@link #failure} reports that from
 * then on.
 *
 * <p>The engine's lock guards everything but {@link #forgetLater}, {@link #doLater} and {@link #unpinLater};
 * {@link #pushLater}, {@link #broadcastChanges} and {@link #awaitLast} take the lock themselves.
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /** The databases, which are the engine's lock as well. */
    private final Databases databases;

    private final Persister persister;
    private final Loading loading;
    private final Recorder recorder;
    private final Invalidations invalidations;
    private final Waiters waiters;
    private final CommandGuard guard;
    private final HydrationBudget hydration;
    private final Statistics statistics;
    private final LatencyMonitor latency;
    private final BooleanSupplier isBackedUp;
    private final Pushes pushes = new Pushes();
    private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
    private final Queue<BigValues> used = new ConcurrentLinkedQueue<>();
    private @Nullable Residency residency;
    private @Nullable MemoryMeter meter;
    /** Why data are not shown any more, as a Redis error; null while all is well. */
    private @Nullable String failure;

    /**
     * Creates the transactions of an engine that is loading.
     *
     * @param isBackedUp whether commands that write have to wait
     */
    Transactions(
            Databases databases,
            Persister persister,
            Loading loading,
            Recorder recorder,
            Invalidations invalidations,
            Waiters waiters,
            CommandGuard guard,
            HydrationBudget hydration,
            Statistics statistics,
            LatencyMonitor latency,
            BooleanSupplier isBackedUp) {
        this.databases = databases;
        this.persister = persister;
        this.loading = loading;
        this.recorder = recorder;
        this.invalidations = invalidations;
        this.waiters = waiters;
        this.guard = guard;
        this.hydration = hydration;
        this.statistics = statistics;
        this.latency = latency;
        this.isBackedUp = isBackedUp;
    }

    /** Sets what accounts for the memory of the data set, which is loaded now: one of the two is not null. */
    void open(@Nullable Residency newResidency, @Nullable MemoryMeter newMeter) {
        residency = newResidency;
        meter = newMeter;
    }

    /** Waits until the running command has ended. Called when no new command can begin any more. */
    void awaitLast() {
        synchronized (databases) {
            LOG.debug("no command runs any more");
        }
    }

    /** Returns the messages that upstream has written to connections during the running command. */
    Pushes pushes() {
        return pushes;
    }

    /** Begins a top-level command. {@link #end} must follow, even if the command fails. */
    void begin() {
        recorder.clock().hold();
        doWhatIsDue();
        for (BigValues done = used.poll(); done != null; done = used.poll()) {
            done.unpin();
        }
        waiters.removeGone();
        // While the persister is being opened there is no transaction that a message could reveal.
        pushes.deliver(loading.isOver() ? persister.lastLsn() : 0);
        Residency relieved = residency;
        if (relieved != null) {
            relieve(relieved);
        }
        recorder.begin();
        guard.begin();
        hydration.begin();
    }

    private void relieve(Residency relieved) {
        if (!latency.isOn()) {
            relieved.relieve();
            return;
        }
        long startNanos = System.nanoTime();
        relieved.relieve();
        latency.took("eviction-cycle", System.nanoTime() - startNanos);
    }

    /**
     * Ends the running command: appends its transaction, if the command changed anything. {@link #serveWaiters} must
     * follow. Once {@link #failure} is set, the changes are dropped instead: half a transaction is never appended.
     *
     * @return LSN of the last transaction that the command's reply could reveal; 0 once {@link #failure} is set
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

    /** Serves the commands that wait for what the ended command has changed. */
    void serveWaiters() {
        if (waiters.areReady() && !recorder.replay().isOn()) {
            // The clock stands still, so that a value that a waiter is told of does not expire before the waiter is
            // served.
            recorder.clock().hold();
            try {
                waiters.serve(databases, isBackedUp);
            } finally {
                recorder.clock().release();
            }
        }
    }

    /** Runs an action of no client as a transaction of its own. Does nothing once {@link #failure} is set. */
    void transact(Runnable action) {
        if (failure != null) {
            return;
        }
        try {
            invalidations.begin(null);
            begin();
            statistics.begin(false, true);
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
        broadcastChanges();
    }

    /** Tells the clients that wait for prefixes of keys which keys have changed. Cheap while nothing has changed. */
    void broadcastChanges() {
        if (invalidations.hasBroadcasts()) {
            synchronized (databases) {
                invalidations.broadcast();
                if (failure == null) {
                    pushes.deliver(persister.lastLsn());
                } else {
                    pushes.drop();
                }
            }
        }
    }

    /** Returns why data are not shown any more, as a Redis error, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    /**
     * Makes the reply for a command whose exception upstream does not answer; may set {@link #failure}.
     *
     * @param mayHaveChanged whether the command is one that changes data
     * @return the reply
     */
    Slice failed(Throwable cause, boolean mayHaveChanged) {
        if (!(cause instanceof StruckError) && rootOf(cause) instanceof StackOverflowError) {
            // A script has overflowed the stack: its commands themselves have the stack that they need, see
            // SessionState.
            LOG.warn("a script has used up its stack");
            return Response.error("ERR stack overflow");
        }
        if (cause instanceof DamagedKeyException) {
            // The exception is from a command of ours; upstream itself turns those of its commands into replies.
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

    /** Unpins values when the next command begins, because they may leave memory. Any thread may call this. */
    void unpinLater(BigValues values) {
        used.add(values);
    }

    /** Gives up the watches of a connection when the next command of any client runs. Any thread may call this. */
    void forgetLater(SessionState state) {
        doLater(state::unwatch);
    }

    /**
     * Runs an action when the next command of any client runs; actions run in the order in which they were added. Any
     * thread may call this.
     */
    void doLater(Runnable action) {
        due.add(action);
    }

    /** Runs the actions that were put off. Called before a command runs, be it by itself or for a script. */
    void doWhatIsDue() {
        for (Runnable action = due.poll(); action != null; action = due.poll()) {
            action.run();
        }
    }
}

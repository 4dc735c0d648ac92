package io.nvmredis.engine;

import com.github.fppt.jedismock.EngineServer;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.server.ServiceOptions;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.context.Access;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.core.Clients;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandGuard;
import io.nvmredis.engine.core.ElementScans;
import io.nvmredis.engine.core.Loading;
import io.nvmredis.engine.core.Scripts;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.errors.StruckError;
import io.nvmredis.engine.keyspace.BigValues;
import io.nvmredis.engine.keyspace.CommandClock;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.HydrationBudget;
import io.nvmredis.engine.keyspace.MemoryMeter;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.keyspace.RunningSnapshot;
import io.nvmredis.engine.keyspace.Snapshots;
import io.nvmredis.engine.keyspace.Statistics;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.time.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upstream's engine with its data set and its persister.
 *
 * <p>If the changes of a command could not be appended, memory is ahead of the log, and nothing in it may be shown any
 * more: every command that reads or writes data is refused from then on, until a restart has read the log again.
 *
 * <p>Locks, in the order in which they are taken: the {@link EngineGate}, then the engine's lock, which is upstream's
 * and guards all data, the recorder and the order of transactions.
 */
public final class Engine implements AutoCloseable, DataSet, CommandEngine {
    /** How often somebody who waits for a script that runs looks whether it has run for too long. */
    static final long BUSY_POLL_MILLIS = 5;
    /** How often somebody who waits for a script to begin looks up. */
    static final long PATIENCE_MILLIS = 100;
    /** How often a script looks up that waits for ordinary commands. */
    static final long SCRIPT_PATIENCE_MILLIS = 1_000;

    /** How long a command, a script above all, is given to end when the server is told to. */
    private static final long END_PATIENCE_MILLIS = 5_000;
    /** And how long one that has been killed. */
    private static final long KILL_PATIENCE_MILLIS = 2_000;

    private static final long SLEEP_POLL_NANOS = 100_000_000;
    private static final long APPLIED_POLL_NANOS = 500_000;

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Waiters waiters = new Waiters();
    private final CommandPause pause = new CommandPause();
    private final Snapshots snapshots = new Snapshots();
    private final CommandClock commandClock = new CommandClock(() -> this.server.getClock());
    private final Recorder recorder = new Recorder(waiters.awaited(), pause, snapshots, commandClock);
    private final EngineGate gate = new EngineGate();
    private final Statistics statistics = new Statistics();
    private final Loading loading = new Loading();
    private final Databases databases = new Databases(this::newDatabase);
    private final EngineServer server = new EngineServer(databases, new PatternSubscriptions());
    private final ElementScans elementScans = new ElementScans();
    private final Persister persister;
    private final ServerContext context;
    private final CommandGuard guard;
    private final HydrationBudget hydration;
    /** Null where data need not be in memory. Set when the persister is open, under the engine's lock. */
    private @Nullable MemoryMeter meter;

    private final Scripts scripts;
    private final Clients clients = new Clients();
    private final ForeignSettings foreignSettings = new ForeignSettings();
    private final Pushes pushes = new Pushes();

    private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
    private final Queue<BigValues> used = new ConcurrentLinkedQueue<>();
    /** Set when the persister is open, under the engine's lock. */
    private RecoveryReport recovery = RecoveryReport.EMPTY;

    private volatile @Nullable CommitListener listener;
    private volatile @Nullable Residency residency;
    /** Why data is not shown any more, as a Redis error; null while all is well. Guarded by the engine's lock. */
    private @Nullable String failure;
    /** No command is run any more. */
    private volatile boolean isEnding;
    /** Nobody has asked for the end yet. */
    private volatile boolean mayDawdle = true;
    /** What the persister does in the end is being done. */
    private volatile boolean isSaving;
    /** What the persister is to do in the end; null when it has done it. */
    private volatile @Nullable ShutdownSave endSave = ShutdownSave.AS_CONFIGURED;

    private Engine(Persister persister, Clock clock, ServerContext context) {
        this.persister = persister;
        this.context = context;
        scripts = new Scripts(server, context.scriptMemoryBytes());
        server.setClock(clock);
        server.setOptions(ServiceOptions.withInterceptor(CommandExecutor::proceed));
        guard = new CommandGuard(context.limits());
        hydration = new HydrationBudget(context.limits());
    }

    /**
     * An engine whose persister is not open yet: until {@link #serve} it refuses every command that Redis does not run
     * while it is loading.
     */
    public static Engine create(Persister persister, Clock clock, ServerContext context) {
        return new Engine(persister, clock, context);
    }

    /**
     * Opens the persister and the data set that it has kept.
     *
     * @throws PersistenceException if the persister cannot be opened
     */
    public static Engine open(Persister persister, Clock clock, CommitListener listener, ServerContext context) {
        Engine engine = create(persister, clock, context);
        engine.load(listener);
        engine.serve();
        return engine;
    }

    /**
     * Opens the persister and the data set that it has kept. Called once; commands may be run meanwhile.
     *
     * @throws PersistenceException if the persister cannot be opened, or {@link #stopLoading} was called
     */
    public void load(CommitListener newListener) {
        listener = newListener;
        Loader loader = new Loader(this);
        RecoveryReport report = persister.open(loader, newListener, loading);
        synchronized (lock()) {
            loader.finish();
            recovery = report;
            attachColdSide();
            if (residency == null) {
                meter = new MemoryMeter();
                meter.weighAll(databases);
            }
            recorder.open(persister, residency, meter);
            context.settings().forEach(server.configuration()::set);
            takeBulkLength();
        }
        DataSetFollower follower = persister.follower();
        if (follower != null) {
            follower.attach(this);
        }
    }

    private void attachColdSide() {
        ColdStore store = persister.coldStore();
        if (store == null) {
            return;
        }
        Residency attached = new Residency(
                store, databases, server::getClock, context.dramBudgetBytes(), context.limits(), hydration, statistics);
        residency = attached;
        for (int index = 0; index < Databases.COUNT; index++) {
            if (databases.containsKey(index)) {
                databases.database(index).attach(attached);
            } else if (mayHaveKeys(store, index)) {
                databases.database(index);
            }
        }
    }

    private static boolean mayHaveKeys(ColdStore store, int index) {
        try {
            return !store.isCounted() || store.openedCount(index) > 0;
        } catch (PersistenceException e) {
            // Not all could be counted; keys that can be read are shown.
            return true;
        }
    }

    /** From now on every command is run. */
    public void serve() {
        loading.end();
    }

    /** Has {@link #load} end soon, with an exception. Any thread. */
    public void stopLoading() {
        loading.abort();
    }

    private Database newDatabase(int index) {
        Database database = new Database(
                index, commandClock, server.configuration(), server.subscriptionRegistry(), recorder, statistics);
        Residency attached = residency;
        if (attached != null) {
            database.attach(attached);
        }
        return database;
    }

    public RecoveryReport recovery() {
        synchronized (lock()) {
            return recovery;
        }
    }

    @Override
    public Persister persister() {
        return persister;
    }

    /** Upstream's view of the server: its clock, its options and its command interceptor are set here. */
    @Override
    public EngineServer server() {
        return server;
    }

    /** Keys in all databases, those included that have expired and that nobody has looked for since. */
    public long keyCount() {
        synchronized (lock()) {
            long count = 0;
            for (RedisBase database : databases.values()) {
                count += ((Database) database).content().count();
            }
            return count;
        }
    }

    /** For an event loop: see there. */
    public KeyToucher newToucher() {
        return new KeyToucher(this);
    }

    /**
     * A session for this connection. Other clients see it, and may ask its connection for what it is and end it, from {@link
     * Session#open} on.
     */
    public Session newSession(SessionOutput output) {
        return new Session(this, output, clients.nextId());
    }

    /**
     * For an event loop, once per batch of commands: whether ordinary ones may run on this thread now, in which case
     * {@link #exit} must follow. False while a script holds the engine or waits for it: every command goes to a worker
     * then. Never waits.
     */
    public boolean tryEnter() {
        return gate.tryEnter();
    }

    public void exit() {
        gate.exit();
    }

    /** What SAVE and BGSAVE do; null if they cannot be had. */
    @Override
    public @Nullable Saver saver() {
        Saver own = persister.saver();
        return own == null ? context.saver() : own;
    }

    /** Upstream's engine has a limit of its own on strings that grow. */
    @Override
    public void takeBulkLength() {
        String length = context.settings().get("proto-max-bulk-len");
        if (length != null) {
            server.configuration()
                    .setProtoMaxBulkLen(
                            Math.min(Long.parseLong(length), guard.limits().maxStringBytes()));
        }
    }

    // --- The end. ---

    /** Whether no command is run any more. */
    boolean isEnding() {
        return isEnding;
    }

    /** In the end the persister will do this. */
    @Override
    public void endWithout(ShutdownSave save) {
        endSave = save;
    }

    /**
     * Has the persister do what it does in the end. If it can, no command is run any more; if not, all goes on. Nobody
     * runs a command meanwhile; does not hold the engine's lock.
     *
     * @throws PersistenceException if it cannot
     */
    @Override
    public void prepareEnd(ShutdownSave save) {
        Saver saver = context.saver();
        if (save == ShutdownSave.SAVE && persister.saver() == null && saver != null) {
            saver.save();
        }
        save(save);
        endSave = null;
        isEnding = true;
    }

    /**
     * Has the persister do what it does in the end, as soon as no command runs; one is waited for a little, and a script is
     * killed then.
     *
     * @throws PersistenceException if it cannot: all goes on then
     * @throws UnendingCommandException if a command does not end
     */
    public void prepareEnd() {
        if (!loading.isOver()) {
            return;
        }
        mayDawdle = false;
        gate.scriptArrives();
        try {
            awaitSilence();
            try {
                prepareEnd(ShutdownSave.AS_CONFIGURED);
            } finally {
                gate.alone().unlock();
            }
        } catch (PersistenceException e) {
            mayDawdle = true;
            throw e;
        } finally {
            gate.scriptLeaves();
        }
    }

    /** Has the gate to itself when it returns. */
    private void awaitSilence() {
        if (gate.awaitAlone(END_PATIENCE_MILLIS)) {
            return;
        }
        killScript();
        if (!gate.awaitAlone(KILL_PATIENCE_MILLIS)) {
            throw new UnendingCommandException();
        }
    }

    /**
     * Has a script that runs end soon, because the server does. What it has changed by then is a part of a transaction:
     * it is not kept, and nothing that is in memory is shown or saved any more. Any thread.
     */
    public void killScript() {
        if (server.scriptingManager().isRunning()) {
            LOG.warn("a script does not end, and the server is to: it is killed, and nothing that it has done is kept");
            recorder.giveUp();
            scripts.endNow();
        }
    }

    /** Whether data are being saved in the end, which takes as long as it takes. Any thread. */
    public boolean isSavingInTheEnd() {
        return isSaving;
    }

    /** Whether a script was killed in the middle, so that nothing is in order any more. Any thread. */
    public boolean hasGivenUp() {
        return recorder.hasLostChanges();
    }

    /**
     * Has the persister do what it does in the end, if it has not yet. Nobody runs a command any more; {@link #close}
     * follows.
     *
     * @throws PersistenceException if it cannot
     */
    public void shutDown() {
        ShutdownSave save = endSave;
        isEnding = true;
        if (save != null) {
            endSave = null;
            save(save);
        }
    }

    private void save(ShutdownSave save) {
        DataSetFollower follower = persister.follower();
        if (follower == null) {
            return;
        }
        isSaving = true;
        try {
            follower.shutDown(save);
        } finally {
            isSaving = false;
        }
    }

    // --- DEBUG: nobody else runs a command meanwhile. ---

    /** Nothing is done for so long, or until the server is to end. */
    @Override
    public void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        synchronized (lock()) {
            for (long left = nanos; left > 0 && mayDawdle; left = end - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(left, SLEEP_POLL_NANOS));
            }
        }
    }

    /**
     * Gives up what is in memory and on the cold side as well, when all that was done has got there.
     *
     * @throws PersistenceException if it does not get there
     */
    @Override
    public void forgetCopies() {
        Residency forgetting = residency;
        if (forgetting == null) {
            return;
        }
        long lsn = persister.lastLsn();
        persister.commit(lsn);
        while (forgetting.store().appliedLsn() < lsn) {
            Refusal refusal = persister.refusal(0, false);
            if (refusal != null) {
                // It may never get there.
                throw new PersistenceException(ErrorReplies.of(refusal));
            }
            LockSupport.parkNanos(APPLIED_POLL_NANOS);
            if (isEnding || !mayDawdle) {
                throw new PersistenceException("ERR the server is shutting down");
            }
        }
        synchronized (lock()) {
            forgetting.evictAll();
        }
    }

    /**
     * Puts what is handed over in the place of what is in memory.
     *
     * @throws PersistenceException if it cannot be had; if memory was emptied by then, nothing of it is shown any more
     */
    @Override
    public void reload(Consumer<TransactionSink> source, boolean isToBeEmptied) {
        synchronized (lock()) {
            Reload reload = new Reload(this, isToBeEmptied);
            try {
                recorder.runClosed(() -> {
                    source.accept(reload);
                    reload.finish();
                });
                MemoryMeter metered = meter;
                if (metered != null) {
                    metered.weighAll(databases);
                }
            } catch (RuntimeException | Error e) {
                if (reload.hasBegun()) {
                    failed(new PersistenceException(String.valueOf(e.getMessage()), e), true);
                }
                throw e;
            }
            waiters.everythingChanged();
            serveWaiters();
        }
    }

    /**
     * Makes durable what has been done and closes the persister. Nobody runs a command any more.
     *
     * @throws UnendingCommandException if somebody does, and does not end: the persister stays open then
     */
    @Override
    public void close() {
        mayDawdle = false;
        isEnding = true;
        if (!gate.awaitAlone(KILL_PATIENCE_MILLIS)) {
            throw new UnendingCommandException();
        }
        gate.alone().unlock();
        Residency closed = residency;
        if (closed != null) {
            closed.close();
        }
        synchronized (lock()) {
            // What runs has ended when this is held, and nothing begins.
            isEnding = true;
        }
        // Not under the lock: a rewrite or a save under way needs it to come to where it is given up.
        persister.close();
    }

    /** Upstream's lock: whoever touches data holds it. */
    Object lock() {
        return databases;
    }

    EngineGate gate() {
        return gate;
    }

    @Override
    public Clients clients() {
        return clients;
    }

    /** What CLIENT PAUSE holds back. */
    @Override
    public CommandPause pause() {
        return pause;
    }

    /** Holds the engine's lock. */
    @Override
    public ForeignSettings foreignSettings() {
        return foreignSettings;
    }

    /** Holds the engine's lock. */
    Pushes pushes() {
        return pushes;
    }

    @Override
    public Scripts scripts() {
        return scripts;
    }

    @Override
    public Databases databases() {
        return databases;
    }

    @Override
    public ServerContext context() {
        return context;
    }

    /** Who may do what. */
    @Override
    public Access access() {
        return context.access();
    }

    Recorder recorder() {
        return recorder;
    }

    @Override
    public int blockedClientCount() {
        return waiters.count();
    }

    Waiters waiters() {
        return waiters;
    }

    @Override
    public CommandGuard guard() {
        return guard;
    }

    @Override
    public ElementScans elementScans() {
        return elementScans;
    }

    /**
     * Why no data may be added, or null: where memory is the only place for them there is as much room as maxmemory says.
     * Holds the engine's lock.
     */
    @Nullable
    String memoryRefusal() {
        MemoryMeter metered = meter;
        boolean isFull = metered != null && metered.usedBytes() > context.maxMemoryBytes();
        return isFull ? "OOM command not allowed when used memory > 'maxmemory'." : null;
    }

    /** What the data weigh where memory is the only place for them, else 0. Holds the engine's lock. */
    @Override
    public long meteredBytes() {
        MemoryMeter metered = meter;
        return metered == null ? 0 : metered.usedBytes();
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public Loading loading() {
        return loading;
    }

    /** Null if all data are in memory. Set while the engine is loading, and never changed. */
    @Override
    public @Nullable Residency residency() {
        return residency;
    }

    /**
     * Begins a snapshot: see {@link DataSet#cut}.
     *
     * @throws PersistenceException if what is in memory is not to be shown any more
     */
    @Override
    public Snapshot cut(LongConsumer atCut) {
        if (Thread.holdsLock(lock())) {
            throw new IllegalStateException("a snapshot cannot begin in the middle of a command");
        }
        synchronized (lock()) {
            if (failure != null) {
                throw new PersistenceException(failure);
            }
            RunningSnapshot snapshot =
                    new RunningSnapshot(databases, residency, snapshots, persister.lastLsn(), this::tellOfRoom);
            atCut.accept(snapshot.lsn());
            snapshots.add(snapshot);
            return snapshot;
        }
    }

    /** Commands that write need not wait any more for a snapshot that had set aside too much. */
    void tellOfRoom() {
        CommitListener told = listener;
        if (told != null) {
            told.onRoom();
        }
    }

    /**
     * Whether it is not known yet how many keys there are, shortly after a start: who asks for that has to wait. The commit
     * listener is told when it is known. Any thread; cheap.
     */
    public boolean isCounting() {
        Residency filled = residency;
        return filled != null && !filled.store().isCounted();
    }

    /** Whether commands that write have to wait before they run. Any thread; cheap. */
    public boolean isBackedUp() {
        Residency filled = residency;
        return loading.isOver()
                && (persister.isBackedUp() || snapshots.isFull() || (filled != null && filled.isOverfull()));
    }

    /**
     * Evicts what may go if writers wait because too much is in memory: they are told when there is room. To be called
     * every few milliseconds.
     */
    public void makeRoom() {
        Residency filled = residency;
        if (filled == null || !filled.isOverfull() || !tryEnter()) {
            return;
        }
        boolean hasRoom;
        try {
            synchronized (lock()) {
                hasRoom = filled.makeRoom();
            }
        } finally {
            exit();
        }
        if (hasRoom) {
            tellOfRoom();
        }
    }

    // --- What follows holds the engine's lock, but for forgetLater, doLater and unpinLater, and pushLater takes it.
    // ---

    CommandClock commandClock() {
        return commandClock;
    }

    /** Begins a top-level command; {@link #end} is to follow, however that goes. */
    void begin() {
        commandClock.hold();
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
        commandClock.release();
        if (failure != null) {
            recorder.forget();
            return 0;
        }
        long observedLsn = recorder.end();
        Residency settled = residency;
        if (settled != null) {
            settled.settle();
        }
        MemoryMeter metered = meter;
        if (metered != null) {
            metered.settle();
        }
        return observedLsn;
    }

    /** Serves whom the command that has ended has brought what they wait for. */
    void serveWaiters() {
        if (waiters.areReady() && !recorder.replay().isOn()) {
            waiters.serve(this);
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

    @Override
    public void observeEverything() {
        recorder.observeEverything();
    }

    void pushLater(Session session, @Nullable Slice message) {
        synchronized (lock()) {
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

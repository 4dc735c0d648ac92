package io.nvmredis.engine;

import com.github.fppt.jedismock.EngineServer;
import com.github.fppt.jedismock.server.ServiceOptions;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.commands.EngineSettings;
import io.nvmredis.engine.commands.InfoReport;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.core.Clients;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandGuard;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.ElementScans;
import io.nvmredis.engine.core.Functions;
import io.nvmredis.engine.core.Loading;
import io.nvmredis.engine.core.Monitors;
import io.nvmredis.engine.core.Scripts;
import io.nvmredis.engine.core.ShardChannels;
import io.nvmredis.engine.keyspace.ColdLibraries;
import io.nvmredis.engine.keyspace.CommandClock;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.HydrationBudget;
import io.nvmredis.engine.keyspace.LibraryCodes;
import io.nvmredis.engine.keyspace.LibrarySnapshot;
import io.nvmredis.engine.keyspace.MemoryMeter;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.keyspace.RunningSnapshot;
import io.nvmredis.engine.keyspace.Snapshots;
import io.nvmredis.engine.keyspace.Statistics;
import io.nvmredis.engine.measure.CommandMeter;
import io.nvmredis.engine.replication.Replication;
import io.nvmredis.engine.tracking.Invalidations;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The command engine: upstream's engine together with its data set and its persister.
 *
 * <p>If the changes of a command could not be appended, memory is ahead of the log, and the data in memory must not be
 * shown any more: the engine refuses every command that reads or writes data until a restart has read the log again.
 *
 * <p>Locks, in the order in which a thread takes them: the {@link EngineGate}, then the engine's lock, which is
 * upstream's lock and guards all data, the recorder and the order of transactions.
 */
public final class Engine implements AutoCloseable, DataSet, CommandEngine {
    /** Milliseconds between two looks of a worker that waits while a script runs, or for memory for its reply. */
    static final long BUSY_POLL_MILLIS = 5;
    /** Milliseconds between two looks of a worker that waits for a share of the gate, while no script runs. */
    static final long PATIENCE_MILLIS = 100;
    /** Milliseconds between two looks of a worker that waits for the gate alone, while no script runs. */
    static final long SCRIPT_PATIENCE_MILLIS = 1_000;

    /** Number of commands that run in steps at one time: all of them may keep as much in memory as a reply takes. */
    private static final int STEPPED_RUNS = 2;

    private final Waiters waiters = new Waiters();
    private final CommandPause pause = new CommandPause();
    private final Snapshots snapshots = new Snapshots();
    private final Clients clients = new Clients();
    private final Invalidations invalidations = new Invalidations(
            clients::receiver, () -> this.server.scriptingManager().isRunning(), Limits.trackingBytes());
    private final Recorder recorder = new Recorder(
            waiters.awaited(), pause, snapshots, new CommandClock(() -> this.server.getClock()), invalidations);
    private final EngineGate gate = new EngineGate();
    private final Statistics statistics = new Statistics();
    private final CommandMeter commandMeter = new CommandMeter();
    private final Loading loading = new Loading();
    private final Databases databases = new Databases(this::newDatabase);
    private final EngineServer server = new EngineServer(databases, new PatternSubscriptions());
    private final ElementScans elementScans = new ElementScans();
    private final Persister persister;
    private final ServerContext context;
    private final Access access;
    private final CommandGuard guard;
    private final HydrationBudget hydration;
    /**
     * Weighs the data where memory alone holds them, else null. Set under the engine's lock when the persister is open.
     */
    private @Nullable MemoryMeter meter;

    private final Scripts scripts;
    private final Functions functions;
    private final Monitors monitors;
    /** Turns of commands that run in steps, each of which keeps in memory what it sends. */
    private final Semaphore steppedRuns = new Semaphore(STEPPED_RUNS);

    private final ShardChannels shardChannels = new ShardChannels();
    private final ForeignSettings foreignSettings = new ForeignSettings();
    private final Replication replication;
    private final Transactions transactions;
    private final Ending ending;
    private final ExclusiveActions exclusive;

    /** Report on what the persister has recovered. Set under the engine's lock when the persister is open. */
    private RecoveryReport recovery = RecoveryReport.EMPTY;

    private volatile boolean expiresInBackground = true;
    private volatile @Nullable CommitListener listener;
    private volatile @Nullable Residency residency;

    private Engine(Persister persister, Clock clock, ServerContext context) {
        this.persister = persister;
        this.context = context;
        access = context.access();
        access.users().onChange(() -> clients.all().forEach(CommandSession::refreshAccess));
        scripts = new Scripts(server, context.scriptMemoryBytes());
        functions = new Functions(databases.libraries(), recorder, scripts, context.scriptMemoryBytes());
        server.setClock(clock);
        server.setOptions(ServiceOptions.withInterceptor(CommandExecutor::proceed));
        guard = new CommandGuard(context.limits());
        hydration = new HydrationBudget(context.limits());
        transactions = new Transactions(
                databases,
                persister,
                loading,
                recorder,
                invalidations,
                waiters,
                guard,
                hydration,
                statistics,
                commandMeter.latency(),
                this::isBackedUp);
        replication = new Replication(this, recorder, context, foreignSettings);
        monitors = new Monitors((to, line) -> transactions.pushes().addShown((Session) to, line));
        ending = new Ending(persister, context, loading, gate, recorder, scripts);
        exclusive = new ExclusiveActions(this, ending);
    }

    /**
     * Creates an engine whose persister is not open yet. Until {@link #serve} the engine refuses every command that
     * Redis does not run while it is loading.
     */
    public static Engine create(Persister persister, Clock clock, ServerContext context) {
        return new Engine(persister, clock, context);
    }

    /**
     * Creates an engine, opens the persister with the data set that it has kept, and serves.
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
     * Opens the persister and the data set that it has kept. Called once; other threads may run commands meanwhile.
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
            functions.refresh();
            if (residency == null) {
                meter = new MemoryMeter();
                meter.weighAll(databases);
            }
            recorder.open(persister, residency, meter);
            transactions.open(residency, meter);
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
                store,
                databases,
                recorder.clock(),
                context.dramBudgetBytes(),
                context.limits(),
                hydration,
                statistics,
                commandMeter.latency()::isOn,
                commandMeter.latency()::took);
        residency = attached;
        ColdLibraries.read(store, databases.libraries());
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
            // Not all keys could be counted; the keys that can be read are shown.
            return true;
        }
    }

    /** Puts the values of settings that a server is started with into force; they have been checked. */
    public void configure(Map<String, String> values) {
        synchronized (lock()) {
            new EngineSettings(this).start(values);
        }
    }

    /** Ends the loading: the engine runs every command from now on. */
    public void serve() {
        loading.end();
    }

    /** Makes {@link #load} end soon, with an exception. Any thread may call this. */
    public void stopLoading() {
        loading.abort();
    }

    private Database newDatabase(int index) {
        Database database =
                new Database(index, server.configuration(), server.subscriptionRegistry(), recorder, statistics);
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

    /** Returns upstream's view of the server, on which its clock, its options and its command interceptor are set. */
    @Override
    public EngineServer server() {
        return server;
    }

    /** Returns the number of keys in all databases, with expired keys that no command has looked for since then. */
    public long keyCount() {
        synchronized (lock()) {
            long count = 0;
            for (RedisBase database : databases.values()) {
                count += ((Database) database).content().count();
            }
            return count;
        }
    }

    /** Returns what {@code INFO} replies for these sections. Waits while a command runs. */
    public String info(List<String> sections) {
        synchronized (lock()) {
            return new InfoReport(this).of(sections);
        }
    }

    /** Creates the prefetcher of one event loop; see {@link KeyPrefetcher}. */
    public KeyPrefetcher newPrefetcher() {
        return new KeyPrefetcher(this);
    }

    /**
     * Creates the session of a connection. From {@link Session#open} on other clients see the session, and may ask its
     * connection for its figures and end it.
     */
    public Session newSession(SessionOutput output) {
        return new Session(this, output, clients.nextId());
    }

    /**
     * Enters the gate for one batch of an event loop's commands. Returns whether the event loop may run ordinary
     * commands on its thread now; if so, {@link #exit} must follow. Returns false while a script holds the engine or
     * waits for it: every command goes to a worker then. Never waits.
     */
    public boolean tryEnter() {
        return gate.tryEnter();
    }

    public void exit() {
        gate.exit();
    }

    @Override
    public @Nullable Saver saver() {
        Saver own = persister.saver();
        return own == null ? context.saver() : own;
    }

    @Override
    public void takeBulkLength() {
        String length = context.settings().get("proto-max-bulk-len");
        if (length != null) {
            server.configuration()
                    .setProtoMaxBulkLen(
                            Math.min(Long.parseLong(length), guard.limits().maxStringBytes()));
        }
    }

    /** Tells whether the engine has stopped running commands because it ends. */
    boolean isEnding() {
        return ending.hasBegun();
    }

    @Override
    public void endWithout(ShutdownSave save) {
        ending.saveThen(save);
    }

    @Override
    public void prepareEnd(ShutdownSave save) {
        ending.prepare(save);
    }

    /**
     * Has the persister do its work for shutdown as soon as no command runs. A running command is given a little time
     * to end; then a running script is killed.
     *
     * @throws PersistenceException if the persister fails; the engine goes on as before then
     * @throws UnendingCommandException if a command does not end
     */
    public void prepareEnd() {
        ending.prepareSoon();
    }

    /**
     * Makes a running script end soon, because the server ends. If the script has changed anything, its changes are
     * part of a transaction: they are not kept, and no data in memory are shown or saved any more. Any thread may call
     * this.
     */
    public void killScript() {
        ending.killScript();
    }

    /** Tells whether the persister is saving data for shutdown, which may take any time. Any thread may call this. */
    public boolean isSavingInTheEnd() {
        return ending.isSaving();
    }

    /**
     * Tells whether a script was killed after it had changed data, so that the data in memory are not valid any more.
     * Any thread may call this.
     */
    public boolean hasGivenUp() {
        return recorder.hasLostChanges();
    }

    /**
     * Has the persister do its work for shutdown, if it has not done it yet. No command may run any more;
     * {@link #close} follows.
     *
     * @throws PersistenceException if the persister fails
     */
    public void shutDown() {
        ending.shutDown();
    }

    @Override
    public DataSet dataSet() {
        return this;
    }

    @Override
    public void expireInBackground(boolean isOn) {
        expiresInBackground = isOn;
    }

    /** Tells whether expired keys that nobody asks for are removed. */
    boolean expiresInBackground() {
        return expiresInBackground;
    }

    @Override
    public void sleep(long nanos) {
        exclusive.sleep(nanos);
    }

    @Override
    public void forgetCopies() {
        exclusive.forgetCopies();
    }

    @Override
    public void reload(Consumer<TransactionSink> source, boolean isToBeEmptied) {
        exclusive.reload(source, isToBeEmptied);
    }

    /** Weighs all data anew where memory is the only place for them. The caller holds the engine's lock. */
    void weighAll() {
        MemoryMeter metered = meter;
        if (metered != null) {
            metered.weighAll(databases);
        }
    }

    /**
     * Makes all transactions durable and closes the persister. No command may run any more.
     *
     * @throws UnendingCommandException if a command still runs and does not end; the persister stays open then
     */
    @Override
    public void close() {
        ending.begin();
        replication.close();
        Residency closed = residency;
        if (closed != null) {
            closed.close();
        }
        transactions.awaitLast();
        // Not under the lock: a rewrite or a save under way needs the lock to reach the point where it gives up.
        persister.close();
    }

    /** Returns the engine's lock, which is upstream's lock: a thread holds it while it touches data. */
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

    @Override
    public Monitors monitors() {
        return monitors;
    }

    Semaphore steppedRuns() {
        return steppedRuns;
    }

    @Override
    public Invalidations invalidations() {
        return invalidations;
    }

    /**
     * Tells the clients that wait for prefixes of keys which keys have changed. To be called when the commands that were
     * there at one time have run. Never waits: while a script holds the engine or waits for it, the worker that runs the
     * script does it. Cheap while nothing has changed.
     */
    public void broadcastChanges() {
        if (invalidations.hasBroadcasts() && tryEnter()) {
            try {
                transactions.broadcastChanges();
            } finally {
                exit();
            }
        }
    }

    @Override
    public CommandPause pause() {
        return pause;
    }

    @Override
    public ForeignSettings foreignSettings() {
        return foreignSettings;
    }

    /** Returns the transactions, which begin and end top-level commands. */
    Transactions transactions() {
        return transactions;
    }

    @Override
    public Scripts scripts() {
        return scripts;
    }

    @Override
    public Functions functions() {
        return functions;
    }

    @Override
    public Databases databases() {
        return databases;
    }

    @Override
    public ServerContext context() {
        return context;
    }

    @Override
    public Access access() {
        return access;
    }

    Recorder recorder() {
        return recorder;
    }

    @Override
    public int blockedClientCount() {
        return waiters.count();
    }

    @Override
    public int timedClientCount() {
        return waiters.timedCount();
    }

    @Override
    public void observeEverything() {
        recorder.observeEverything();
    }

    Waiters waiters() {
        return waiters;
    }

    @Override
    public Replication replication() {
        return replication;
    }

    /** Does what replicas need now and then. To be called about once a second. */
    public void tendReplicas() {
        synchronized (lock()) {
            replication.tick();
        }
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
     * Returns why no data may be added, as a Redis error, or null. Where memory is the only place for data, they may
     * weigh as much as maxmemory says. The caller holds the engine's lock.
     */
    @Nullable
    String memoryRefusal() {
        MemoryMeter metered = meter;
        boolean isFull = metered != null && metered.usedBytes() > context.maxMemoryBytes();
        return isFull ? "OOM command not allowed when used memory > 'maxmemory'." : null;
    }

    @Override
    public long meteredBytes() {
        MemoryMeter metered = meter;
        return metered == null ? 0 : metered.usedBytes();
    }

    @Override
    public ShardChannels shardChannels() {
        return shardChannels;
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public CommandMeter commandMeter() {
        return commandMeter;
    }

    @Override
    public Loading loading() {
        return loading;
    }

    /** Returns the residency; null if all data are in memory. Set while the engine is loading, and never changed. */
    @Override
    public @Nullable Residency residency() {
        return residency;
    }

    /**
     * Begins a snapshot: see {@link DataSet#cut}.
     *
     * @throws PersistenceException if the data in memory must not be shown any more
     */
    @Override
    public Snapshot cut(LongConsumer atCut) {
        if (Thread.holdsLock(lock())) {
            throw new IllegalStateException("a snapshot cannot begin in the middle of a command");
        }
        synchronized (lock()) {
            String failure = transactions.failure();
            if (failure != null) {
                throw new PersistenceException(failure);
            }
            RunningSnapshot snapshot = new RunningSnapshot(
                    databases,
                    residency,
                    snapshots,
                    persister.lastLsn(),
                    this::tellOfRoom,
                    commandMeter.latency()::took);
            atCut.accept(snapshot.lsn());
            snapshots.add(snapshot);
            return snapshot;
        }
    }

    @Override
    public @Nullable Snapshot withoutKeys(long lsn) {
        List<LibraryCodes.Library> libraries = databases.libraries().all();
        return libraries.isEmpty() ? null : new LibrarySnapshot(libraries, lsn);
    }

    /**
     * Tells the commit listener that commands that write need not wait any more, because a snapshot has freed what it
     * had set aside, or evictions have made room.
     */
    void tellOfRoom() {
        CommitListener told = listener;
        if (told != null) {
            told.onRoom();
        }
    }

    /**
     * Tells whether the number of keys is not known yet, shortly after a start: a command that needs it has to wait.
     * The commit listener is told when the number is known. Any thread may call this; it is cheap.
     */
    public boolean isCounting() {
        Residency filled = residency;
        return filled != null && !filled.store().isCounted();
    }

    /** Tells whether commands that write have to wait before they run. Any thread may call this; it is cheap. */
    public boolean isBackedUp() {
        Residency filled = residency;
        return loading.isOver()
                && (persister.isBackedUp() || snapshots.isFull() || (filled != null && filled.isOverfull()));
    }

    /**
     * Evicts values if writers wait because too much is in memory, and tells the commit listener when there is room. To
     * be called every few milliseconds.
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
}

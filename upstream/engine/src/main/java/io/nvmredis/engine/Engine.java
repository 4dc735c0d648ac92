package io.nvmredis.engine;

import com.github.fppt.jedismock.EngineServer;
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
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

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
    private final Transactions transactions;
    private final Ending ending;
    private final ExclusiveActions exclusive;

    /** Set when the persister is open, under the engine's lock. */
    private RecoveryReport recovery = RecoveryReport.EMPTY;

    private volatile @Nullable CommitListener listener;
    private volatile @Nullable Residency residency;

    private Engine(Persister persister, Clock clock, ServerContext context) {
        this.persister = persister;
        this.context = context;
        scripts = new Scripts(server, context.scriptMemoryBytes());
        server.setClock(clock);
        server.setOptions(ServiceOptions.withInterceptor(CommandExecutor::proceed));
        guard = new CommandGuard(context.limits());
        hydration = new HydrationBudget(context.limits());
        transactions = new Transactions(
                databases, persister, loading, recorder, waiters, guard, hydration, statistics, this::isBackedUp);
        ending = new Ending(persister, context, loading, gate, recorder, scripts);
        exclusive = new ExclusiveActions(this, ending);
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
    public KeyPrefetcher newPrefetcher() {
        return new KeyPrefetcher(this);
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

    /** Whether no command is run any more. */
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
     * Has the persister do what it does in the end, as soon as no command runs; one is waited for a little, and a script is
     * killed then.
     *
     * @throws PersistenceException if it cannot: all goes on then
     * @throws UnendingCommandException if a command does not end
     */
    public void prepareEnd() {
        ending.prepareSoon();
    }

    /**
     * Has a script that runs end soon, because the server does. What it has changed by then is a part of a transaction:
     * it is not kept, and nothing that is in memory is shown or saved any more. Any thread.
     */
    public void killScript() {
        ending.killScript();
    }

    /** Whether data are being saved in the end, which takes as long as it takes. Any thread. */
    public boolean isSavingInTheEnd() {
        return ending.isSaving();
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
        ending.shutDown();
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

    /** Weighs all data anew where memory is the only place for them. Holds the engine's lock. */
    void weighAll() {
        MemoryMeter metered = meter;
        if (metered != null) {
            metered.weighAll(databases);
        }
    }

    /**
     * Makes durable what has been done and closes the persister. Nobody runs a command any more.
     *
     * @throws UnendingCommandException if somebody does, and does not end: the persister stays open then
     */
    @Override
    public void close() {
        ending.begin();
        Residency closed = residency;
        if (closed != null) {
            closed.close();
        }
        transactions.awaitLast();
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

    /** How top-level commands begin and end. */
    Transactions transactions() {
        return transactions;
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

    @Override
    public void observeEverything() {
        recorder.observeEverything();
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
            String failure = transactions.failure();
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
}

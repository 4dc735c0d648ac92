package io.nvmredis.server;

import io.nvmredis.certificates.TlsException;
import io.nvmredis.directory.OtherData;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.UnendingCommandException;
import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.context.LibraryPayloads;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.network.ClientAccount;
import io.nvmredis.network.ClientDisconnector;
import io.nvmredis.network.ClientLimits;
import io.nvmredis.network.ClientMemory;
import io.nvmredis.network.Connections;
import io.nvmredis.network.DurabilityGate;
import io.nvmredis.network.FrontEnd;
import io.nvmredis.network.ListenException;
import io.nvmredis.network.Listener;
import io.nvmredis.network.LoopTurns;
import io.nvmredis.network.NetworkFigures;
import io.nvmredis.network.TlsFront;
import io.nvmredis.network.Transport;
import io.nvmredis.network.Workers;
import io.nvmredis.rdb.LibraryPayload;
import io.nvmredis.rdb.RdbFile;
import io.nvmredis.rdb.RdbOptions;
import io.nvmredis.rdb.RdbValueCodec;
import io.nvmredis.server.configuration.ConfigurationText;
import io.nvmredis.server.configuration.GivenSettings;
import io.nvmredis.server.configuration.SettingCatalog;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueCodec;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server in this JVM: {@code try (var server = NvmRedisServer.builder().port(0).dir(directory).build().start())}.
 *
 * <p>Life cycle: {@link Builder#build} checks the settings and touches nothing, {@link #start} listens, answers {@code
 * -LOADING} until the data are recovered and returns when they are, {@link #close} answers what runs, makes everything
 * durable and releases the directory. Its threads are daemons.
 *
 * <p>Threads: any.
 */
public final class NvmRedisServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NvmRedisServer.class);

    private final ServerConfig config;
    private final @Nullable ConfigFile configFile;
    private final OtherData otherData;
    private final Clock clock;
    private final Transport transport;
    private final DurabilityGate gate = new DurabilityGate();
    private final Workers workers = new Workers();
    private final Expiry expiry = new Expiry();
    private final Connections connections;
    private final ClientLimits limits;
    private final ClientMemory memory;
    private final @Nullable TlsFront tls;
    private final LiveSettings settings;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Context context = new Context();
    private final long startNanos = System.nanoTime();

    private final Engine engine;
    private final LoopTurns turns;
    private final NetworkFigures network;
    /** Whether the persister is open and its data are served. */
    private volatile boolean ready;

    private volatile @Nullable Listener listener;
    private volatile @Nullable MetricsEndpoint metrics;
    /** Time when the server was told to end, by {@link System#nanoTime}; 0 if it was not. */
    private volatile long endNanos;

    /** Saver beside a persister that has none of its own; null if there is none. */
    private volatile @Nullable DumpSaver saver;

    private volatile @Nullable RuntimeException closeFailure;

    private NvmRedisServer(Builder builder) {
        GivenSettings given = builder.given();
        this.config = new ConfigReader(given, builder.providers).read();
        config.warnings().forEach(LOG::warn);
        this.configFile = builder.configFile == null ? null : new ConfigFile(builder.configFile, builder.providers);
        this.otherData = new OtherData(config.directory(), config.persistence(), given.values(), builder.providers);
        warmUp(config.persister());
        this.clock = builder.clock;
        this.transport = builder.transport == null ? Transport.best() : builder.transport;
        this.connections = new Connections(config.maxClients());
        this.limits = new ClientLimits(config.outputLimits(), config.queryBufferLimit());
        this.memory = new ClientMemory(config.clientMemoryLimit());
        this.tls = tls(config);
        this.settings = new LiveSettings(config, connections, limits, memory, tls);
        this.engine = Engine.create(config.persister(), clock, context);
        engine.configure(config.engineSettings());
        this.turns = new LoopTurns(engine);
        this.network = new NetworkFigures(turns, connections);
    }

    /**
     * Warms the persister up while this thread loads the code of the network and the engine. If it fails, opening will
     * fail as well, and say so.
     */
    private static void warmUp(Persister persister) {
        Thread thread = new Thread(persister::warmUp, "nvm-redis-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static @Nullable TlsFront tls(ServerConfig config) {
        try {
            return config.tls().isOn() ? new TlsFront(config.tls()) : null;
        } catch (TlsException e) {
            throw new ConfigurationException(List.of(String.valueOf(e.getMessage())));
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins to listen and recovers the data; until the data are there clients get {@code -LOADING}. May be called
     * once.
     *
     * @throws StartException if the address cannot be listened on, or the server was closed meanwhile
     * @throws PersistenceException if the directory cannot be used
     */
    public NvmRedisServer start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("this server has been started before; build another");
        }
        try {
            open();
        } catch (PersistenceException e) {
            closeListener();
            if (closing.get()) {
                throw new StartException("the server was stopped before it was ready", e);
            }
            throw e;
        } catch (RuntimeException | Error e) {
            closeListener();
            throw e;
        } finally {
            startEnded.countDown();
        }
        Access access = config.access();
        if (config.isReachable() && !access.users().mustAuthenticate() && !access.isForThisMachineAlone()) {
            LOG.warn(
                    "listening on {}: whoever can reach this address can read and change everything",
                    config.address().getHostAddress());
        }
        return this;
    }

    private void open() {
        otherData.check();
        listener = listen();
        engine.load(gate);
        requireData();
        ready = true;
        gate.attach(engine.persister(), engine.commandMeter().latency());
        if (engine.persister().saver() == null) {
            DumpSaver made =
                    new DumpSaver(config.directory(), settings.all(), config.persistence(), engine.persister(), engine);
            settings.attach(made);
            saver = made;
        }
        engine.serve();
        expiry.start(engine);
        if (config.metricsPort() >= 0) {
            metrics = MetricsProvider.find().start(this, new InetSocketAddress(config.address(), config.metricsPort()));
        }
    }

    private Listener listen() {
        FrontEnd frontEnd =
                new FrontEnd(engine, gate, workers, connections, turns, limits, memory, config.maxBulkLength());
        try {
            return Listener.open(transport, config.endpoints(), config.ioThreads(), frontEnd, tls);
        } catch (ListenException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Refuses to serve a directory where nothing was ever written if other data are there that may have been meant. */
    private void requireData() {
        if (otherData.isAnything() && engine.recovery().lastLsn() == 0 && engine.keyCount() == 0) {
            engine.close();
            otherData.requireNone();
        }
    }

    /** Closes the listener and all connections: no client has been served. */
    private void closeListener() {
        Listener open = listener;
        if (open != null) {
            open.stopAccepting();
            open.close();
        }
    }

    /** Returns the port that the server listens on, chosen by the system if none was given. */
    public int port() {
        Listener open = listener;
        return open == null ? config.port() : open.port();
    }

    /** Returns the port for connections over TLS; 0 if there is none. */
    public int tlsPort() {
        return config.tls().port();
    }

    /** Returns the address that the server listens on. */
    public String host() {
        return config.address().getHostAddress();
    }

    public Path directory() {
        return config.directory();
    }

    /** Returns the name of the persister. */
    public String persistence() {
        return config.persistence();
    }

    /** Returns what an acknowledged write survives. */
    public DurabilityStatement durability() {
        return running().persister().durability();
    }

    /** Returns the bytes of memory for data: a cache of the table, or all data if there is no table. */
    public long dataMemoryBytes() {
        return running().persister().coldStore() == null ? config.maxMemoryBytes() : config.dramBudgetBytes();
    }

    /** Returns what recovery found in the directory. */
    public RecoveryReport recovery() {
        return running().recovery();
    }

    /** Tells whether keys are still being counted: {@link #keyCount} waits then, and with it all clients. */
    public boolean isCounting() {
        return running().isCounting();
    }

    /** Returns the number of keys in all databases. */
    public long keyCount() {
        return running().keyCount();
    }

    /**
     * Returns the fields that {@code INFO} shows, by their names, in its order.
     *
     * @param sections names of sections, as for {@code INFO}; none stands for the usual ones
     */
    public Map<String, String> info(String... sections) {
        Map<String, String> fields = new LinkedHashMap<>();
        engine.info(List.of(sections))
                .lines()
                .filter(line -> line.indexOf(':') > 0)
                .forEach(line ->
                        fields.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
        return fields;
    }

    /** Returns the port on which metrics are shown; negative if there is none. */
    public int metricsPort() {
        MetricsEndpoint open = metrics;
        return open == null ? -1 : open.port();
    }

    /** Tells whether protected mode keeps clients of other machines off now. */
    public boolean isForThisMachineAlone() {
        return config.access().isForThisMachineAlone();
    }

    /** Returns the number of connected clients. */
    public int connectedClients() {
        return connections.count();
    }

    /** Returns the limits of each client, for tests to narrow. */
    ClientLimits limits() {
        return limits;
    }

    /** Returns the memory that all clients take. */
    ClientMemory memory() {
        return memory;
    }

    /** Returns the nanoseconds since the server was built. */
    public long uptimeNanos() {
        return System.nanoTime() - startNanos;
    }

    private Engine running() {
        if (!ready) {
            throw new IllegalStateException("the server has not been started");
        }
        return engine;
    }

    /** Tells whether the server has been told to close. */
    public boolean isClosing() {
        return closing.get();
    }

    /** Waits for the server to close, whichever thread closes it. Returns whether it has closed. */
    public boolean awaitClosed(long millis) throws InterruptedException {
        return closed.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Returns when the server has closed, whichever thread closes it. */
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    /**
     * Stops the server: answers the commands that run, disconnects the clients, makes durable what is not yet and
     * releases the directory. Returns when that is done, also if another thread does it.
     *
     * @throws PersistenceException if the last writes could not be made durable
     */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            beginEnd();
            try {
                stop();
            } catch (RuntimeException e) {
                closeFailure = e;
            } finally {
                closed.countDown();
            }
        }
        boolean interrupted = awaitUninterruptibly(closed);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failure = closeFailure;
        if (failure != null) {
            throw failure;
        }
    }

    private static boolean awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /**
     * Stops everything, clients before the engine: no write may be acknowledged that the persister does not get any
     * more.
     */
    private void stop() {
        awaitStart();
        closeMetrics();
        Listener open = listener;
        if (open != null && ready) {
            open.stopAccepting();
            new ClientDisconnector(connections, engine)
                    .disconnectAll(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - endNanos));
        }
        workers.close();
        expiry.close();
        try {
            if (ready) {
                end();
            }
        } finally {
            if (open != null) {
                open.close();
            }
        }
    }

    private void closeMetrics() {
        MetricsEndpoint open = metrics;
        if (open != null) {
            open.close();
        }
    }

    private void end() {
        try (engine) {
            try {
                engine.shutDown();
            } finally {
                DumpSaver own = saver;
                if (own != null) {
                    own.close();
                }
            }
        }
    }

    /**
     * Stops the server if the data that should be saved in the end can be saved, as Redis does on a signal; otherwise
     * the server goes on.
     *
     * @throws PersistenceException if they cannot be saved
     * @throws UnendingCommandException if a command does not end; the server is of no use any more then
     */
    public void shutDown() {
        if (ready && !closing.get()) {
            beginEnd();
            try {
                engine.prepareEnd();
            } catch (PersistenceException e) {
                if (!engine.hasGivenUp()) {
                    endNanos = 0;
                    throw e;
                }
                LOG.error("what was changed last is not saved, because it is in disorder: {}", e.getMessage());
            }
        }
        close();
    }

    /** Starts the time that clients are given to end. */
    private void beginEnd() {
        if (endNanos == 0) {
            endNanos = System.nanoTime();
        }
    }

    /** Tells whether data are being saved in the end, for which there is no time limit. */
    public boolean isSavingInTheEnd() {
        return engine.isSavingInTheEnd();
    }

    /** Gives up a start that is under way, and waits until it has ended what it has begun. */
    private void awaitStart() {
        if (started.compareAndSet(false, true)) {
            return;
        }
        engine.stopLoading();
        boolean interrupted = awaitUninterruptibly(startEnded);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** View of the server for the engine. */
    private final class Context implements ServerContext {
        private final ValueCodec codec = new RdbValueCodec();

        @Override
        public int port() {
            return NvmRedisServer.this.port();
        }

        @Override
        public int connectedClients() {
            return connections.count();
        }

        @Override
        public Map<String, Long> clientFigures() {
            return Map.of(
                    "maxclients", (long) connections.limit(),
                    "client_recent_max_input_buffer", memory.largest(ClientAccount::inputBytes),
                    "client_recent_max_output_buffer", memory.largest(ClientAccount::outputBytes),
                    "mem_clients_normal", memory.usedBytes(),
                    "evicted_clients", memory.evictedCount());
        }

        @Override
        public Map<String, Long> networkFigures() {
            return network.all();
        }

        @Override
        public void resetFigures() {
            network.reset();
        }

        @Override
        public Path directory() {
            return config.directory();
        }

        @Override
        public long dramBudgetBytes() {
            return config.dramBudgetBytes();
        }

        @Override
        public Access access() {
            return config.access();
        }

        @Override
        public long maxMemoryBytes() {
            return settings.maxMemoryBytes();
        }

        @Override
        public long scriptMemoryBytes() {
            return config.scriptMemoryBytes();
        }

        @Override
        public LibraryPayloads libraryPayloads() {
            return new LibraryPayloads(LibraryPayload::of, LibraryPayload::codes);
        }

        @Override
        public ValueCodec valueCodec() {
            return codec;
        }

        @Override
        public long startNanos() {
            return startNanos;
        }

        @Override
        public void requestShutdown() {
            Thread thread = new Thread(this::shutDown, "nvm-redis-shutdown");
            thread.start();
        }

        private void shutDown() {
            try {
                close();
            } catch (RuntimeException e) {
                LOG.error("the server has stopped, but not in order: {}", e.getMessage());
            }
        }

        @Override
        public Map<String, String> settings() {
            Map<String, String> all = settings.all();
            if (!config.tls().isOn() || config.port() != config.tls().port()) {
                all.put("port", Integer.toString(port()));
            }
            return all;
        }

        @Override
        public @Nullable Path configFile() {
            return configFile == null ? null : configFile.path();
        }

        @Override
        public void rewriteConfigFile(Map<String, String> ofEngine) throws IOException {
            if (configFile == null) {
                ServerContext.super.rewriteConfigFile(ofEngine);
            } else {
                Map<String, String> inForce = settings.kept();
                inForce.putAll(ofEngine);
                Access access = config.access();
                configFile.rewrite(
                        inForce, access.userFile() == null ? access.users().lines() : List.of());
            }
        }

        @Override
        public @Nullable Saver saver() {
            return saver;
        }

        @Override
        public void loadSaved(TransactionSink sink) {
            DumpSaver own = saver;
            if (own == null) {
                ServerContext.super.loadSaved(sink);
            } else {
                own.load(sink);
            }
        }

        @Override
        public void writeCopy(Snapshot snapshot, FileChannel file, Runnable progress) throws IOException {
            RdbFile.write(snapshot, file, RdbOptions.DEFAULT, (keyCount, bytes) -> progress.run());
        }

        @Override
        public void configure(Map<String, String> changes) {
            settings.change(changes);
        }
    }

    /** Collects the settings of a server to be built. */
    public static final class Builder {
        private final Map<String, String> settings = new TreeMap<>();
        private List<PersisterProvider> providers = Providers.all();
        private Clock clock = Clock.systemUTC();
        private @Nullable Transport transport;
        private @Nullable Path configFile;
        private @Nullable InputStream configStream;

        private Builder() {}

        /**
         * Sets the configuration file: it has lines as {@code redis.conf}, which the settings of this builder override.
         */
        public Builder configFile(Path file) {
            configFile = file.toAbsolutePath().normalize();
            return this;
        }

        /** Sets a stream of further lines of configuration; {@link #build} reads it to its end. */
        public Builder configStream(InputStream lines) {
            configStream = lines;
            return this;
        }

        /** Reads the configuration. */
        private GivenSettings given() {
            ConfigurationText text = new ConfigurationText();
            if (configFile != null) {
                text.readFile(configFile);
            }
            if (configStream != null) {
                text.readStream(configStream, "standard input");
            }
            return new GivenSettings(new SettingCatalog(providers), text, settings);
        }

        /** Sets the port; 0 lets the system choose: see {@link NvmRedisServer#port()}. */
        public Builder port(int port) {
            return setting("port", Integer.toString(port));
        }

        public Builder dir(Path directory) {
            return setting("dir", directory.toString());
        }

        /** Sets the persistence: the name of a persister on the class path. */
        public Builder persistence(String name) {
            return setting("persistence", name);
        }

        /** Sets a setting of the server or the persister, named as on the command line, without the dashes. */
        public Builder setting(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Sets the clock by which keys expire. */
        public Builder clock(Clock newClock) {
            clock = newClock;
            return this;
        }

        Builder transport(Transport newTransport) {
            transport = newTransport;
            return this;
        }

        public Builder providers(List<PersisterProvider> newProviders) {
            providers = List.copyOf(newProviders);
            return this;
        }

        /**
         * Builds a server that has not touched anything yet.
         *
         * @throws ConfigurationException naming every fault of the settings
         */
        public NvmRedisServer build() {
            return new NvmRedisServer(this);
        }
    }
}

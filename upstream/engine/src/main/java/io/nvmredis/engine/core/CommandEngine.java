package io.nvmredis.engine.core;

import com.github.fppt.jedismock.EngineServer;
import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.keyspace.Statistics;
import io.nvmredis.engine.measure.CommandMeter;
import io.nvmredis.engine.replication.Replication;
import io.nvmredis.engine.tracking.Invalidations;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The engine as its commands see it. It has one implementation. */
public interface CommandEngine {
    Databases databases();

    /** Returns the residency; null if all data are in memory. */
    @Nullable
    Residency residency();

    Persister persister();

    /** Returns upstream's view of the server. */
    EngineServer server();

    /** Returns the server around the engine. */
    ServerContext context();

    /** Returns the access rules: the users, and what clients may do. */
    Access access();

    CommandGuard guard();

    ElementScans elementScans();

    Scripts scripts();

    Functions functions();

    Clients clients();

    /** Returns the clients that are shown what all clients do. The caller holds the engine's lock. */
    Monitors monitors();

    ShardChannels shardChannels();

    /** Returns which clients are told of changed keys. The caller holds the engine's lock. */
    Invalidations invalidations();

    /** Returns the state of CLIENT PAUSE, which holds commands back. */
    CommandPause pause();

    /** Returns the settings of Redis that mean nothing to this server. The caller holds the engine's lock. */
    ForeignSettings foreignSettings();

    /** Returns the replication to replicas of this server. The caller holds the engine's lock. */
    Replication replication();

    Statistics statistics();

    /** Returns what is measured of commands. */
    CommandMeter commandMeter();

    Loading loading();

    /** Returns the number of clients whose commands wait for a key. The caller holds the engine's lock. */
    int blockedClientCount();

    /** Returns the number of those whose wait ends after some time. The caller holds the engine's lock. */
    int timedClientCount();

    /** Returns the bytes that the data weigh where memory alone holds them, else 0. The engine's lock is held. */
    long meteredBytes();

    /** Notes that the running command has seen something that any transaction so far may have done. */
    void observeEverything();

    /** Returns what carries out SAVE and BGSAVE; null if these are not available. */
    @Nullable
    Saver saver();

    /** Passes {@code proto-max-bulk-len} on to upstream's engine, which has a limit of its own on strings that grow. */
    void takeBulkLength();

    /** Chooses what the persister will do for shutdown. */
    void endWithout(ShutdownSave save);

    /**
     * Has the persister do its work for shutdown. If the persister succeeds, no command is run any more; if it fails,
     * all goes on as before. No other command runs meanwhile; the caller does not hold the engine's lock.
     *
     * @throws PersistenceException if the persister fails
     */
    void prepareEnd(ShutdownSave save);

    /** Returns the data set, of which a command that does not hold the engine's lock may take a snapshot. */
    DataSet dataSet();

    /** Chooses whether expired keys that nobody asks for are removed. Any thread may call this. */
    void expireInBackground(boolean isOn);

    /** Does nothing for {@code nanos}, or until the server has to end. No other command runs meanwhile. */
    void sleep(long nanos);

    /**
     * Evicts all data that are in memory and on the cold side as well, after all transactions so far have reached the
     * cold side. No other command runs meanwhile.
     *
     * @throws PersistenceException if the transactions do not reach the cold side
     */
    void forgetCopies();

    /**
     * Replaces the data in memory by the data that the source hands over. No other command runs meanwhile.
     *
     * @throws PersistenceException if the data cannot be had; if memory had been changed by then, no data are shown any
     *     more
     */
    void reload(Consumer<TransactionSink> source, boolean isToBeEmptied);
}

package io.nvmredis.engine.core;

import com.github.fppt.jedismock.EngineServer;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.context.Access;
import io.nvmredis.engine.context.CommandPause;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.keyspace.Statistics;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What commands use of the engine that runs them. It has one implementation. */
public interface CommandEngine {
    Databases databases();

    /** Null if all data are in memory. */
    @Nullable
    Residency residency();

    Persister persister();

    /** Upstream's view of the server. */
    EngineServer server();

    /** The server around the engine. */
    ServerContext context();

    /** Who may do what. */
    Access access();

    CommandGuard guard();

    ElementScans elementScans();

    Scripts scripts();

    Clients clients();

    /** What CLIENT PAUSE holds back. */
    CommandPause pause();

    /** Holds the engine's lock. */
    ForeignSettings foreignSettings();

    Statistics statistics();

    Loading loading();

    /** Clients whose commands wait for a key. Holds the engine's lock. */
    int blockedClientCount();

    /** What the data weigh where memory is the only place for them, else 0. Holds the engine's lock. */
    long meteredBytes();

    /** The running command has seen something that any transaction so far may have done. */
    void observeEverything();

    /** What SAVE and BGSAVE do; null if they cannot be had. */
    @Nullable
    Saver saver();

    /** Upstream's engine has a limit of its own on strings that grow. */
    void takeBulkLength();

    /** In the end the persister will do this. */
    void endWithout(ShutdownSave save);

    /**
     * Has the persister do what it does in the end. If it can, no command is run any more; if not, all goes on. Nobody
     * runs a command meanwhile; does not hold the engine's lock.
     *
     * @throws PersistenceException if it cannot
     */
    void prepareEnd(ShutdownSave save);

    /** Nothing is done for so long, or until the server is to end. Nobody else runs a command meanwhile. */
    void sleep(long nanos);

    /**
     * Gives up what is in memory and on the cold side as well, when all that was done has got there. Nobody else runs a
     * command meanwhile.
     *
     * @throws PersistenceException if it does not get there
     */
    void forgetCopies();

    /**
     * Puts what is handed over in the place of what is in memory. Nobody else runs a command meanwhile.
     *
     * @throws PersistenceException if it cannot be had; if memory was emptied by then, nothing of it is shown any more
     */
    void reload(Consumer<TransactionSink> source, boolean isToBeEmptied);
}

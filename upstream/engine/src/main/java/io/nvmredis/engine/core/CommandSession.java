package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.keyspace.Database;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What commands use of the session that runs them, or of another client's. It has one implementation. */
public interface CommandSession {
    long id();

    SessionState state();

    /** The database that is selected. */
    Database database();

    /** The connection. */
    SessionOutput output();

    /** Whether the client is on this machine. */
    boolean isLocal();

    /** Whether the client has to say who it is before it may do anything else. Any thread; cheap. */
    boolean mustAuthenticate();

    /** The client has said who it is. */
    void authenticate();

    /** Ends it at once, and its connection soon: nothing more of it is run or sent. */
    void kill();

    /** Has the running command wait until this demand is met. Returns what it must reply. */
    Slice await(Demand demand);

    /** Whether a command waits. Any thread. */
    boolean isWaiting();

    /** Has the command that waits have this reply and wait no longer; false if none waits. Holds the engine's lock. */
    boolean unblock(Slice reply);

    /** Whether it may have subscribed to anything. */
    boolean maySeeMessages();

    /** What it was last asked to do, as {@code CLIENT LIST} shows it. */
    String lastCommandName();

    /** What the commands take that wait for EXEC. */
    long transactionBytes();

    /**
     * Runs a command within a transaction or a script, as part of what is being recorded: it passes the guard when its
     * turn comes, and does not wait. Holds the engine's lock.
     */
    @Nullable
    Slice performAtOnce(CommandSpec spec, List<byte[]> command);

    /** Why a script may not run this command, which writes, now; or null. */
    @Nullable
    String refusalOfWrite(CommandSpec spec, List<byte[]> command);

    /** Does what was to be done before a command runs. */
    void doWhatIsDue();
}

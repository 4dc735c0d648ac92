package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.access.AclLog.Origin;
import io.nvmredis.engine.access.Denial;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.replication.ReplicaConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session as commands see it: the one that runs them, or another client's. It has one implementation. */
public interface CommandSession extends ReplicaConnection {
    long id();

    SessionState state();

    /** Returns the selected database. */
    Database database();

    @Override
    SessionOutput output();

    /** Tells whether the client is on this machine. */
    boolean isLocal();

    /**
     * Tells whether the client has to authenticate itself before anything else. Any thread may call this; it is cheap.
     */
    boolean mustAuthenticate();

    /** Returns the user that the client is. Any thread may call this. */
    User user();

    /** Makes the client this user; returns false if the user has been removed meanwhile. */
    boolean authenticate(User user);

    /** Makes the client the user that it was when it connected; it has to authenticate itself again, if that has to. */
    void forgetAuthentication();

    /** Takes over what users may do now. Any thread may call this. */
    void refreshAccess();

    /** Returns why the client may not run a command, which has as many words as it may have; null if it may. */
    @Nullable
    Denial denial(CommandSpec spec, List<byte[]> words);

    /** Tells whether the client may run a command that besides reads keys which it does not name. */
    boolean mayReadEverything(String command, List<Slice> parameters);

    /** Enters a refusal in the log of what was refused. */
    void denied(Denial denial, List<byte[]> words, Origin origin);

    /** Enters a wrong password for this user in the log of what was refused. */
    void gaveWrongPassword(String command, String name);

    /** Ends the session at once and its connection soon: no more of its commands run, and nothing more is sent. */
    @Override
    void kill();

    /** Makes the running command wait until this demand is met. Returns what the command must reply. */
    Slice await(Demand demand);

    /** Tells whether a command waits. Any thread may call this. */
    boolean isWaiting();

    /** Tells whether a command waits for this demand. Any thread may call this. */
    boolean isWaitingFor(Demand demand);

    /** Returns the reply of the command that waits if its time is up now. */
    Slice expired();

    /** Ends a command's wait with this reply; returns false if no command waits. The engine's lock is held. */
    boolean unblock(Slice reply);

    /** Returns the session's part in client-side caching. */
    ClientTracking tracking();

    /** Tells whether the session may have subscribed to anything. */
    boolean maySeeMessages();

    /** Returns the name of the command that the session was last asked to run, as {@code CLIENT LIST} shows it. */
    String lastCommandName();

    /** Returns the bytes that commands that wait for EXEC take. */
    long transactionBytes();

    /**
     * Runs a command within a transaction or a script, as part of what is being recorded. The command passes the guard
     * when its turn comes, and does not wait. The caller holds the engine's lock.
     */
    @Nullable
    Slice performAtOnce(CommandSpec spec, List<byte[]> command);

    /** Returns why a script may not run this command, which writes, now; or null. */
    @Nullable
    String refusalOfWrite(CommandSpec spec, List<byte[]> command);

    /** Returns why a command with these words may not write, or, if it adds data, add any, now; or null. */
    @Nullable
    String refusalOfWrite(List<byte[]> command, boolean addsData);

    /** Returns why a library of functions, which is among these words, may not be loaded now; or null. */
    @Nullable
    String refusalOfLibrary(List<Slice> parameters);

    /** Runs the actions that were put off until a command runs. */
    void doWhatIsDue();
}

package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.core.Demand;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a session's command, if the command waits: see {@link Waiters}. Guarded by the engine's lock unless
 * stated otherwise.
 */
public final class SessionWait {
    /** Reply, inside the engine, of a command that is going to wait. */
    private static final Slice WAITS = Slice.create("waits");

    private final Engine engine;
    private final SessionOutput output;
    /** The demand that the running command is about to wait for. */
    private @Nullable Demand awaited;

    private volatile @Nullable Waiter waiter;

    SessionWait(Engine engine, SessionOutput output) {
        this.engine = engine;
        this.output = output;
    }

    /** Makes the running command wait until this demand is met. Returns what the command must reply. */
    Slice await(Demand demand) {
        awaited = demand;
        return WAITS;
    }

    /** Tells whether a command with this reply is going to wait. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isBegunBy(@Nullable Slice reply) {
        return reply == WAITS;
    }

    /** Begins the wait, after the running command has replied that it waits. */
    void begin(Session session, CommandSpec spec, List<byte[]> command) {
        Demand demand = Objects.requireNonNull(awaited);
        awaited = null;
        Waiter begun =
                new Waiter(session, demand, spec, command, session.state().getSelected());
        waiter = begun;
        engine.waiters().add(begun);
    }

    /** Ends the wait with this reply of the command that waited. */
    void end(byte @Nullable [] reply) {
        waiter = null;
        output.resume(reply);
    }

    void awaitRoom() {
        output.awaitRoom();
    }

    /** Tells whether a command waits. Any thread may call this. */
    public boolean isOn() {
        return waiter != null;
    }

    /** Tells whether a command waits for this demand. Any thread may call this. */
    boolean isFor(Demand demand) {
        Waiter waiting = waiter;
        return waiting != null && waiting.demand() == demand;
    }

    /** Returns how long the command may wait, in milliseconds; 0 is forever. Any thread may call this. */
    public long timeoutMillis() {
        Waiter waiting = waiter;
        return waiting == null ? Demand.FOREVER : waiting.demand().timeoutMillis();
    }

    /** Returns the reply of the command that waits if its time is up now. Any thread may call this. */
    Slice expired() {
        Waiter waiting = waiter;
        return waiting == null ? Response.NULL_ARRAY : waiting.demand().expired();
    }

    /**
     * Ends the command's wait without a reply. Returns false if no command waits, or if it has its reply or is about to
     * have it. Any thread may call this.
     */
    public boolean stop() {
        Waiter stopped = waiter;
        if (stopped == null || !stopped.claim()) {
            return false;
        }
        waiter = null;
        engine.waiters().leave(stopped);
        return true;
    }

    /**
     * Serves the commands that waited for room in the log, and other commands whose demand is met. Called by an event
     * loop after {@link SessionOutput#awaitRoom} has asked for it.
     *
     * @return false if a script holds the gate or waits for it, and nothing has been done
     */
    public boolean onRoom() {
        if (!engine.tryEnter()) {
            return false;
        }
        try {
            synchronized (engine.lock()) {
                engine.waiters().resume();
                engine.transactions().serveWaiters();
            }
        } finally {
            engine.exit();
        }
        engine.broadcastChanges();
        return true;
    }
}

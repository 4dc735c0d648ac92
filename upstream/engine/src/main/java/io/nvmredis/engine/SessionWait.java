package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.core.Demand;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a session's command waits for, if it waits: see {@link Waiters}. Guarded by the engine's lock where not said otherwise. */
public final class SessionWait {
    /** The reply, inside the engine, of a command that is to wait. */
    private static final Slice WAITS = Slice.create("waits");

    private final Engine engine;
    private final SessionOutput output;
    /** What the running command is about to wait for. */
    private @Nullable Demand awaited;

    private volatile @Nullable Waiter waiter;

    SessionWait(Engine engine, SessionOutput output) {
        this.engine = engine;
        this.output = output;
    }

    /** Has the running command wait until this demand is met. Returns what it must reply. */
    Slice await(Demand demand) {
        awaited = demand;
        return WAITS;
    }

    /** Whether a command that replied this is to wait. */
    @SuppressWarnings("ReferenceEquality")
    static boolean isBegunBy(@Nullable Slice reply) {
        return reply == WAITS;
    }

    /** The running command has replied that it waits. */
    void begin(Session session, CommandSpec spec, List<byte[]> command) {
        Demand demand = Objects.requireNonNull(awaited);
        awaited = null;
        Waiter begun =
                new Waiter(session, demand, spec, command, session.state().getSelected());
        waiter = begun;
        engine.waiters().add(begun);
    }

    /** The command that waited has this reply. */
    void end(byte @Nullable [] reply) {
        waiter = null;
        output.resume(reply);
    }

    void awaitRoom() {
        output.awaitRoom();
    }

    /** Whether a command waits. Any thread. */
    public boolean isOn() {
        return waiter != null;
    }

    /** How long the command may wait, in milliseconds; 0 is forever. Any thread. */
    public long timeoutMillis() {
        Waiter waiting = waiter;
        return waiting == null ? Demand.FOREVER : waiting.demand().timeoutMillis();
    }

    /** Has the command wait no longer; false if it does not, and has its reply or is about to. Any thread. */
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
     * For an event loop, when {@link SessionOutput#awaitRoom} has asked for it: serves whoever waited for room in the log
     * besides.
     *
     * @return false if a script is about, and nothing has been done
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
        return true;
    }
}

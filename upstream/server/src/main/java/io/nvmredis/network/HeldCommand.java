package io.nvmredis.network;

import io.nvmredis.engine.Engine;
import io.nvmredis.engine.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The next command of one client while it has to wait: because clients are paused, because it writes and the log has no
 * room, or because it needs to know how many keys there are. What the client has sent behind it is left where it is
 * meanwhile, and other clients go on.
 *
 * <p>Belongs to the connection's event loop.
 */
final class HeldCommand {
    private final Engine engine;
    private final Session session;
    private final PauseWait pause;
    private final RoomWaiters roomWaiters;
    /** As one object, so that it can be taken back. */
    private final Runnable retry;

    private @Nullable List<byte[]> command;
    private long bytes;

    /**
     * None of this session's yet.
     *
     * @param retry run when the command may be tried again, unless it waits for the end of a pause
     */
    HeldCommand(Engine engine, Session session, PauseWait pause, RoomWaiters roomWaiters, Runnable retry) {
        this.engine = engine;
        this.session = session;
        this.pause = pause;
        this.roomWaiters = roomWaiters;
        this.retry = retry;
    }

    /** Whether this command has to wait; it is held then. */
    boolean holds(List<byte[]> next) {
        if (pause.holds(next) || awaitsRoom(next) || awaitsCount(next)) {
            command = next;
            bytes = RespDecoder.bytesOf(next);
            return true;
        }
        return false;
    }

    private boolean awaitsRoom(List<byte[]> next) {
        return engine.isBackedUp() && session.writes(next) && roomWaiters.await(retry);
    }

    private boolean awaitsCount(List<byte[]> next) {
        return engine.isCounting() && session.countsKeys(next) && roomWaiters.awaitCount(retry);
    }

    /** The command that is held, which is held no longer; null if there is none. */
    @Nullable
    List<byte[]> take() {
        List<byte[]> taken = command;
        if (taken != null) {
            drop();
        }
        return taken;
    }

    /** The command is not run after all. */
    void drop() {
        command = null;
        bytes = 0;
    }

    boolean isThere() {
        return command != null;
    }

    /** Whether it is there and somebody will tell when the log has room, or a pause is over. */
    boolean isAwaited() {
        return command != null && (roomWaiters.awaits(retry) || pause.isWaiting());
    }

    /** What it takes. */
    long bytes() {
        return bytes;
    }

    /** The client is gone. */
    void end() {
        drop();
        roomWaiters.forget(retry);
        pause.end();
    }
}

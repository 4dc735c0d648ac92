package io.nvmredis.network;

import io.nvmredis.engine.Engine;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.catalog.Command;
import org.jspecify.annotations.Nullable;

/**
 * Next command of one client while it has to wait: because clients are paused, because it writes and the log has no
 * room, or because it needs the number of keys while they are still being counted. Input behind it stays where it is
 * meanwhile, and other clients go on.
 *
 * <p>Belongs to the connection's event loop.
 */
final class HeldCommand {
    private final Engine engine;
    private final Session session;
    private final PauseWait pause;
    private final RoomWaiters roomWaiters;
    /** Kept as one object, so that it can be withdrawn. */
    private final Runnable retry;

    private @Nullable Command command;
    private long bytes;

    /**
     * Makes a holder for this session's commands that holds none yet.
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

    /** Tells whether this command has to wait; if so it is held. */
    boolean holds(Command next) {
        if (pause.holds(next) || awaitsRoom(next) || awaitsCount(next)) {
            command = next;
            bytes = RespDecoder.bytesOf(next.words());
            return true;
        }
        return false;
    }

    private boolean awaitsRoom(Command next) {
        return engine.isBackedUp() && session.writes(next) && roomWaiters.await(retry);
    }

    private boolean awaitsCount(Command next) {
        return engine.isCounting() && session.countsKeys(next) && roomWaiters.awaitCount(retry);
    }

    /** Returns the held command and holds it no longer; null if none is held. */
    @Nullable
    Command take() {
        Command taken = command;
        if (taken != null) {
            drop();
        }
        return taken;
    }

    /** Drops the held command: it is not run. */
    void drop() {
        command = null;
        bytes = 0;
    }

    boolean isThere() {
        return command != null;
    }

    /**
     * Tells whether a command is held and will be retried when the log has room, the keys are counted or the pause is
     * over.
     */
    boolean isAwaited() {
        return command != null && (roomWaiters.awaits(retry) || pause.isWaiting());
    }

    /** Returns the bytes of memory that the held command takes. */
    long bytes() {
        return bytes;
    }

    /** Drops the held command and stops waiting when the client is gone. */
    void end() {
        drop();
        roomWaiters.forget(retry);
        pause.end();
    }
}

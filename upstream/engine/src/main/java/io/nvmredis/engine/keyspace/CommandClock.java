package io.nvmredis.engine.keyspace;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * Time as a command sees it. Keys and fields are looked up at one time throughout a top-level command, an EXEC or a
 * script as a whole, as in Redis: a key that exists at the start exists until the end, however long that takes. A time
 * to live counts from one time per command. A transaction or script has several commands: a script may wait for the
 * time to pass.
 *
 * <p>The time is read when it is first asked for. A command that meets no deadline therefore does not read it, and any
 * other command reads it once. Between commands the time is read whenever it is asked for.
 *
 * <p>Guarded by the engine's lock.
 */
public final class CommandClock extends Clock implements Supplier<Clock> {
    private static final long UNREAD = Long.MIN_VALUE;

    private final Supplier<Clock> source;
    /** Number of calls of {@link #hold} that no call of {@link #release} has followed yet. */
    private int holders;

    private long lookupMillis = UNREAD;
    private long commandMillis = UNREAD;

    public CommandClock(Supplier<Clock> source) {
        this.source = source;
    }

    /**
     * Begins a top-level command, or several commands that look keys up at the same time. {@link #release} must follow.
     */
    public void hold() {
        if (holders++ == 0) {
            lookupMillis = UNREAD;
        }
        commandMillis = UNREAD;
    }

    public void release() {
        holders--;
    }

    /** Begins one of the commands of a transaction or script. */
    public void beginWithin() {
        commandMillis = UNREAD;
    }

    /** Returns the time of lookups: a deadline has passed if it is not later than that. */
    public long lookupMillis() {
        if (holders == 0) {
            return source.get().millis();
        }
        return lookupMillis == UNREAD ? millis() : lookupMillis;
    }

    /** Returns the time from which a time to live of the running command counts. */
    @Override
    public long millis() {
        if (holders == 0) {
            return source.get().millis();
        }
        if (commandMillis == UNREAD) {
            commandMillis = source.get().millis();
        }
        if (lookupMillis == UNREAD) {
            lookupMillis = commandMillis;
        }
        return commandMillis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return source.get().getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return source.get().withZone(zone);
    }

    /** Returns this clock, for callers that ask for the clock of the server each time. */
    @Override
    public Clock get() {
        return this;
    }
}

package io.nvmredis.engine.keyspace;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * The time as a command sees it. Keys and fields are looked up at one time throughout a top-level command, an EXEC or a
 * script as a whole, as in Redis: one that is there is there until the end, however long that takes. What counts from now
 * counts from one time per command, of which a transaction or script has several: a script may wait for the time to pass.
 *
 * <p>The time is read when it is first asked for. So a command that finds no deadline does not read it, and any other one
 * reads it once. Between commands it is read whenever it is asked for.
 *
 * <p>Guarded by the engine's lock.
 */
public final class CommandClock extends Clock implements Supplier<Clock> {
    private static final long UNREAD = Long.MIN_VALUE;

    private final Supplier<Clock> source;
    /** How many calls of {@link #hold} have not been followed by one of {@link #release}. */
    private int holders;

    private long lookupMillis = UNREAD;
    private long commandMillis = UNREAD;

    public CommandClock(Supplier<Clock> source) {
        this.source = source;
    }

    /** Begins a top-level command, or several that look keys up at the same time. {@link #release} is to follow. */
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

    /** When a key or field is looked up: its deadline has passed if it is not later. */
    public long lookupMillis() {
        if (holders == 0) {
            return source.get().millis();
        }
        return lookupMillis == UNREAD ? millis() : lookupMillis;
    }

    /** What counts from now counts from then. */
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

    /** This one, for those that ask for the clock of the server each time. */
    @Override
    public Clock get() {
        return this;
    }
}

package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * State of a replay: whether the running commands are ones that another server ran before, and wrote down or sent. That
 * server decided which keys had expired, and says so in its commands. Nothing expires here meanwhile, so that the
 * following commands find a key whose deadline has passed, as in Redis. Time stands still within a transaction, so that
 * a time to live that is read and set again gives the deadline from which it was read.
 *
 * <p>Guarded by the engine's lock.
 */
public final class Replay {
    /** Clock for upstream's commands that compare a deadline with the time and would delete the key at once. */
    private static final Clock BEGINNING = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private boolean isOn;
    private long nowMillis;
    private boolean isAbsolute;

    public void begin(long newNowMillis) {
        isOn = true;
        nowMillis = newNowMillis;
    }

    public void end() {
        isOn = false;
        isAbsolute = false;
    }

    public boolean isOn() {
        return isOn;
    }

    long nowMillis() {
        return nowMillis;
    }

    /**
     * Returns the time to live that a key has left. The result is never the number that stands for no deadline, because
     * the clock is moved on before that.
     */
    long timeToLive(long deadline) {
        if (deadline - nowMillis == Entry.NO_DEADLINE) {
            nowMillis++;
        }
        return deadline - nowMillis;
    }

    /**
     * Sets whether the command that runs next gives a key a deadline as a point in time, and so does not need the time.
     */
    public void isAbsolute(boolean absolute) {
        isAbsolute = absolute;
    }

    /** Returns the clock that upstream's command is to see, or null for the usual clock. */
    @Nullable
    Clock clock() {
        return isOn && isAbsolute ? BEGINNING : null;
    }
}

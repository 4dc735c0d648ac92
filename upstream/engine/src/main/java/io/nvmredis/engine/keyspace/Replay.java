package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Says whether commands are being run that another server ran before, and has written down or sent. That server has
 * decided what had expired, and says so in the commands, so that nothing expires here meanwhile: a key whose deadline
 * has passed is found by the commands that follow, as in Redis. And time stands still within a transaction, so that a
 * time to live read and set again gives the deadline that it was read from.
 *
 * <p>Guarded by the engine's lock.
 */
public final class Replay {
    /** For upstream's commands that compare a deadline with the clock, and would delete the key at once. */
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

    /** What a key has left to live. Never the number that stands for no deadline: the clock is moved on before that. */
    long timeToLive(long deadline) {
        if (deadline - nowMillis == Entry.NO_DEADLINE) {
            nowMillis++;
        }
        return deadline - nowMillis;
    }

    /** Whether the command that runs next gives a key a deadline, and does not need to know what time it is. */
    public void isAbsolute(boolean absolute) {
        isAbsolute = absolute;
    }

    /** The clock that upstream's command is to see; null if it is the usual one. */
    @Nullable
    Clock clock() {
        return isOn && isAbsolute ? BEGINNING : null;
    }
}

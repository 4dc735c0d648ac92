package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.catalog.Arguments;

/**
 * Options of {@code RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency]}.
 *
 * @param isAbsolute whether the time to live is a point in time
 * @param idleSeconds seconds since the last use of the key; -1 if they are not told
 */
record RestoreWords(boolean replaces, boolean isAbsolute, long idleSeconds) {
    private static final int FIRST_OPTION = 3;
    private static final long UNTOLD = -1;
    private static final int MAX_FREQUENCY = 255;

    static RestoreWords read(Arguments arguments) {
        boolean replaces = false;
        boolean isAbsolute = false;
        long idleSeconds = UNTOLD;
        long frequency = UNTOLD;
        for (int i = FIRST_OPTION; i < arguments.count(); i++) {
            boolean hasMore = i + 1 < arguments.count();
            if (arguments.is(i, "replace")) {
                replaces = true;
            } else if (arguments.is(i, "absttl")) {
                isAbsolute = true;
            } else if (arguments.is(i, "idletime") && hasMore && frequency == UNTOLD) {
                idleSeconds = within(arguments.integer(++i), Long.MAX_VALUE, "IDLETIME value, must be >= 0");
            } else if (arguments.is(i, "freq") && hasMore && idleSeconds == UNTOLD) {
                // The frequency of use is not kept: no policy evicts by it.
                frequency = within(arguments.integer(++i), MAX_FREQUENCY, "FREQ value, must be >= 0 and <= 255");
            } else {
                throw Arguments.syntaxError();
            }
        }
        return new RestoreWords(replaces, isAbsolute, idleSeconds);
    }

    private static long within(long number, long most, String what) {
        if (number < 0 || number > most) {
            throw new ArgumentException("ERR Invalid " + what);
        }
        return number;
    }

    boolean tellsIdleTime() {
        return idleSeconds != UNTOLD;
    }
}

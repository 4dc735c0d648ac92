package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options of SET behind the value, {@code [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT seconds | PXAT
 * milliseconds | KEEPTTL]}, and of GETEX behind the key, which are a time or PERSIST. Options between bars exclude one
 * another; an option may be given twice, and the last one counts.
 */
final class SetOptions {
    private static final List<String> TIMES = List.of("ex", "px", "exat", "pxat");

    private @Nullable String condition;
    /** One of {@link #TIMES}, or {@code keepttl}, or {@code persist}. */
    private @Nullable String expiry;

    private boolean returnsValue;
    private final String command;
    private final Arguments arguments;
    private int timePosition;

    private SetOptions(Arguments arguments, String command, int first) {
        this.arguments = arguments;
        this.command = command;
        int at = first;
        while (at < arguments.count()) {
            at = readOption(at);
        }
        if (timePosition >= arguments.count()) {
            throw Arguments.syntaxError();
        }
    }

    static SetOptions ofSet(Arguments arguments) {
        return new SetOptions(arguments, "set", 2);
    }

    static SetOptions ofGetex(Arguments arguments) {
        return new SetOptions(arguments, "getex", 1);
    }

    /** Reads one option, and returns the position of the next. */
    private int readOption(int at) {
        boolean isSet = command.equals("set");
        if (isSet && arguments.is(at, "get")) {
            returnsValue = true;
        } else if (isSet && (arguments.is(at, "nx") || arguments.is(at, "xx"))) {
            condition = chosen(condition, arguments.is(at, "nx") ? "nx" : "xx");
        } else if (arguments.is(at, isSet ? "keepttl" : "persist")) {
            expiry = chosen(expiry, isSet ? "keepttl" : "persist");
        } else {
            expiry = chosen(expiry, timeOption(arguments.bytes(at)));
            timePosition = at + 1;
            return at + 2;
        }
        return at + 1;
    }

    private static String timeOption(byte[] word) {
        for (String option : TIMES) {
            if (Words.equalsIgnoreCase(word, option)) {
                return option;
            }
        }
        throw Arguments.syntaxError();
    }

    private static String chosen(@Nullable String before, String option) {
        if (before != null && !before.equals(option)) {
            throw Arguments.syntaxError();
        }
        return option;
    }

    boolean returnsValue() {
        return returnsValue;
    }

    boolean keepsDeadline() {
        return "keepttl".equals(expiry);
    }

    boolean removesDeadline() {
        return "persist".equals(expiry);
    }

    /** Tells whether the deadline is absolute, not counted from now. */
    boolean isAbsolute() {
        return expiry != null && expiry.endsWith("at");
    }

    /** Returns when the key expires, or {@link Entry#NO_DEADLINE} if these options do not say. */
    long deadline(long nowMillis) {
        if (expiry == null || !TIMES.contains(expiry)) {
            return Entry.NO_DEADLINE;
        }
        long afterMillis = isAbsolute() ? 0 : nowMillis;
        return SetCommands.deadline(arguments.integer(timePosition), expiry.startsWith("e"), afterMillis, command);
    }

    /** Tells whether the key exists, or does not exist, as NX or XX demands. */
    boolean admits(Database database, Slice key) {
        return condition == null || database.exists(key) == condition.equals("xx");
    }
}

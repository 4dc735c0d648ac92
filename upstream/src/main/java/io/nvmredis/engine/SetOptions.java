package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.Session.Words;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words of SET behind the value: {@code [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT seconds | PXAT
 * milliseconds | KEEPTTL]}. Those between bars exclude one another; one may be there twice, and the last one counts.
 */
final class SetOptions {
    private static final int FIRST = 2;
    private static final List<String> TIMES = List.of("ex", "px", "exat", "pxat");

    private @Nullable String condition;
    /** One of {@link #TIMES}, or KEEPTTL. */
    private @Nullable String expiry;

    private boolean returnsValue;
    private final Arguments arguments;
    private int timePosition;

    SetOptions(Arguments arguments) {
        this.arguments = arguments;
        for (int i = FIRST; i < arguments.count(); i++) {
            if (arguments.is(i, "get")) {
                returnsValue = true;
            } else if (arguments.is(i, "nx") || arguments.is(i, "xx")) {
                condition = chosen(condition, arguments.is(i, "nx") ? "nx" : "xx");
            } else if (arguments.is(i, "keepttl")) {
                expiry = chosen(expiry, "keepttl");
            } else {
                expiry = chosen(expiry, timeOption(arguments.bytes(i)));
                timePosition = ++i;
            }
        }
        if (timePosition >= arguments.count()) {
            throw Arguments.syntaxError();
        }
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

    /** When the key is to expire, or {@link Entry#NO_DEADLINE} if these options do not say. */
    long deadline(long nowMillis) {
        if (expiry == null || keepsDeadline()) {
            return Entry.NO_DEADLINE;
        }
        long afterMillis = expiry.endsWith("at") ? 0 : nowMillis;
        return SetCommands.deadline(arguments.integer(timePosition), expiry.startsWith("e"), afterMillis, "set");
    }

    /** Whether the key is there, or not, as it must be. */
    boolean admits(Database database, Slice key) {
        return condition == null || database.exists(key) == condition.equals("xx");
    }
}

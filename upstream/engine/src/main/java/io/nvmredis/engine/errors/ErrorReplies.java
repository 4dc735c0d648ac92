package io.nvmredis.engine.errors;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns upstream's errors into Redis's, and is the one place that does so: exceptions, texts without a code, and texts
 * that upstream's own tests match with a pattern. The command tells what an error is about.
 *
 * <p>A client can cause any number of errors, so only faults of this server are logged as errors, at most one per
 * second.
 */
public final class ErrorReplies {
    public static final String SYNTAX = "ERR syntax error";
    public static final String WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
    public static final String INTERNAL = "ERR internal error, the server's log says more";
    static final String NO_MEMORY = "OOM there is not enough memory for this command: give the JVM a larger heap";

    private static final String SAVE_FAILED =
            "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands"
                    + " that may modify the data set are disabled, because this instance is configured to report errors"
                    + " during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the"
                    + " Redis logs for details about the RDB error.";

    public static final String NOT_A_FLOAT = "ERR value is not a valid float";
    private static final String NOT_A_BOUND = "ERR min or max is not a float";
    private static final String NOT_A_WEIGHT = "ERR weight value is not a float";
    private static final String NOT_A_TIMEOUT = "ERR timeout is not a float or out of range";

    private static final Logger LOG = LoggerFactory.getLogger(ErrorReplies.class);
    private static final AtomicLong LAST_LOGGED_NANOS = new AtomicLong(System.nanoTime() - TimeUnit.DAYS.toNanos(1));

    /** Texts of upstream that do not depend on the command, with Redis's texts for them. */
    private static final Map<String, String> TEXTS = Map.ofEntries(
            Map.entry("*syntax*", SYNTAX),
            Map.entry("ERR syntax error*", SYNTAX),
            Map.entry("ERR count*", "ERR count should be greater than 0"),
            Map.entry("ERR numkeys*", "ERR numkeys should be greater than 0"),
            Map.entry("*ERR*weight*not*float*", NOT_A_WEIGHT),
            Map.entry("ERR LIMIT* Negative limit", "ERR LIMIT can't be negative"),
            Map.entry("ERR LIMIT*", "ERR LIMIT can't be negative"),
            Map.entry(
                    "ERR RANK can't be zero:",
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use"
                            + " negative to start from the end of the list"));

    private ErrorReplies() {}

    /** Returns the reply as Redis gives it. A reply that is no error, or is right already, is returned as it is. */
    public static Slice normalised(String command, Slice reply) {
        byte[] bytes = RawBytes.of(reply);
        if (bytes.length < 3 || bytes[0] != '-') {
            return reply;
        }
        String text = reply.toString().substring(1, bytes.length - 2);
        String right = normalised(command, text);
        return right.equals(text) ? reply : Response.error(right);
    }

    private static String normalised(String command, String text) {
        String known = TEXTS.get(text);
        if (known != null) {
            return known;
        }
        if (text.equals("*ERR*not*float*") || text.equals("ERR bit offset is not a double or out of range")) {
            return notAFloat(command);
        }
        if (text.startsWith("*ERR*not*string*")) {
            return "ERR min or max not valid string range item";
        }
        if (text.startsWith("*at least 1 input key")) {
            return noKeys(command);
        }
        if (text.contains("wrong number of arguments")) {
            return hasCode(text) ? text : wrongNumber(command);
        }
        if (hasCode(text)) {
            return text.equals(WRONG_TYPE) || !text.startsWith("ERR ") ? text : text.stripTrailing();
        }
        return isJavas(text) ? SYNTAX : "ERR " + text;
    }

    private static String noKeys(String command) {
        return "ERR at least 1 input key is needed for '" + command + "' command";
    }

    private static String notAFloat(String command) {
        return switch (command) {
            case "zunion", "zinter", "zdiff", "zunionstore", "zinterstore", "zdiffstore" -> NOT_A_WEIGHT;
            case "sort" -> "ERR One or more scores can't be converted into double";
            case "blpop", "brpop", "brpoplpush", "bzpopmin", "bzpopmax", "bzmpop" -> NOT_A_TIMEOUT;
            case "zadd", "zincrby", "incrbyfloat", "hincrbyfloat" -> NOT_A_FLOAT;
            default -> NOT_A_BOUND;
        };
    }

    /** Tells whether a text begins with an error code: a word of capitals. */
    private static boolean hasCode(String text) {
        int at = 0;
        while (at < text.length() && text.charAt(at) >= 'A' && text.charAt(at) <= 'Z') {
            at++;
        }
        return at > 1 && (at == text.length() || text.charAt(at) == ' ');
    }

    /** Tells whether a text is the Java library's, caused by a client's word. */
    private static boolean isJavas(String text) {
        return text.isEmpty()
                || text.equals("null")
                || text.contains("java.")
                || text.startsWith("Cannot invoke")
                || text.startsWith("For input string")
                || text.contains("out of bounds")
                || text.startsWith("Param ")
                || text.toLowerCase(Locale.ROOT).contains("cannot be cast");
    }

    /** Returns the reply to a command that has ended with this exception. */
    public static Slice of(String command, Throwable failure) {
        return Response.error(textOf(command, failure));
    }

    /** Returns the exception of a command that upstream has called by reflection, which upstream wraps. */
    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause instanceof InvocationTargetException && cause.getCause() != null ? cause.getCause() : failure;
    }

    /** Returns the error that Redis replies where its persistence refuses to write. */
    public static String of(Refusal refusal) {
        String message = refusal.message();
        return switch (refusal.kind()) {
            case OUT_OF_SPACE -> "OOM " + message;
            case LOG_FAILED -> "MISCONF Errors writing to the AOF file: " + message;
            case SAVE_FAILED -> SAVE_FAILED;
            case FAILED -> "MISCONF " + message;
        };
    }

    private static String textOf(String command, Throwable thrown) {
        Throwable failure = unwrapped(thrown);
        String message = failure.getMessage();
        if (failure instanceof NumberFormatException) {
            return isBound(command) ? NOT_A_BOUND : Numbers.NOT_AN_INTEGER;
        }
        if (failure instanceof OutOfMemoryError) {
            logged(command, failure);
            return NO_MEMORY;
        }
        if (failure instanceof RefusedException || failure instanceof PersistenceException) {
            return String.valueOf(message);
        }
        if (failure instanceof ClassCastException) {
            return WRONG_TYPE;
        }
        if (isOfIndex(failure)) {
            return SYNTAX;
        }
        boolean isTold = failure instanceof IllegalArgumentException || isUpstreams(failure);
        if (isTold && message != null) {
            return normalised(command, message.replace('\r', ' ').replace('\n', ' '));
        }
        logged(command, failure);
        return INTERNAL;
    }

    private static boolean isBound(String command) {
        return command.equals("zcount") || command.contains("byscore");
    }

    /** Tells whether upstream has looked for a word beyond the last, or for the first element of something empty. */
    private static boolean isOfIndex(Throwable failure) {
        return failure instanceof IndexOutOfBoundsException
                || failure instanceof NoSuchElementException
                || failure.getCause() instanceof IndexOutOfBoundsException;
    }

    private static boolean isUpstreams(Throwable failure) {
        return failure.getClass().getName().startsWith("com.github.fppt.jedismock.exception.");
    }

    /** Logs at most one fault per second as an error, so that a client that can cause faults cannot fill the disk. */
    static void logged(String command, @Nullable Throwable failure) {
        long now = System.nanoTime();
        long last = LAST_LOGGED_NANOS.get();
        if (now - last > TimeUnit.SECONDS.toNanos(1) && LAST_LOGGED_NANOS.compareAndSet(last, now)) {
            LOG.error("the command {} failed", command, failure);
        } else {
            LOG.debug("the command {} failed", command, failure);
        }
    }

    /** Returns the error for a command that has too many words, or too few. */
    public static String wrongNumber(String command) {
        return "ERR wrong number of arguments for '" + command + "' command";
    }
}

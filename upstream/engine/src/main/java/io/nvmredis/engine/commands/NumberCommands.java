package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.bytes.LongDoubles;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Entry;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Commands that add numbers to strings and to fields of hashes. */
final class NumberCommands {
    private static final String OVERFLOW = "ERR increment or decrement would overflow";
    /** Argument of {@code putSlice} for a field that is changed, and keeps its deadline. */
    private static final long CHANGES_FIELD = Entry.NO_DEADLINE;

    private static final String INFINITE = "ERR increment would produce NaN or Infinity";

    static final Map<String, DataCommand> COMMANDS = Map.of(
            "incr", (database, arguments) -> count(database, arguments.word(0), 1),
            "decr", (database, arguments) -> count(database, arguments.word(0), -1),
            "incrby", (database, arguments) -> count(database, arguments.word(0), arguments.integer(1)),
            "decrby", NumberCommands::decrby,
            "incrbyfloat", NumberCommands::incrbyfloat,
            "hincrby", NumberCommands::hincrby,
            "hincrbyfloat", NumberCommands::hincrbyfloat);

    private NumberCommands() {}

    private static Slice decrby(Database database, Arguments arguments) {
        long decrement = arguments.integer(1);
        if (decrement == Long.MIN_VALUE) {
            throw new ArgumentException("ERR decrement would overflow");
        }
        return count(database, arguments.word(0), -decrement);
    }

    private static Slice count(Database database, Slice key, long increment) {
        byte[] before = database.strings().bytes(key);
        long sum = sum(before == null ? 0 : integer(before, Numbers.NOT_AN_INTEGER), increment);
        database.putValueWithoutClearingTtl(key, new RMString(digits(sum)));
        database.notifyKeyspaceEvent(KeyspaceEvent.INCRBY, key);
        return Response.integer(sum);
    }

    private static long integer(byte[] text, String error) {
        OptionalLong number = Numbers.parseAny(text);
        if (number.isEmpty()) {
            throw new ArgumentException(error);
        }
        return number.getAsLong();
    }

    private static long sum(long number, long increment) {
        long sum = number + increment;
        if (((number ^ sum) & (increment ^ sum)) < 0) {
            throw new ArgumentException(OVERFLOW);
        }
        return sum;
    }

    private static byte[] digits(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    private static Slice incrbyfloat(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        byte[] before = database.strings().bytes(key);
        byte[] sum = sum(before, ErrorReplies.NOT_A_FLOAT, number(arguments.bytes(1), ErrorReplies.NOT_A_FLOAT));
        database.putValueWithoutClearingTtl(key, new RMString(sum));
        database.notifyKeyspaceEvent(KeyspaceEvent.INCRBYFLOAT, key);
        return Response.bulkString(Slice.create(sum));
    }

    private static BigDecimal number(byte[] text, String error) {
        BigDecimal number = LongDoubles.parse(text);
        if (number == null) {
            throw new ArgumentException(error);
        }
        return number;
    }

    private static byte[] sum(byte @Nullable [] before, String error, BigDecimal increment) {
        BigDecimal sum = LongDoubles.sum(before == null ? BigDecimal.ZERO : number(before, error), increment);
        if (LongDoubles.isInfinite(sum)) {
            throw new ArgumentException(INFINITE);
        }
        return LongDoubles.text(sum);
    }

    private static Slice hincrby(Database database, Arguments arguments) {
        long increment = arguments.integer(2);
        byte[] before = field(database, arguments);
        long sum = sum(before == null ? 0 : integer(before, "ERR hash value is not an integer"), increment);
        put(database, arguments, digits(sum), KeyspaceEvent.HINCRBY);
        return Response.integer(sum);
    }

    private static Slice hincrbyfloat(Database database, Arguments arguments) {
        BigDecimal increment = number(arguments.bytes(2), ErrorReplies.NOT_A_FLOAT);
        if (LongDoubles.isInfinite(increment)) {
            throw new ArgumentException("ERR value is NaN or Infinity");
        }
        byte[] sum = sum(field(database, arguments), "ERR hash value is not a float", increment);
        put(database, arguments, sum, KeyspaceEvent.HINCRBYFLOAT);
        return Response.bulkString(Slice.create(sum));
    }

    private static byte @Nullable [] field(Database database, Arguments arguments) {
        RMHash hash = database.getHash(arguments.word(0));
        Slice value = hash == null ? null : hash.get(arguments.word(1));
        return value == null ? null : RawBytes.of(value);
    }

    private static void put(Database database, Arguments arguments, byte[] value, KeyspaceEvent event) {
        database.putSlice(arguments.word(0), arguments.word(1), Slice.create(value), CHANGES_FIELD);
        database.notifyKeyspaceEvent(event, arguments.word(0));
    }
}

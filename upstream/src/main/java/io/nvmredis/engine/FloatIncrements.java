package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** INCRBYFLOAT and HINCRBYFLOAT: upstream's store a value anew that they change, and show it in another form. */
final class FloatIncrements {
    private static final String NOT_A_FLOAT = "ERR value is not a valid float";
    private static final String INFINITE = "ERR increment would produce NaN or Infinity";
    /** Of a field, to which a number is added that is none. */
    private static final long CHANGES_FIELD = Entry.NO_DEADLINE;

    private FloatIncrements() {}

    static Slice incrbyfloat(Engine engine, Session session, List<Slice> parameters) {
        Database database = session.database();
        Slice key = parameters.get(0);
        RMString string = database.getRMString(key);
        String present = string == null ? "0" : text(string.getAsSlice());
        String increment = text(parameters.get(1));
        if (!LongDouble.isNumber(present) || !LongDouble.isNumber(increment)) {
            return Response.error(NOT_A_FLOAT);
        }
        BigDecimal sum = LongDouble.sum(present, increment);
        if (sum == null) {
            return Response.error(INFINITE);
        }
        Slice result = Slice.create(LongDouble.format(sum));
        database.putValueWithoutClearingTtl(key, result.extract());
        database.notifyKeyspaceEvent(KeyspaceEvent.INCRBYFLOAT, key);
        return Response.bulkString(result);
    }

    static Slice hincrbyfloat(Engine engine, Session session, List<Slice> parameters) {
        Database database = session.database();
        Slice key = parameters.get(0);
        Slice field = parameters.get(1);
        String increment = text(parameters.get(2));
        if (LongDouble.parse(increment) == null) {
            return Response.error(LongDouble.isInfinite(increment) ? "ERR value is NaN or Infinity" : NOT_A_FLOAT);
        }
        RMHash hash = database.getHash(key);
        Slice value = hash == null ? null : hash.get(field);
        String present = value == null ? "0" : text(value);
        if (!LongDouble.isNumber(present)) {
            return Response.error("ERR hash value is not a float");
        }
        BigDecimal sum = LongDouble.sum(present, increment);
        if (sum == null) {
            return Response.error(INFINITE);
        }
        Slice result = Slice.create(LongDouble.format(sum));
        database.putSlice(key, field, result, CHANGES_FIELD);
        database.notifyKeyspaceEvent(KeyspaceEvent.HINCRBYFLOAT, key);
        return Response.bulkString(result);
    }

    private static String text(Slice bytes) {
        return new String(RawBytes.of(bytes), StandardCharsets.ISO_8859_1);
    }
}

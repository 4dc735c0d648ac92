package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.StringCompatible;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.FurtherEvents;
import io.nvmredis.engine.value.ObservedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands on strings: SETRANGE, GETRANGE, SUBSTR, SETBIT, GETBIT, MGET, MSET and MSETNX. */
final class StringCommands {
    static final String NOT_AN_OFFSET = "ERR bit offset is not an integer or out of range";
    private static final String NOT_A_BIT = "ERR bit is not an integer or out of range";
    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

    static final Map<String, DataCommand> COMMANDS = Map.of(
            "setrange", StringCommands::setrange,
            "getrange", StringCommands::getrange,
            "substr", StringCommands::getrange,
            "setbit", StringCommands::setbit,
            "getbit", StringCommands::getbit,
            "mget", StringCommands::mget,
            "mset", StringCommands::mset,
            "msetnx", StringCommands::msetnx);

    private StringCommands() {}

    private static Slice mget(Database database, Arguments arguments) {
        List<Slice> values = new ArrayList<>(arguments.count());
        for (int i = 0; i < arguments.count(); i++) {
            byte[] bytes = bytesOf(database.getValue(arguments.word(i)));
            values.add(bytes == null ? Response.NULL : Response.bulkString(Slice.create(bytes)));
        }
        return Response.array(values);
    }

    /** Returns the bytes of a string; null if the value is not a string. */
    private static byte @Nullable [] bytesOf(@Nullable RMDataStructure value) {
        if (value instanceof RMString string) {
            return RawBytes.of(string);
        }
        return value instanceof StringCompatible string ? RawBytes.of(string.getAsSlice()) : null;
    }

    private static Slice setrange(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        long offset = arguments.integer(1);
        if (offset < 0) {
            throw new ArgumentException("ERR offset is out of range");
        }
        byte[] patch = arguments.bytes(2);
        byte[] found = database.strings().bytes(key);
        byte[] before = found == null ? new byte[0] : found;
        if (patch.length == 0) {
            return Response.integer(before.length);
        }
        if (offset > database.getProtoMaxBulkLen() - patch.length) {
            throw new ArgumentException(TOO_LONG);
        }
        byte[] after = Arrays.copyOf(before, Math.max(before.length, (int) offset + patch.length));
        System.arraycopy(patch, 0, after, (int) offset, patch.length);
        database.putValueWithoutClearingTtl(key, new RMString(after));
        database.notifyKeyspaceEvent(KeyspaceEvent.SETRANGE, key);
        return Response.integer(after.length);
    }

    /** Returns the bytes between two indices, both included; a negative index counts from the end of the string. */
    private static Slice getrange(Database database, Arguments arguments) {
        long from = arguments.integer(1);
        long to = arguments.integer(2);
        byte[] bytes = database.strings().bytes(arguments.word(0));
        if (bytes == null || bytes.length == 0 || (from < 0 && to < 0 && from > to)) {
            return Response.bulkString(Slice.empty());
        }
        int first = (int) Math.min(position(from, bytes.length), bytes.length);
        int last = (int) Math.min(position(to, bytes.length), bytes.length - 1L);
        return Response.bulkString(
                first > last ? Slice.empty() : Slice.create(Arrays.copyOfRange(bytes, first, last + 1)));
    }

    private static long position(long index, int length) {
        return index < 0 ? Math.max(0, length + index) : index;
    }

    private static long bitOffset(Arguments arguments, long stringBytes) {
        long offset = arguments.integer(1, NOT_AN_OFFSET);
        if (offset < 0 || offset >>> 3 >= stringBytes) {
            throw new ArgumentException(NOT_AN_OFFSET);
        }
        return offset;
    }

    private static Slice setbit(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        long offset = bitOffset(arguments, database.getProtoMaxBulkLen());
        long bit = arguments.integer(2, NOT_A_BIT);
        if (bit >>> 1 != 0) {
            throw new ArgumentException(NOT_A_BIT);
        }
        ObservedBytes bits = database.strings().bits(key);
        boolean before = bits.bitAt(offset);
        if (bits.putBit(bit == 1, offset)) {
            database.putValueWithoutClearingTtl(key, bits);
            database.furtherEvents().publish(FurtherEvents.Event.SETBIT, key);
        }
        return Response.integer(before ? 1 : 0);
    }

    private static Slice getbit(Database database, Arguments arguments) {
        long offset = bitOffset(arguments, Math.max(database.getProtoMaxBulkLen(), BitFieldCommand.REDIS_STRING_BYTES));
        RMDataStructure value = database.getValue(arguments.word(0));
        if (value instanceof ObservedBytes bits) {
            return Response.integer(bits.bitAt(offset) ? 1 : 0);
        }
        byte[] bytes = database.strings().bytes(arguments.word(0));
        boolean isSet = bytes != null
                && offset >>> 3 < bytes.length
                && (bytes[(int) (offset >>> 3)] & ObservedBytes.mask(offset)) != 0;
        return Response.integer(isSet ? 1 : 0);
    }

    private static Slice mset(Database database, Arguments arguments) {
        if (arguments.count() % 2 != 0) {
            throw Arguments.wrongNumber("mset");
        }
        for (int i = 0; i < arguments.count(); i += 2) {
            database.requireReadable(arguments.word(i));
        }
        setAll(database, arguments);
        return Response.OK;
    }

    private static Slice msetnx(Database database, Arguments arguments) {
        if (arguments.count() % 2 != 0) {
            throw Arguments.wrongNumber("msetnx");
        }
        for (int i = 0; i < arguments.count(); i += 2) {
            if (database.exists(arguments.word(i))) {
                return Response.integer(0);
            }
        }
        setAll(database, arguments);
        return Response.integer(1);
    }

    private static void setAll(Database database, Arguments arguments) {
        for (int i = 0; i < arguments.count(); i += 2) {
            database.putValue(arguments.word(i), new RMString(arguments.bytes(i + 1)));
            database.notifyKeyspaceEvent(KeyspaceEvent.SET, arguments.word(i));
        }
    }
}

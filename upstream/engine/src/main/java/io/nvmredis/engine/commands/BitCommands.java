package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.bytes.BitString;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** BITCOUNT, BITPOS and BITOP: commands on all bits of strings, or on those of a range. */
final class BitCommands {
    static final Map<String, DataCommand> COMMANDS =
            Map.of("bitcount", BitCommands::bitcount, "bitop", BitCommands::bitop, "bitpos", BitCommands::bitpos);

    private BitCommands() {}

    /**
     * Bits of a string from one index to another, both included; there are none if the first is greater.
     *
     * @param endsWithString whether the range has no end of its own, so that zeros follow the string
     */
    private record Range(long first, long last, boolean endsWithString) {

        static Range all(byte[] string) {
            return new Range(0, 8L * string.length - 1, true);
        }

        /** Reads a range from the words behind a position: the first index, and then perhaps the last and a unit. */
        static Range of(Arguments arguments, int at, byte[] string) {
            long start = arguments.integer(at);
            boolean isInBits = arguments.is(at + 2, "bit");
            if (at + 2 < arguments.count() && !isInBits && !arguments.is(at + 2, "byte")) {
                throw Arguments.syntaxError();
            }
            boolean hasEnd = at + 1 < arguments.count();
            long end = hasEnd ? arguments.integer(at + 1) : -1;
            long length = isInBits ? 8L * string.length : string.length;
            long first = index(start, length);
            long last = Math.min(index(end, length), length - 1);
            return isInBits
                    ? new Range(first, last, !hasEnd)
                    : new Range(8 * Math.min(first, length), 8 * last + 7, !hasEnd);
        }

        /** Returns an index that counts from the beginning; a negative one counts from the end. */
        private static long index(long index, long length) {
            return index < 0 ? Math.max(0, index + length) : index;
        }
    }

    /** Counts ones. As in Redis, whose words are not read where there is no key, and a reversed range is empty. */
    private static Slice bitcount(Database database, Arguments arguments) {
        byte[] string = database.strings().bytes(arguments.word(0));
        if (string == null) {
            return Response.integer(0);
        }
        if (arguments.count() == 2 || arguments.count() > 4) {
            throw Arguments.syntaxError();
        }
        if (arguments.count() == 1) {
            return Response.integer(BitString.count(string, 0, 8L * string.length - 1));
        }
        long start = arguments.integer(1);
        long end = arguments.integer(2);
        if (start < 0 && end < 0 && start > end) {
            return Response.integer(0);
        }
        Range range = Range.of(arguments, 1, string);
        return Response.integer(BitString.count(string, range.first(), range.last()));
    }

    private static Slice bitpos(Database database, Arguments arguments) {
        long bit = arguments.integer(1);
        if (bit >>> 1 != 0) {
            throw new ArgumentException("ERR The bit argument must be 1 or 0.");
        }
        byte[] string = database.strings().bytes(arguments.word(0));
        if (string == null) {
            return Response.integer(bit == 1 ? -1 : 0);
        }
        if (arguments.count() > 5) {
            throw Arguments.syntaxError();
        }
        Range range = arguments.count() == 2 ? Range.all(string) : Range.of(arguments, 2, string);
        return Response.integer(position(string, bit == 1, range));
    }

    /** Returns the index of the first bit of this value in a range, or -1. A string that goes on goes on with zeros. */
    private static long position(byte[] string, boolean bit, Range range) {
        if (range.first() > range.last()) {
            return -1;
        }
        long found = BitString.indexOf(string, bit, range.first(), range.last());
        return found < 0 && !bit && range.endsWithString() ? range.last() + 1 : found;
    }

    /**
     * BITOP. A key that is named several times is read once, so that no more is done than the data are long: it changes
     * nothing that a string is joined with itself by AND or OR, and XOR with it an even number of times.
     */
    private static Slice bitop(Database database, Arguments arguments) {
        Operation operation = operation(arguments);
        if (operation == Operation.NOT && arguments.count() != 3) {
            throw new ArgumentException("ERR BITOP NOT must be called with a single source key.");
        }
        Map<Slice, Integer> times = new LinkedHashMap<>();
        arguments.words(2, arguments.count()).forEach(key -> times.merge(key, 1, Integer::sum));
        List<byte[]> sources = new ArrayList<>(times.size());
        int length = 0;
        for (Map.Entry<Slice, Integer> key : times.entrySet()) {
            byte[] source = database.strings().bytes(key.getKey());
            length = Math.max(length, source == null ? 0 : source.length);
            if (operation != Operation.XOR || key.getValue() % 2 == 1) {
                sources.add(source == null ? new byte[0] : source);
            }
        }
        Slice target = arguments.word(1);
        if (length > 0) {
            database.putValue(target, new RMString(combined(operation, sources, length)));
            database.notifyKeyspaceEvent(KeyspaceEvent.SET, target);
        } else if (database.exists(target)) {
            database.deleteValue(target);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, target);
        }
        return Response.integer(length);
    }

    /** Operation of BITOP. */
    private enum Operation {
        AND,
        OR,
        XOR,
        NOT
    }

    private static Operation operation(Arguments arguments) {
        for (Operation operation : Operation.values()) {
            if (arguments.is(0, operation.name().toLowerCase(Locale.ROOT))) {
                return operation;
            }
        }
        throw Arguments.syntaxError();
    }

    private static byte[] combined(Operation operation, List<byte[]> sources, int length) {
        byte[] result = sources.isEmpty() ? new byte[length] : Arrays.copyOf(sources.get(0), length);
        if (operation == Operation.NOT) {
            BitString.invert(result);
        }
        for (byte[] source : sources.subList(Math.min(1, sources.size()), sources.size())) {
            switch (operation) {
                case AND -> BitString.and(result, source);
                case OR -> BitString.or(result, source);
                default -> BitString.xor(result, source);
            }
        }
        return result;
    }
}

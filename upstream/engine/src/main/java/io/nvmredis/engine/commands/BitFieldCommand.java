package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.BitField;
import io.nvmredis.engine.bytes.BitField.Overflow;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.FurtherEvents;
import io.nvmredis.engine.value.ObservedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * BITFIELD and BITFIELD_RO: numbers of any length in the bits of a string. All operations are read before the first is
 * done. Each that changes something changes the bytes of its field in place.
 */
final class BitFieldCommand {
    private static final String INVALID_TYPE =
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is" + " not supported but i64 is.";

    /** Length of the longest string of a Redis, unless its settings say otherwise. */
    static final int REDIS_STRING_BYTES = 512 << 20;

    static final Map<String, DataCommand> COMMANDS = Map.of(
            "bitfield",
            (database, arguments) -> new BitFieldCommand(database, arguments).run(false),
            "bitfield_ro",
            (database, arguments) -> new BitFieldCommand(database, arguments).run(true));

    private final Database database;
    private final Arguments arguments;
    private final List<Operation> operations = new ArrayList<>();
    private Overflow overflow = Overflow.WRAP;

    private enum Kind {
        GET,
        SET,
        INCRBY
    }

    /**
     * One operation on one field.
     *
     * @param offset index of the field's first bit
     * @param operand the number to be stored or added
     */
    private record Operation(Kind kind, BitField field, long offset, long operand, Overflow overflow) {
        int firstByte() {
            return (int) (offset >>> 3);
        }

        int endByte() {
            return (int) ((offset + field.bits() + 7) >>> 3);
        }

        /** Returns the index of the field's first bit in its first byte. */
        int firstBit() {
            return (int) (offset & 7);
        }

        /** Returns what the field holds after the operation; empty if it would not hold the number, and must not change. */
        OptionalLong result(long before) {
            if (kind == Kind.GET) {
                return OptionalLong.of(before);
            }
            long number = kind == Kind.SET ? operand : before;
            long increment = kind == Kind.SET ? 0 : operand;
            int side = field.overflow(number, increment);
            if (side == 0) {
                return OptionalLong.of(number + increment);
            }
            return switch (overflow) {
                case WRAP -> OptionalLong.of(field.wrapped(number + increment));
                case SATURATE -> OptionalLong.of(side > 0 ? field.max() : field.min());
                case FAIL -> OptionalLong.empty();
            };
        }

        Slice reply(long before, OptionalLong after) {
            if (after.isEmpty()) {
                return Response.NULL;
            }
            return Response.integer(kind == Kind.SET ? before : after.getAsLong());
        }
    }

    private BitFieldCommand(Database database, Arguments arguments) {
        this.database = database;
        this.arguments = arguments;
    }

    private Slice run(boolean isReadOnly) {
        for (int at = 1; at < arguments.count(); ) {
            at = readOperation(at);
        }
        int end = 0;
        for (Operation operation : operations) {
            end = Math.max(end, operation.kind() == Kind.GET ? 0 : operation.endByte());
        }
        if (end == 0) {
            return read();
        }
        if (isReadOnly) {
            throw new ArgumentException("ERR BITFIELD_RO only supports the GET subcommand");
        }
        return change(end);
    }

    private int readOperation(int at) {
        int left = arguments.count() - at - 1;
        if (arguments.is(at, "get") && left >= 2) {
            return add(Kind.GET, at);
        }
        if (arguments.is(at, "set") && left >= 3) {
            return add(Kind.SET, at);
        }
        if (arguments.is(at, "incrby") && left >= 3) {
            return add(Kind.INCRBY, at);
        }
        if (arguments.is(at, "overflow") && left >= 1) {
            overflow = overflow(at + 1);
            return at + 2;
        }
        throw Arguments.syntaxError();
    }

    private Overflow overflow(int at) {
        if (arguments.is(at, "wrap")) {
            return Overflow.WRAP;
        }
        if (arguments.is(at, "sat")) {
            return Overflow.SATURATE;
        }
        if (arguments.is(at, "fail")) {
            return Overflow.FAIL;
        }
        throw new ArgumentException("ERR Invalid OVERFLOW type specified");
    }

    /** Reads the words of an operation, and returns the position behind them. */
    private int add(Kind kind, int at) {
        BitField field = field(arguments.bytes(at + 1));
        long offset = offset(arguments.bytes(at + 2), field, kind);
        long operand = kind == Kind.GET ? 0 : arguments.integer(at + 3);
        operations.add(new Operation(kind, field, offset, operand, overflow));
        return at + (kind == Kind.GET ? 3 : 4);
    }

    private static BitField field(byte[] word) {
        boolean isSigned = word.length > 0 && word[0] == 'i';
        if (word.length < 2 || (!isSigned && word[0] != 'u')) {
            throw new ArgumentException(INVALID_TYPE);
        }
        OptionalLong bits = Numbers.parseAny(Arrays.copyOfRange(word, 1, word.length));
        if (bits.isEmpty() || !BitField.isLength(isSigned, bits.getAsLong())) {
            throw new ArgumentException(INVALID_TYPE);
        }
        return new BitField(isSigned, (int) bits.getAsLong());
    }

    /** Reads where a field begins: the index of a bit, or after {@code #} the number of fields of its length before it. */
    private long offset(byte[] word, BitField field, Kind kind) {
        boolean isInFields = word.length > 0 && word[0] == '#';
        OptionalLong number = Numbers.parseAny(isInFields ? Arrays.copyOfRange(word, 1, word.length) : word);
        long highest = kind == Kind.GET ? lastReadable() : 8L * database.getProtoMaxBulkLen() - field.bits();
        long unit = isInFields ? field.bits() : 1;
        if (number.isEmpty() || number.getAsLong() < 0 || number.getAsLong() > highest / unit) {
            throw new ArgumentException(StringCommands.NOT_AN_OFFSET);
        }
        return number.getAsLong() * unit;
    }

    /** Returns the last bit that a Redis would read: strings may be shorter here, and zeros follow each string. */
    private long lastReadable() {
        return 8L * Math.max(database.getProtoMaxBulkLen(), REDIS_STRING_BYTES) - 1;
    }

    private Slice read() {
        Slice key = arguments.word(0);
        List<Slice> replies = new ArrayList<>(operations.size());
        ObservedBytes changing = database.getValue(key) instanceof ObservedBytes stored ? stored : null;
        byte[] string = changing == null ? database.strings().bytes(key) : null;
        for (Operation operation : operations) {
            byte[] window = new byte[operation.endByte() - operation.firstByte()];
            if (changing != null) {
                changing.read(operation.firstByte(), window);
            } else if (string != null && operation.firstByte() < string.length) {
                int length = Math.min(window.length, string.length - operation.firstByte());
                System.arraycopy(string, operation.firstByte(), window, 0, length);
            }
            replies.add(Response.integer(operation.field().read(window, operation.firstBit())));
        }
        return Response.array(replies);
    }

    /** Does the operations, after the string has grown up to the end of the last field that may change. */
    private Slice change(int end) {
        Slice key = arguments.word(0);
        ObservedBytes string = database.strings().bits(key);
        boolean isChanged = string.length() < end;
        if (isChanged) {
            string.write(end - 1, new byte[1]);
        }
        List<Slice> replies = new ArrayList<>(operations.size());
        for (Operation operation : operations) {
            byte[] window = new byte[operation.endByte() - operation.firstByte()];
            string.read(operation.firstByte(), window);
            long before = operation.field().read(window, operation.firstBit());
            OptionalLong after = operation.result(before);
            if (after.isPresent() && after.getAsLong() != before) {
                operation.field().write(window, operation.firstBit(), after.getAsLong());
                string.write(operation.firstByte(), window);
                isChanged = true;
            }
            replies.add(operation.reply(before, after));
        }
        if (isChanged) {
            database.putValueWithoutClearingTtl(key, string);
            database.furtherEvents().publish(FurtherEvents.Event.SETBIT, key);
        }
        return Response.array(replies);
    }
}

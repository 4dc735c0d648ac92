package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Values;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * LCS: the longest common subsequence of two strings, by a table of the lengths for all their beginnings. Of several
 * subsequences of that length, it is the one that Redis finds.
 */
final class LcsCommand {
    private boolean isLengthWanted;
    private boolean areRangesWanted;
    private boolean showsMatchLength;
    private long minMatchLength;

    private final byte[] one;
    private final byte[] other;
    /** Length for the first {@code i} bytes of the one and the first {@code j} of the other, by rows. */
    private final int[] lengths;

    private LcsCommand(Database database, Arguments arguments) {
        one = string(database, arguments.word(0));
        other = string(database, arguments.word(1));
        for (int at = 2; at < arguments.count(); ) {
            at = readOption(arguments, at);
        }
        if (isLengthWanted && areRangesWanted) {
            throw new ArgumentException("ERR If you want both the length and indexes, please just use IDX.");
        }
        long cells = (one.length + 1L) * (other.length + 1L);
        if (cells * Integer.BYTES > database.getProtoMaxBulkLen()) {
            throw new ArgumentException("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
        }
        lengths = new int[(int) cells];
    }

    /** Bytes of the one string that are those of the other, in a row. */
    private record Match(int inOne, int inOther, int length) {
        Slice reply(boolean showsLength) {
            Slice first = range(inOne);
            Slice second = range(inOther);
            return showsLength
                    ? Response.array(first, second, Response.integer(length))
                    : Response.array(first, second);
        }

        private Slice range(int from) {
            return Response.array(Response.integer(from), Response.integer(from + length - 1L));
        }
    }

    static Slice lcs(Database database, Arguments arguments) {
        return new LcsCommand(database, arguments).run();
    }

    private static byte[] string(Database database, Slice key) {
        RMDataStructure value = database.getValue(key);
        if (value != null && Values.typeOf(value) != ValueType.STRING) {
            throw new ArgumentException("ERR The specified keys must contain string values");
        }
        byte[] bytes = value == null ? null : database.strings().bytes(key);
        return bytes == null ? new byte[0] : bytes;
    }

    private int readOption(Arguments arguments, int at) {
        if (arguments.is(at, "idx")) {
            areRangesWanted = true;
        } else if (arguments.is(at, "len")) {
            isLengthWanted = true;
        } else if (arguments.is(at, "withmatchlen")) {
            showsMatchLength = true;
        } else if (arguments.is(at, "minmatchlen") && at + 1 < arguments.count()) {
            minMatchLength = arguments.integer(at + 1);
            return at + 2;
        } else {
            throw Arguments.syntaxError();
        }
        return at + 1;
    }

    private Slice run() {
        fill();
        int length = length(one.length, other.length);
        if (isLengthWanted) {
            return Response.integer(length);
        }
        List<Match> matches = matches();
        return areRangesWanted ? ranges(matches, length) : Response.bulkString(Slice.create(text(matches, length)));
    }

    private void fill() {
        int width = other.length + 1;
        for (int i = 1; i <= one.length; i++) {
            int row = i * width;
            for (int j = 1; j <= other.length; j++) {
                lengths[row + j] = one[i - 1] == other[j - 1]
                        ? lengths[row - width + j - 1] + 1
                        : Math.max(lengths[row - width + j], lengths[row + j - 1]);
            }
        }
    }

    private int length(int i, int j) {
        return lengths[i * (other.length + 1) + j];
    }

    /** Returns the matches that the subsequence is made of, the last first. */
    private List<Match> matches() {
        List<Match> matches = new ArrayList<>();
        int i = one.length;
        int j = other.length;
        while (i > 0 && j > 0) {
            int count = 0;
            while (i > 0 && j > 0 && one[i - 1] == other[j - 1]) {
                count++;
                i--;
                j--;
            }
            if (count > 0) {
                matches.add(new Match(i, j, count));
            } else if (length(i - 1, j) > length(i, j - 1)) {
                i--;
            } else {
                j--;
            }
        }
        return matches;
    }

    private byte[] text(List<Match> matches, int length) {
        byte[] text = new byte[length];
        int end = length;
        for (Match match : matches) {
            end -= match.length();
            System.arraycopy(one, match.inOne(), text, end, match.length());
        }
        return text;
    }

    private Slice ranges(List<Match> matches, int length) {
        List<Slice> shown = new ArrayList<>();
        for (Match match : matches) {
            if (match.length() >= minMatchLength) {
                shown.add(match.reply(showsMatchLength));
            }
        }
        return Response.array(
                Response.bulkString(Slice.create("matches")),
                Response.array(shown),
                Response.bulkString(Slice.create("len")),
                Response.integer(length));
    }
}

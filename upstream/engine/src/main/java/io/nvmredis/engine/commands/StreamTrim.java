package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.value.ObservedStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cut of a stream at its beginning, read from the words of XADD and XTRIM.
 *
 * <p>With {@code ~} only whole nodes are removed, and not more entries than the limit. In Redis a node has {@code
 * stream-node-max-entries} entries, unless they are large, and the last node has the rest.
 */
final class StreamTrim {
    /** Entries of a node if the setting is 0: then the bytes of the entries decide. */
    private static final long USUAL_NODE_ENTRIES = 100;

    /** Nodes that are removed at most if there is no LIMIT. */
    private static final long MOST_NODES = 100;

    /** Entries that are removed at most if there is no LIMIT, however large a node is. */
    private static final long MOST_ENTRIES = 1_000_000;

    private boolean isByLength;
    private long maxLength;
    private @Nullable StreamId minId;
    private boolean isApproximate;
    private long limit;
    private boolean hasLimit;

    /** Whether XADD adds its entry only if the stream exists. */
    private boolean isOnlyIfThere;

    private StreamTrim() {}

    /** Options of XADD or XTRIM, and the position of the word behind them. */
    record Options(StreamTrim trim, int next) {}

    /**
     * Reads the words from position 1 on.
     *
     * @param isAdding whether they are words of XADD, in which other words may follow
     */
    static Options read(Arguments arguments, boolean isAdding) {
        StreamTrim trim = new StreamTrim();
        int at = 1;
        while (at < arguments.count()) {
            int after = trim.readOption(arguments, at, isAdding);
            if (after == at) {
                break;
            }
            at = after;
        }
        return new Options(trim, at);
    }

    private int readOption(Arguments arguments, int at, boolean isAdding) {
        boolean hasMore = at + 1 < arguments.count();
        if (hasMore && arguments.is(at, "maxlen")) {
            return readThreshold(arguments, at + 1, true);
        }
        if (hasMore && arguments.is(at, "minid")) {
            return readThreshold(arguments, at + 1, false);
        }
        if (hasMore && arguments.is(at, "limit")) {
            limit = notNegative(arguments, at + 1, "LIMIT");
            hasLimit = true;
            return at + 2;
        }
        if (isAdding && arguments.is(at, "nomkstream")) {
            isOnlyIfThere = true;
            return at + 1;
        }
        if (!isAdding) {
            throw Arguments.syntaxError();
        }
        return at;
    }

    private int readThreshold(Arguments arguments, int position, boolean byLength) {
        if (isTrimming()) {
            throw new ArgumentException(
                    "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
        }
        int at = position;
        isApproximate = false;
        if (at + 1 < arguments.count() && (arguments.is(at, "~") || arguments.is(at, "="))) {
            isApproximate = arguments.bytes(at)[0] == '~';
            at++;
        }
        isByLength = byLength;
        if (byLength) {
            maxLength = notNegative(arguments, at, "MAXLEN");
        } else {
            minId = StreamIds.parse(arguments.bytes(at), 0);
        }
        return at + 1;
    }

    private static long notNegative(Arguments arguments, int position, String name) {
        long number = arguments.integer(position);
        if (number < 0) {
            throw new ArgumentException("ERR The " + name + " argument must be >= 0.");
        }
        return number;
    }

    /** Requires that the options agree. The caller has read the id of an XADD, whose errors come first. */
    void check(boolean isAdding) {
        if (limit != 0 && !isTrimming()) {
            throw new ArgumentException(
                    "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
        }
        if (!isAdding && !isTrimming()) {
            throw new ArgumentException("ERR syntax error, XTRIM must be called with a trimming strategy");
        }
        if (hasLimit && !isApproximate) {
            throw new ArgumentException("ERR syntax error, LIMIT cannot be used without the special ~ option");
        }
    }

    boolean isOnlyIfThere() {
        return isOnlyIfThere;
    }

    private boolean isTrimming() {
        return isByLength || minId != null;
    }

    /** Cuts a stream and returns how many entries it has lost. */
    long apply(ObservedStream stream, ForeignSettings settings) {
        SequencedMap<StreamId, SequencedMap<Slice, Slice>> entries = stream.getStoredData();
        long removed = isTrimming() ? removable(entries) : 0;
        if (isApproximate) {
            long ofNode = nodeEntries(settings);
            long most = Math.min(removed, mostRemoved(ofNode));
            removed = most == entries.size() ? most : most / ofNode * ofNode;
        }
        stream.removeOldest(removed);
        return removed;
    }

    /** Returns how many entries a node of a Redis's stream has. */
    static long nodeEntries(ForeignSettings settings) {
        long set = settings.number("stream-node-max-entries");
        return set == 0 ? USUAL_NODE_ENTRIES : set;
    }

    private long mostRemoved(long ofNode) {
        if (!hasLimit) {
            return Math.min(ofNode, MOST_ENTRIES / MOST_NODES) * MOST_NODES;
        }
        return limit == 0 ? Long.MAX_VALUE : limit;
    }

    private long removable(SequencedMap<StreamId, SequencedMap<Slice, Slice>> entries) {
        if (isByLength) {
            return Math.max(0, entries.size() - maxLength);
        }
        long count = 0;
        for (Map.Entry<StreamId, SequencedMap<Slice, Slice>> entry : entries) {
            if (entry.getKey().compareTo(minId) >= 0) {
                break;
            }
            count++;
        }
        return count;
    }
}

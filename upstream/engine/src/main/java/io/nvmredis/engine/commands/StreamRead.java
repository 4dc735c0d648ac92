package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.SequencedMapIterator;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Demand for the entries of streams that follow given ids: XREAD. */
final class StreamRead extends Demand {
    /** Id per key after which entries are wanted. */
    private final List<StreamId> after;

    private final long count;

    private StreamRead(List<Slice> keys, List<StreamId> after, long count, long timeoutMillis) {
        super(keys, timeoutMillis);
        this.after = after;
        this.count = count;
    }

    static Demand xread(RedisBase database, List<Slice> words) {
        long count = Long.MAX_VALUE;
        long timeoutMillis = NO_WAIT;
        for (int i = 0; i + 1 < words.size(); i += 2) {
            Slice argument = words.get(i + 1);
            switch (words.get(i).toString().toLowerCase(Locale.ROOT)) {
                case "block" -> timeoutMillis = DemandWords.milliseconds(argument);
                case "count" -> {
                    long wanted = new Arguments(words).integer(i + 1);
                    count = wanted > 0 ? wanted : Long.MAX_VALUE;
                }
                case "streams" -> {
                    return of(database, words.subList(i + 1, words.size()), count, timeoutMillis);
                }
                case "group", "noack" ->
                    throw new ArgumentException("ERR The "
                            + words.get(i).toString().toUpperCase(Locale.ROOT)
                            + " option is only supported by XREADGROUP. You called XREAD instead.");
                default -> throw new ArgumentException(ErrorReplies.SYNTAX);
            }
        }
        throw new ArgumentException(ErrorReplies.SYNTAX);
    }

    /** Returns the error if a script uses BLOCK, else null; the parser reports a fault that stands before BLOCK. */
    static @Nullable String refusalInScript(List<Slice> words) {
        int at = 0;
        while (at + 1 < words.size()
                && words.get(at).toString().equalsIgnoreCase("count")
                && Numbers.parseAny(RawBytes.of(words.get(at + 1))).isPresent()) {
            at += 2;
        }
        return at + 1 < words.size() && words.get(at).toString().equalsIgnoreCase("block")
                ? "ERR XREAD command is not allowed with BLOCK option from scripts"
                : null;
    }

    private static Demand of(RedisBase database, List<Slice> words, long count, long timeoutMillis) {
        if (words.size() % 2 != 0) {
            throw new ArgumentException(
                    "ERR Unbalanced XREAD list of streams:" + " for each stream key an ID or '$' must be specified.");
        }
        List<Slice> keys = words.subList(0, words.size() / 2);
        List<StreamId> after = new ArrayList<>(keys.size());
        StreamRead demand = new StreamRead(keys, after, count, timeoutMillis);
        for (int i = 0; i < keys.size(); i++) {
            RMDataStructure value = database.getValue(keys.get(i));
            if (value != null) {
                demand.requireType(value);
            }
            after.add(id(words.get(keys.size() + i), (RMStream) value));
        }
        return demand;
    }

    /** Reads the id after which entries are wanted; {@code $} is the last id of the stream now. */
    private static StreamId id(Slice word, @Nullable RMStream stream) {
        String text = word.toString();
        if (text.equals("$")) {
            return stream == null ? new StreamId(0, 0) : stream.getLastId();
        }
        if (text.equals(">")) {
            throw new ArgumentException("ERR The > ID can be specified only when calling XREADGROUP"
                    + " using the GROUP <group> <consumer> option.");
        }
        return StreamIds.parse(RawBytes.of(word), 0);
    }

    @Override
    public ValueType type() {
        return ValueType.STREAM;
    }

    @Override
    public boolean writes() {
        return false;
    }

    @Override
    public boolean isMetBy(Slice key, RMDataStructure value) {
        return isMetBy(keys().indexOf(key), (RMStream) value);
    }

    private boolean isMetBy(int index, RMStream stream) {
        StreamId last = stream.getStoredData().getTail();
        return last != null && last.compareTo(after.get(index)) > 0;
    }

    /** Returns entries of every stream that has entries after its id; null if none has. */
    @Override
    public @Nullable Slice attempt(SessionState state) {
        List<Slice> found = new ArrayList<>();
        for (int i = 0; i < keys().size(); i++) {
            RMStream stream = state.base().getStream(keys().get(i));
            if (stream != null && isMetBy(i, stream)) {
                found.add(entries(i, stream));
            }
        }
        return found.isEmpty() ? null : Response.array(found);
    }

    @Override
    public Slice take(SessionState state, Slice key) {
        return Response.array(entries(keys().indexOf(key), state.base().getStream(key)));
    }

    private Slice entries(int index, RMStream stream) {
        SequencedMap<StreamId, SequencedMap<Slice, Slice>> stored = stream.getStoredData();
        SequencedMapIterator<StreamId, SequencedMap<Slice, Slice>> next =
                stored.iterator(firstAfter(after.get(index), stored));
        List<Slice> entries = new ArrayList<>();
        while (next.hasNext() && entries.size() < count) {
            Map.Entry<StreamId, SequencedMap<Slice, Slice>> entry = next.next();
            List<Slice> fields = new ArrayList<>();
            entry.getValue().forEach((field, value) -> {
                fields.add(Response.bulkString(field));
                fields.add(Response.bulkString(value));
            });
            entries.add(Response.array(Response.bulkString(entry.getKey().toSlice()), Response.array(fields)));
        }
        return Response.array(Response.bulkString(keys().get(index)), Response.array(entries));
    }

    /**
     * Returns the first entry after an id that need not be in the stream; there is such an entry. Upstream's stream
     * looks for a missing id at all entries from the first on, while the wanted entry usually is near the end, or the
     * first.
     */
    private static StreamId firstAfter(StreamId id, SequencedMap<StreamId, SequencedMap<Slice, Slice>> stored) {
        if (stored.getHead().compareTo(id) > 0) {
            return stored.getHead();
        }
        if (stored.contains(id)) {
            SequencedMapIterator<StreamId, SequencedMap<Slice, Slice>> next = stored.iterator(id);
            next.next();
            return next.next().getKey();
        }
        StreamId first = stored.getTail();
        for (StreamId previous = stored.getPreviousKey(first);
                previous != null && previous.compareTo(id) > 0;
                previous = stored.getPreviousKey(first)) {
            first = previous;
        }
        return first;
    }
}

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
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Demand for the entries of streams that follow given ids: XREAD. */
final class StreamRead extends Demand {
    /** Id per key after which entries are wanted. */
    private final List<StreamId> after;

    /** Most entries per stream; 0 if there is no limit. */
    private final long count;

    private StreamRead(List<Slice> keys, List<StreamId> after, long count, long timeoutMillis) {
        super(keys, timeoutMillis);
        this.after = after;
        this.count = count;
    }

    static Demand xread(RedisBase database, List<Slice> parameters) {
        StreamReadWords words = StreamReadWords.read(parameters, false);
        List<Slice> keys = words.keys();
        List<StreamId> after = new ArrayList<>(keys.size());
        StreamRead demand = new StreamRead(keys, after, words.count(), words.timeoutMillis());
        for (int i = 0; i < keys.size(); i++) {
            RMDataStructure value = database.getValue(keys.get(i));
            if (value != null) {
                demand.requireType(value);
            }
            after.add(id(words.ids().get(i), (RMStream) value));
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
                found.add(entries(i, stream, count == 0 ? Long.MAX_VALUE : count));
            }
        }
        return found.isEmpty() ? null : Response.array(found);
    }

    @Override
    public Slice take(SessionState state, Slice key) {
        long most = count == 0 ? StreamGroupRead.COUNT_AFTER_WAIT : count;
        return Response.array(entries(keys().indexOf(key), state.base().getStream(key), most));
    }

    private Slice entries(int index, RMStream stream, long most) {
        SequencedMap<StreamId, SequencedMap<Slice, Slice>> stored = stream.getStoredData();
        SequencedMapIterator<StreamId, SequencedMap<Slice, Slice>> next =
                stored.iterator(firstAfter(after.get(index), stored));
        List<Slice> entries = new ArrayList<>();
        while (next.hasNext() && entries.size() < most) {
            Map.Entry<StreamId, SequencedMap<Slice, Slice>> entry = next.next();
            entries.add(StreamCommands.entry(entry.getKey(), entry.getValue()));
        }
        return Response.array(Response.bulkString(keys().get(index)), Response.array(entries));
    }

    /**
     * Returns the first entry after an id that need not be in the stream; there is such an entry. Upstream's stream
     * looks for a missing id at all entries from the first on, while the wanted entry usually is near the end, or the
     * first.
     */
    static StreamId firstAfter(StreamId id, SequencedMap<StreamId, SequencedMap<Slice, Slice>> stored) {
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

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.SequencedMapIterator;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Deliveries;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.PendingEntry;
import io.nvmredis.engine.value.StreamConsumer;
import io.nvmredis.engine.value.StreamGroup;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Demand of a consumer for entries that its group has not got, or for those that are pending for it: XREADGROUP. What is
 * pending is answered at once, even if nothing is; only new entries are waited for.
 */
final class StreamGroupRead extends Demand {
    /** Id of a stream of which new entries are wanted. It stands for itself, too, behind which nothing is pending. */
    private static final StreamId NEW = StreamIds.LAST;

    /** Most entries for a command that has waited and has named no count. */
    static final long COUNT_AFTER_WAIT = 1000;

    private final Slice group;
    private final Slice consumer;
    private final long count;
    private final boolean needsNoAck;
    /** Id per key, behind which what is pending is wanted; or {@link #NEW}. */
    private final List<StreamId> after;

    private StreamGroupRead(StreamReadWords words, Slice group, Slice consumer, List<StreamId> after) {
        super(words.keys(), words.timeoutMillis());
        this.group = group;
        this.consumer = consumer;
        this.after = after;
        count = words.count();
        needsNoAck = words.needsNoAck();
    }

    static Demand xreadgroup(RedisBase database, List<Slice> parameters) {
        StreamReadWords words = StreamReadWords.read(parameters, true);
        Slice group = Objects.requireNonNull(words.group());
        List<StreamId> after = new ArrayList<>(words.keys().size());
        for (int i = 0; i < words.keys().size(); i++) {
            Slice key = words.keys().get(i);
            if (StreamGroupCommands.group(StreamGroupCommands.stream((Database) database, key), group) == null) {
                throw new ArgumentException("NOGROUP No such key '" + key + "' or consumer group '" + group
                        + "' in XREADGROUP with GROUP option");
            }
            after.add(id(words.ids().get(i)));
        }
        return new StreamGroupRead(words, group, Objects.requireNonNull(words.consumer()), after);
    }

    private static StreamId id(Slice word) {
        String text = word.toString();
        if (text.equals("$")) {
            throw new ArgumentException("ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the"
                    + " history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID"
                    + " would just return an empty result set.");
        }
        return text.equals(">") ? NEW : StreamIds.parse(RawBytes.of(word), 0);
    }

    @Override
    public ValueType type() {
        return ValueType.STREAM;
    }

    @Override
    public boolean endsWithKey() {
        return true;
    }

    /** Tells whether there is an entry for the group, or whether there is no group to wait for any more. */
    @Override
    public boolean isMetBy(Slice key, RMDataStructure value) {
        ObservedStream stream = (ObservedStream) value;
        StreamGroup reading = stream.groups().find(group);
        return reading == null || hasNew(stream, reading);
    }

    private static boolean hasNew(ObservedStream stream, StreamGroup reading) {
        StreamId last = stream.getStoredData().getTail();
        return last != null && last.compareTo(reading.lastId()) > 0;
    }

    /** Returns entries of every stream that has some for the consumer; null if none has. */
    @Override
    public @Nullable Slice attempt(SessionState state) {
        Database database = (Database) state.base();
        List<Slice> found = new ArrayList<>();
        for (int i = 0; i < keys().size(); i++) {
            Slice key = keys().get(i);
            ObservedStream stream = StreamGroupCommands.stream(database, key);
            StreamGroup reading = StreamGroupCommands.group(stream, group);
            if (stream != null && reading != null) {
                boolean wantsNew = after.get(i).equals(NEW);
                if (!wantsNew || hasNew(stream, reading)) {
                    long most = count == 0 ? Long.MAX_VALUE : count;
                    Slice entries =
                            new Reading(database, key, stream, reading).read(wantsNew ? null : after.get(i), most);
                    found.add(Response.array(Response.bulkString(key), entries));
                }
            }
        }
        return found.isEmpty() ? null : Response.array(found);
    }

    @Override
    public Slice take(SessionState state, Slice key) {
        Database database = (Database) state.base();
        if (!(database.getValue(key) instanceof ObservedStream stream)) {
            throw new ArgumentException("UNBLOCKED the stream key no longer exists");
        }
        StreamGroup reading = stream.groups().find(group);
        if (reading == null) {
            throw new ArgumentException("NOGROUP the consumer group this client was blocked on no longer exists");
        }
        Slice entries = new Reading(database, key, stream, reading).read(null, count == 0 ? COUNT_AFTER_WAIT : count);
        return Response.array(Response.array(Response.bulkString(key), entries));
    }

    /** Reading of one stream by the consumer. */
    private final class Reading {
        private final ObservedStream stream;
        private final StreamGroup reading;
        private final StreamConsumer reader;
        private final Deliveries deliveries;
        private final List<Slice> entries = new ArrayList<>();

        Reading(Database database, Slice key, ObservedStream stream, StreamGroup reading) {
            this.stream = stream;
            this.reading = reading;
            long now = database.getClock().millis();
            StreamConsumer known = reading.consumer(consumer);
            reader = known == null
                    ? StreamGroupCommands.createConsumer(database, key, stream, reading, consumer, now)
                    : known;
            reader.seenAt(now);
            deliveries = stream.groups().deliver(reading, reader, now);
        }

        /**
         * Returns entries, which are delivered with that.
         *
         * @param from id behind which what is pending is wanted, or null for new entries
         */
        Slice read(@Nullable StreamId from, long most) {
            if (from == null) {
                readNew(most);
            } else {
                readPending(from, most);
            }
            deliveries.end();
            return Response.array(entries);
        }

        private void readNew(long most) {
            StreamId lastId = reading.lastId();
            long entriesRead = reading.entriesRead();
            SequencedMap<StreamId, SequencedMap<Slice, Slice>> stored = stream.getStoredData();
            SequencedMapIterator<StreamId, SequencedMap<Slice, Slice>> next =
                    stored.iterator(StreamRead.firstAfter(lastId, stored));
            while (next.hasNext() && entries.size() < most) {
                Map.Entry<StreamId, SequencedMap<Slice, Slice>> entry = next.next();
                lastId = entry.getKey();
                entriesRead = GroupProgress.entriesReadWith(stream, entriesRead, lastId);
                entries.add(StreamCommands.entry(lastId, entry.getValue()));
                if (!needsNoAck) {
                    deliveries.add(lastId, 1);
                }
            }
            stream.groups().setId(reading, lastId, entriesRead);
        }

        private void readPending(StreamId from, long most) {
            for (PendingEntry pending : reader.pending().tailMap(from, false).values()) {
                if (entries.size() >= most) {
                    break;
                }
                SequencedMap<Slice, Slice> fields = stream.getStoredData().get(pending.id());
                if (fields == null) {
                    entries.add(Response.array(Response.bulkString(pending.id().toSlice()), Response.NULL_ARRAY));
                } else {
                    entries.add(StreamCommands.entry(pending.id(), fields));
                    deliveries.add(pending.id(), pending.deliveryCount() + 1);
                }
            }
        }
    }
}

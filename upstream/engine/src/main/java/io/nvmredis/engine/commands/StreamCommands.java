package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.SequencedMapIterator;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.FurtherEvents;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.StreamFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands on one stream: XADD, XDEL, XLEN, XRANGE, XREVRANGE, XSETID and XTRIM. */
final class StreamCommands {
    static final Map<String, DataCommand> COMMANDS = Map.of(
            "xdel", StreamCommands::xdel,
            "xlen", StreamCommands::xlen,
            "xrange", (database, arguments) -> range(database, arguments, false),
            "xrevrange", (database, arguments) -> range(database, arguments, true),
            "xsetid", StreamCommands::xsetid);

    /** Commands that may cut a stream, which depends on a setting. */
    static final Map<String, OwnCommand> CUTTING = Map.of(
            "xadd",
                    (engine, session, words) ->
                            xadd(session.database(), new Arguments(words), engine.foreignSettings()),
            "xtrim",
                    (engine, session, words) ->
                            xtrim(session.database(), new Arguments(words), engine.foreignSettings()));

    private static final String NOT_LATER =
            "ERR The ID specified in XADD is equal or smaller than the target stream top item";

    private StreamCommands() {}

    private static Slice xadd(Database database, Arguments arguments, ForeignSettings settings) {
        Slice key = arguments.word(0);
        StreamTrim.Options options = StreamTrim.read(arguments, true);
        int idPosition = options.next();
        NewId newId = idPosition < arguments.count() ? NewId.of(arguments.bytes(idPosition)) : NewId.AUTOMATIC;
        options.trim().check(true);
        int wordCount = arguments.count() - idPosition - 1;
        if (wordCount < 2 || wordCount % 2 != 0) {
            throw Arguments.wrongNumber("xadd");
        }
        if (StreamIds.FIRST.equals(newId.exact())) {
            throw new ArgumentException("ERR The ID specified in XADD must be greater than 0-0");
        }
        ObservedStream stream = StreamGroupCommands.stream(database, key);
        if (stream == null && options.trim().isOnlyIfThere()) {
            return Response.NULL;
        }
        ObservedStream target = stream == null ? new ObservedStream() : stream;
        StreamId id = newId.after(target.getLastId(), database.getClock().millis());
        target.getStoredData().append(id, StreamFields.of(arguments.words(idPosition + 1, arguments.count())));
        target.updateLastId(id);
        if (stream == null) {
            database.putValueWithoutClearingTtl(key, target);
        }
        changed(database, key, KeyspaceEvent.XADD);
        trim(database, key, target, options.trim(), settings);
        return Response.bulkString(id.toSlice());
    }

    /**
     * Id that an entry is to get; if both parts are null, it is made from the time.
     *
     * @param exact the whole id, if it is given
     * @param millis the milliseconds, if only they are given; the next sequence number is added
     */
    private record NewId(@Nullable StreamId exact, @Nullable Long millis) {
        private static final NewId AUTOMATIC = new NewId(null, null);

        static NewId of(byte[] word) {
            if (word.length == 1 && word[0] == '*') {
                return AUTOMATIC;
            }
            Long millis = StreamIds.millisOfOpen(word);
            return millis == null ? new NewId(StreamIds.parse(word, 0), null) : new NewId(null, millis);
        }

        StreamId after(StreamId last, long nowMillis) {
            if (last.equals(StreamIds.LAST)) {
                throw new ArgumentException(
                        "ERR The stream has exhausted the last possible ID, unable to add more items");
            }
            StreamId id = exact != null ? exact : found(last, nowMillis);
            if (id.compareTo(last) <= 0) {
                throw new ArgumentException(NOT_LATER);
            }
            return id;
        }

        private StreamId found(StreamId last, long nowMillis) {
            if (millis == null) {
                StreamId now = new StreamId(nowMillis, 0);
                return now.compareTo(last) > 0 ? now : StreamIds.following(last);
            }
            return millis == last.getFirstPart() && last.getSecondPart() != -1
                    ? new StreamId(millis, last.getSecondPart() + 1)
                    : new StreamId(millis, 0);
        }
    }

    private static void changed(Database database, Slice key, KeyspaceEvent event) {
        database.markKeyModified(key);
        database.notifyKeyspaceEvent(event, key);
    }

    private static long trim(
            Database database, Slice key, ObservedStream stream, StreamTrim trim, ForeignSettings settings) {
        long removed = trim.apply(stream, settings);
        if (removed > 0) {
            changed(database, key, KeyspaceEvent.XTRIM);
        }
        return removed;
    }

    private static Slice xtrim(Database database, Arguments arguments, ForeignSettings settings) {
        StreamTrim trim = StreamTrim.read(arguments, false).trim();
        trim.check(false);
        Slice key = arguments.word(0);
        ObservedStream stream = StreamGroupCommands.stream(database, key);
        return Response.integer(stream == null ? 0 : trim(database, key, stream, trim, settings));
    }

    private static Slice xsetid(Database database, Arguments arguments) {
        StreamId id = StreamIds.parse(arguments.bytes(1), 0);
        long entriesAdded = -1;
        StreamId maxDeletedId = StreamIds.FIRST;
        for (int i = 2; i < arguments.count(); i += 2) {
            boolean hasMore = i + 1 < arguments.count();
            if (hasMore && arguments.is(i, "entriesadded")) {
                entriesAdded = arguments.integer(i + 1);
                if (entriesAdded < 0) {
                    throw new ArgumentException("ERR entries_added must be positive");
                }
            } else if (hasMore && arguments.is(i, "maxdeletedid")) {
                maxDeletedId = StreamIds.parse(arguments.bytes(i + 1), 0);
                if (id.compareTo(maxDeletedId) < 0) {
                    throw new ArgumentException(
                            "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
                }
            } else {
                throw Arguments.syntaxError();
            }
        }
        ObservedStream stream = StreamGroupCommands.stream(database, arguments.word(0));
        if (stream == null) {
            throw new ArgumentException("ERR no such key");
        }
        requireFit(stream, id, entriesAdded);
        stream.setState(
                id,
                entriesAdded < 0 ? stream.entriesAdded() : entriesAdded,
                maxDeletedId.isZero() ? stream.maxDeletedId() : maxDeletedId);
        database.furtherEvents().publish(FurtherEvents.Event.XSETID, arguments.word(0));
        return Response.OK;
    }

    private static void requireFit(ObservedStream stream, StreamId lastId, long entriesAdded) {
        StreamId tail = stream.getStoredData().getTail();
        if (tail == null) {
            return;
        }
        if (lastId.compareTo(tail) < 0) {
            throw new ArgumentException("ERR The ID specified in XSETID is smaller than the target stream top item");
        }
        if (entriesAdded >= 0 && stream.getStoredData().size() > entriesAdded) {
            throw new ArgumentException(
                    "ERR The entries_added specified in XSETID is smaller than the target stream length");
        }
    }

    private static Slice xlen(Database database, Arguments arguments) {
        RMStream stream = database.getStream(arguments.word(0));
        return Response.integer(stream == null ? 0 : stream.getStoredData().size());
    }

    private static Slice xdel(Database database, Arguments arguments) {
        RMStream stream = database.getStream(arguments.word(0));
        if (stream == null) {
            return Response.integer(0);
        }
        List<StreamId> ids = new ArrayList<>();
        for (int i = 1; i < arguments.count(); i++) {
            ids.add(StreamIds.parse(arguments.bytes(i), 0));
        }
        int removed = 0;
        for (StreamId id : ids) {
            removed += stream.getStoredData().remove(id) == null ? 0 : 1;
        }
        if (removed > 0) {
            changed(database, arguments.word(0), KeyspaceEvent.XDEL);
        }
        return Response.integer(removed);
    }

    private static Slice range(Database database, Arguments arguments, boolean isReversed) {
        StreamId start = StreamIds.start(arguments.bytes(isReversed ? 2 : 1));
        StreamId stop = StreamIds.stop(arguments.bytes(isReversed ? 1 : 2));
        long count = Long.MAX_VALUE;
        for (int i = 3; i < arguments.count(); i += 2) {
            if (!arguments.is(i, "count") || i + 1 == arguments.count()) {
                throw Arguments.syntaxError();
            }
            count = Math.max(0, arguments.integer(i + 1));
        }
        RMStream stream = database.getStream(arguments.word(0));
        if (stream == null) {
            return Response.EMPTY_ARRAY;
        }
        return count == 0 ? Response.NULL_ARRAY : entries(stream, start, stop, count, isReversed);
    }

    private static Slice entries(RMStream stream, StreamId start, StreamId stop, long count, boolean isReversed) {
        SequencedMap<StreamId, SequencedMap<Slice, Slice>> entries = stream.getStoredData();
        if (entries.size() == 0 || start.compareTo(stop) > 0) {
            return Response.EMPTY_ARRAY;
        }
        List<Slice> shown = new ArrayList<>();
        SequencedMapIterator<StreamId, SequencedMap<Slice, Slice>> iterator =
                iterator(entries, start, stop, isReversed);
        while (iterator.hasNext() && shown.size() < count) {
            Map.Entry<StreamId, SequencedMap<Slice, Slice>> entry = iterator.next();
            if (isReversed
                    ? entry.getKey().compareTo(start) < 0
                    : entry.getKey().compareTo(stop) > 0) {
                break;
            }
            // Upstream's iterator begins outside the range if it does not find the id at the end of it.
            if (isReversed
                    ? entry.getKey().compareTo(stop) <= 0
                    : entry.getKey().compareTo(start) >= 0) {
                shown.add(entry(entry.getKey(), entry.getValue()));
            }
        }
        return Response.array(shown);
    }

    private static SequencedMapIterator<StreamId, SequencedMap<Slice, Slice>> iterator(
            SequencedMap<StreamId, SequencedMap<Slice, Slice>> entries,
            StreamId start,
            StreamId stop,
            boolean isReversed) {
        if (isReversed) {
            return stop.compareTo(entries.getTail()) >= 0 ? entries.reverseIterator() : entries.reverseIterator(stop);
        }
        return start.compareTo(entries.getHead()) <= 0 ? entries.iterator() : entries.iterator(start);
    }

    /** Returns an entry in the form that replies have. */
    static Slice entry(StreamId id, SequencedMap<Slice, Slice> fields) {
        List<Slice> words = new ArrayList<>(2 * fields.size());
        fields.forEach((field, value) -> {
            words.add(Response.bulkString(field));
            words.add(Response.bulkString(value));
        });
        return Response.array(Response.bulkString(id.toSlice()), Response.array(words));
    }
}

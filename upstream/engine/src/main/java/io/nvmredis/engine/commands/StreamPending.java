package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.PendingEntry;
import io.nvmredis.engine.value.StreamConsumer;
import io.nvmredis.engine.value.StreamGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** XPENDING: what a group has got and not acknowledged. */
final class StreamPending {
    private static final int RANGE = 2;

    private StreamPending() {}

    /**
     * Range of pending entries that is asked for.
     *
     * @param minIdleMillis the least time since the last delivery; 0 for any
     * @param consumer the consumer for whom they are pending, or null for all
     */
    private record Range(
            StreamId start,
            StreamId stop,
            long count,
            long minIdleMillis,
            @Nullable Slice consumer) {

        static Range of(Arguments arguments) {
            int at = RANGE;
            long minIdleMillis = 0;
            if (arguments.is(at, "idle")) {
                minIdleMillis = arguments.integer(at + 1);
                at += 2;
                if (arguments.count() < at + 3) {
                    throw Arguments.syntaxError();
                }
            }
            long count = Math.max(0, arguments.integer(at + 2));
            StreamId start = StreamIds.start(arguments.bytes(at));
            StreamId stop = StreamIds.stop(arguments.bytes(at + 1));
            Slice consumer = at + 3 < arguments.count() ? arguments.word(at + 3) : null;
            return new Range(start, stop, count, minIdleMillis, consumer);
        }
    }

    static Slice xpending(Database database, Arguments arguments) {
        boolean isSummary = arguments.count() == RANGE;
        if (!isSummary && (arguments.count() < 5 || arguments.count() > 8)) {
            throw Arguments.syntaxError();
        }
        Range range = isSummary ? null : Range.of(arguments);
        StreamGroup group =
                StreamGroupCommands.group(StreamGroupCommands.stream(database, arguments.word(0)), arguments.word(1));
        if (group == null) {
            throw StreamGroupCommands.noKeyOrGroup(arguments.word(0), arguments.word(1));
        }
        return range == null ? summary(group) : entries(database, group, range);
    }

    private static Slice summary(StreamGroup group) {
        if (group.pending().isEmpty()) {
            return Response.array(Response.integer(0), Response.NULL, Response.NULL, Response.NULL_ARRAY);
        }
        List<Slice> consumers = new ArrayList<>();
        for (StreamConsumer consumer : group.consumers()) {
            if (!consumer.pending().isEmpty()) {
                Slice count = Slice.create(Integer.toString(consumer.pending().size()));
                consumers.add(Response.array(Response.bulkString(consumer.name()), Response.bulkString(count)));
            }
        }
        return Response.array(
                Response.integer(group.pending().size()),
                Response.bulkString(group.pending().firstKey().toSlice()),
                Response.bulkString(group.pending().lastKey().toSlice()),
                Response.array(consumers));
    }

    private static Slice entries(Database database, StreamGroup group, Range range) {
        NavigableMap<StreamId, PendingEntry> pending = group.pending();
        if (range.consumer() != null) {
            StreamConsumer consumer = group.consumer(range.consumer());
            if (consumer == null) {
                return Response.EMPTY_ARRAY;
            }
            pending = consumer.pending();
        }
        long now = database.getClock().millis();
        List<Slice> shown = new ArrayList<>();
        for (PendingEntry entry : pending.tailMap(range.start(), true).values()) {
            if (shown.size() >= range.count() || entry.id().compareTo(range.stop()) > 0) {
                break;
            }
            long idleMillis = now - entry.deliveredMillis();
            if (range.minIdleMillis() == 0 || idleMillis >= range.minIdleMillis()) {
                shown.add(Response.array(
                        Response.bulkString(entry.id().toSlice()),
                        Response.bulkString(entry.consumer().name()),
                        Response.integer(Math.max(0, idleMillis)),
                        Response.integer(entry.deliveryCount())));
            }
        }
        return Response.array(shown);
    }
}

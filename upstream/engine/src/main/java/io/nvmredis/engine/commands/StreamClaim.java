package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Deliveries;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.PendingEntry;
import io.nvmredis.engine.value.StreamConsumer;
import io.nvmredis.engine.value.StreamGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** XCLAIM and XAUTOCLAIM: what is pending for one consumer becomes pending for another. */
final class StreamClaim {
    static final Map<String, DataCommand> COMMANDS =
            Map.of("xautoclaim", StreamClaim::xautoclaim, "xclaim", StreamClaim::xclaim);

    private static final int FIRST_ID = 4;
    private static final int ATTEMPTS_PER_ENTRY = 10;
    private static final int DEFAULT_COUNT = 100;
    private static final long MAX_COUNT = Long.MAX_VALUE / 16;
    private static final long NOT_GIVEN = -1;

    private final Target target;
    private final ObservedStream stream;
    private final StreamGroup group;
    private final Slice claimant;
    private final long nowMillis;
    private final long minIdleMillis;
    private final long deliveredMillis;
    private final boolean isJustId;
    private final List<Slice> claimed = new ArrayList<>();
    private @Nullable StreamConsumer consumer;
    private @Nullable Deliveries deliveries;

    /** Group whose entries are claimed, and where it is. */
    private record Target(Database database, Slice key, ObservedStream stream, StreamGroup group) {}

    private StreamClaim(
            Target target, Slice claimant, long nowMillis, long minIdleMillis, long deliveredMillis, boolean isJustId) {
        this.target = target;
        stream = target.stream();
        group = target.group();
        this.claimant = claimant;
        this.nowMillis = nowMillis;
        this.minIdleMillis = minIdleMillis;
        this.deliveredMillis = deliveredMillis;
        this.isJustId = isJustId;
    }

    /** Options of XCLAIM, behind its ids. */
    private static final class Options {
        private long timeMillis = NOT_GIVEN;
        private long deliveryCount = NOT_GIVEN;
        private boolean isForced;
        private boolean isJustId;
        private StreamId lastId = StreamIds.FIRST;

        static Options read(Arguments arguments, int from, long nowMillis) {
            Options options = new Options();
            for (int i = from; i < arguments.count(); i++) {
                if (arguments.is(i, "force")) {
                    options.isForced = true;
                } else if (arguments.is(i, "justid")) {
                    options.isJustId = true;
                } else if (i + 1 < arguments.count() && options.takes(arguments, i, nowMillis)) {
                    i++;
                } else {
                    throw new ArgumentException("ERR Unrecognized XCLAIM option '" + arguments.word(i) + "'");
                }
            }
            return options;
        }

        /** Reads an option and the word behind it; tells whether there is such an option. */
        private boolean takes(Arguments arguments, int at, long nowMillis) {
            if (arguments.is(at, "idle")) {
                timeMillis = nowMillis - arguments.integer(at + 1, "ERR Invalid IDLE option argument for XCLAIM");
            } else if (arguments.is(at, "time")) {
                timeMillis = arguments.integer(at + 1, "ERR Invalid TIME option argument for XCLAIM");
            } else if (arguments.is(at, "retrycount")) {
                deliveryCount = arguments.integer(at + 1, "ERR Invalid RETRYCOUNT option argument for XCLAIM");
            } else if (arguments.is(at, "lastid")) {
                lastId = StreamIds.parse(arguments.bytes(at + 1), 0);
            } else {
                return false;
            }
            return true;
        }

        /** Returns the time of delivery: now unless one was given that has been. */
        long deliveredMillis(long nowMillis) {
            return timeMillis < 0 || timeMillis > nowMillis ? nowMillis : timeMillis;
        }
    }

    private static Slice xclaim(Database database, Arguments arguments) {
        ObservedStream stream = StreamGroupCommands.stream(database, arguments.word(0));
        StreamGroup group = StreamGroupCommands.group(stream, arguments.word(1));
        if (stream == null || group == null) {
            throw StreamGroupCommands.noKeyOrGroup(arguments.word(0), arguments.word(1));
        }
        long minIdle = arguments.integer(3, "ERR Invalid min-idle-time argument for XCLAIM");
        List<StreamId> ids = idsBeforeOptions(arguments);
        long now = database.getClock().millis();
        Options options = Options.read(arguments, FIRST_ID + ids.size(), now);
        if (options.lastId.compareTo(group.lastId()) > 0) {
            stream.groups().setId(group, options.lastId, group.entriesRead());
        }
        StreamClaim claim = new StreamClaim(
                new Target(database, arguments.word(0), stream, group),
                arguments.word(2),
                now,
                Math.max(0, minIdle),
                options.deliveredMillis(now),
                options.isJustId);
        for (StreamId id : ids) {
            claim.claim(id, options);
        }
        return claim.end();
    }

    /** Reads ids up to the first word that is none, which must be an option. */
    private static List<StreamId> idsBeforeOptions(Arguments arguments) {
        List<StreamId> ids = new ArrayList<>();
        for (int i = FIRST_ID; i < arguments.count(); i++) {
            StreamId id = StreamIds.parseOrNull(arguments.bytes(i));
            if (id == null) {
                break;
            }
            ids.add(id);
        }
        return ids;
    }

    private void claim(StreamId id, Options options) {
        PendingEntry pending = group.pending().get(id);
        if (!stream.getStoredData().contains(id)) {
            forget(pending);
        } else if (pending == null && options.isForced) {
            // A pending entry that is made has not been delivered before.
            take(id, options.deliveryCount >= 0 ? options.deliveryCount : options.isJustId ? 1 : 2);
        } else if (pending != null && isIdle(pending)) {
            take(id, options.deliveryCount >= 0 ? options.deliveryCount : again(pending));
        }
    }

    /** Has an entry not pending any more that the stream has lost. */
    private void forget(@Nullable PendingEntry pending) {
        if (pending != null) {
            stream.groups().acknowledge(group, List.of(pending.id()));
        }
    }

    private boolean isIdle(PendingEntry pending) {
        return minIdleMillis == 0 || nowMillis - pending.deliveredMillis() >= minIdleMillis;
    }

    private long again(PendingEntry pending) {
        return pending.deliveryCount() + (isJustId ? 0 : 1);
    }

    private void take(StreamId id, long deliveryCount) {
        if (deliveries == null) {
            deliveries = stream.groups().deliver(group, claimant(), deliveredMillis);
        }
        deliveries.add(id, deliveryCount);
        claimed.add(
                isJustId
                        ? Response.bulkString(id.toSlice())
                        : StreamCommands.entry(id, stream.getStoredData().get(id)));
    }

    private StreamConsumer claimant() {
        if (consumer == null) {
            consumer = group.consumer(claimant);
            if (consumer == null) {
                consumer = StreamGroupCommands.createConsumer(
                        target.database(), target.key(), stream, group, claimant, nowMillis);
            }
            consumer.seenAt(nowMillis);
        }
        return consumer;
    }

    private Slice end() {
        if (deliveries != null) {
            deliveries.end();
        }
        return Response.array(claimed);
    }

    private static Slice xautoclaim(Database database, Arguments arguments) {
        long minIdle = arguments.integer(3, "ERR Invalid min-idle-time argument for XAUTOCLAIM");
        StreamId start = StreamIds.start(arguments.bytes(4));
        long count = DEFAULT_COUNT;
        boolean isJustId = false;
        for (int i = 5; i < arguments.count(); i++) {
            if (arguments.is(i, "count") && i + 1 < arguments.count()) {
                count = count(arguments, ++i);
            } else if (arguments.is(i, "justid")) {
                isJustId = true;
            } else {
                throw Arguments.syntaxError();
            }
        }
        ObservedStream stream = StreamGroupCommands.stream(database, arguments.word(0));
        StreamGroup group = StreamGroupCommands.group(stream, arguments.word(1));
        if (stream == null || group == null) {
            throw StreamGroupCommands.noKeyOrGroup(arguments.word(0), arguments.word(1));
        }
        long now = database.getClock().millis();
        return new StreamClaim(
                        new Target(database, arguments.word(0), stream, group),
                        arguments.word(2),
                        now,
                        Math.max(0, minIdle),
                        now,
                        isJustId)
                .claimFrom(start, count);
    }

    private static long count(Arguments arguments, int position) {
        OptionalLong count = Numbers.parseAny(arguments.bytes(position));
        if (count.isEmpty() || count.getAsLong() < 1 || count.getAsLong() > MAX_COUNT) {
            throw new ArgumentException("ERR COUNT must be > 0");
        }
        return count.getAsLong();
    }

    /** Claims what is pending from an id on. Replies where to go on, what was claimed, and which entries are lost. */
    private Slice claimFrom(StreamId start, long count) {
        List<Slice> lost = new ArrayList<>();
        long left = count;
        long attempts = count * ATTEMPTS_PER_ENTRY;
        Map.Entry<StreamId, PendingEntry> next = group.pending().ceilingEntry(start);
        while (next != null && attempts > 0 && left > 0) {
            PendingEntry pending = next.getValue();
            attempts--;
            if (!stream.getStoredData().contains(pending.id())) {
                lost.add(Response.bulkString(pending.id().toSlice()));
                forget(pending);
                left--;
            } else if (isIdle(pending)) {
                take(pending.id(), again(pending));
                left--;
            }
            next = group.pending().higherEntry(pending.id());
        }
        Slice cursor = next == null ? StreamIds.FIRST.toSlice() : next.getKey().toSlice();
        return Response.array(Response.bulkString(cursor), end(), Response.array(lost));
    }
}

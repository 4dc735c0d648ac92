package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.PendingEntry;
import io.nvmredis.engine.value.StreamConsumer;
import io.nvmredis.engine.value.StreamGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** XINFO: what a stream has, its groups, and the consumers of a group. */
final class StreamInfo {
    private static final String NAME = "name";
    private static final String PENDING = "pending";
    private static final String PENDING_COUNT = "pel-count";
    private static final long DEFAULT_COUNT = 10;

    private static final String HELP = """
            XINFO <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            CONSUMERS <key> <groupname>
                Show consumers of <groupname>.
            GROUPS <key>
                Show the stream consumer groups.
            STREAM <key> [FULL [COUNT <count>]
                Show information about the stream.
            HELP
                Prints this help.""";

    /** Names and values of a reply, alternating. */
    private final List<Slice> shown = new ArrayList<>();

    private StreamInfo() {}

    /** Runs a subcommand, whose number of words has been checked by its arity. */
    static Slice xinfo(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Database database = session.database();
        Arguments arguments = new Arguments(parameters);
        String subcommand = arguments.word(0).toString().toLowerCase(Locale.ROOT);
        if (subcommand.equals("help")) {
            return StreamGroupCommands.help(HELP);
        }
        ObservedStream stream = StreamGroupCommands.stream(database, arguments.word(1));
        if (stream == null) {
            throw new ArgumentException("ERR no such key");
        }
        return switch (subcommand) {
            case "consumers" -> {
                StreamGroup group = StreamGroupCommands.group(stream, arguments.word(2));
                if (group == null) {
                    throw StreamGroupCommands.noGroup(arguments.word(2), arguments.word(1));
                }
                yield consumers(group, database.getClock().millis());
            }
            case "groups" ->
                Response.array(stream.groups().all().stream()
                        .map(group -> group(stream, group))
                        .toList());
            default -> {
                long ofNode = StreamTrim.nodeEntries(engine.foreignSettings());
                yield arguments.count() == 2 ? summary(stream, ofNode) : full(stream, ofNode, countOfFull(arguments));
            }
        };
    }

    private StreamInfo add(String name, Slice value) {
        shown.add(Response.bulkString(Slice.create(name)));
        shown.add(value);
        return this;
    }

    private StreamInfo add(String name, long value) {
        return add(name, Response.integer(value));
    }

    private StreamInfo add(String name, StreamId value) {
        return add(name, Response.bulkString(value.toSlice()));
    }

    private Slice reply() {
        return Response.array(shown);
    }

    private static Slice consumers(StreamGroup group, long nowMillis) {
        return Response.array(group.consumers().stream()
                .map(consumer -> new StreamInfo()
                        .add(NAME, Response.bulkString(consumer.name()))
                        .add(PENDING, consumer.pending().size())
                        .add("idle", Math.max(0, nowMillis - consumer.seenMillis()))
                        .reply())
                .toList());
    }

    private static Slice group(ObservedStream stream, StreamGroup group) {
        return new StreamInfo()
                .add(NAME, Response.bulkString(group.name()))
                .add("consumers", group.consumers().size())
                .add(PENDING, group.pending().size())
                .add("last-delivered-id", group.lastId())
                .add("entries-read", entriesRead(group))
                .add("lag", lag(stream, group))
                .reply();
    }

    private static Slice entriesRead(StreamGroup group) {
        return group.entriesRead() == StreamGroup.UNKNOWN ? Response.NULL : Response.integer(group.entriesRead());
    }

    private static Slice lag(ObservedStream stream, StreamGroup group) {
        OptionalLong lag = GroupProgress.lag(stream, group);
        return lag.isEmpty() ? Response.NULL : Response.integer(lag.getAsLong());
    }

    private StreamInfo addState(ObservedStream stream, long ofNode) {
        long size = stream.getStoredData().size();
        // A Redis keeps so many small entries in a node of its tree; here there is no tree.
        long nodes = size / ofNode + (size % ofNode == 0 ? 0 : 1);
        return add("length", size)
                .add("radix-tree-keys", nodes)
                .add("radix-tree-nodes", nodes + 1)
                .add("last-generated-id", stream.getLastId())
                .add("max-deleted-entry-id", stream.maxDeletedId())
                .add("entries-added", stream.entriesAdded())
                .add("recorded-first-entry-id", GroupProgress.first(stream));
    }

    private static Slice summary(ObservedStream stream, long ofNode) {
        return new StreamInfo()
                .addState(stream, ofNode)
                .add("groups", stream.groups().all().size())
                .add("first-entry", entry(stream, stream.getStoredData().getHead()))
                .add("last-entry", entry(stream, stream.getStoredData().getTail()))
                .reply();
    }

    private static Slice entry(ObservedStream stream, @Nullable StreamId id) {
        return id == null
                ? Response.NULL
                : StreamCommands.entry(id, stream.getStoredData().get(id));
    }

    /** Reads FULL, or FULL COUNT count; 0 is no limit. */
    private static long countOfFull(Arguments arguments) {
        boolean isCounted = arguments.count() == 5;
        if ((arguments.count() != 3 && !isCounted)
                || !arguments.is(2, "full")
                || (isCounted && !arguments.is(3, "count"))) {
            throw StreamGroupCommands.subcommandError("XINFO", arguments.word(0));
        }
        long count = isCounted ? arguments.integer(4) : DEFAULT_COUNT;
        return count < 0 ? DEFAULT_COUNT : count;
    }

    private static Slice full(ObservedStream stream, long ofNode, long count) {
        long most = count == 0 ? Long.MAX_VALUE : count;
        List<Slice> entries = new ArrayList<>();
        for (Map.Entry<StreamId, SequencedMap<Slice, Slice>> entry : stream.getStoredData()) {
            if (entries.size() >= most) {
                break;
            }
            entries.add(StreamCommands.entry(entry.getKey(), entry.getValue()));
        }
        return new StreamInfo()
                .addState(stream, ofNode)
                .add("entries", Response.array(entries))
                .add(
                        "groups",
                        Response.array(stream.groups().all().stream()
                                .map(group -> fullGroup(stream, group, most))
                                .toList()))
                .reply();
    }

    private static Slice fullGroup(ObservedStream stream, StreamGroup group, long most) {
        return new StreamInfo()
                .add(NAME, Response.bulkString(group.name()))
                .add("last-delivered-id", group.lastId())
                .add("entries-read", entriesRead(group))
                .add("lag", lag(stream, group))
                .add(PENDING_COUNT, group.pending().size())
                .add(PENDING, pending(group.pending().values(), most, true))
                .add(
                        "consumers",
                        Response.array(group.consumers().stream()
                                .map(consumer -> fullConsumer(consumer, most))
                                .toList()))
                .reply();
    }

    private static Slice fullConsumer(StreamConsumer consumer, long most) {
        return new StreamInfo()
                .add(NAME, Response.bulkString(consumer.name()))
                .add("seen-time", consumer.seenMillis())
                .add(PENDING_COUNT, consumer.pending().size())
                .add(PENDING, pending(consumer.pending().values(), most, false))
                .reply();
    }

    private static Slice pending(Collection<PendingEntry> entries, long most, boolean hasConsumers) {
        return Response.array(entries.stream()
                .limit(most)
                .map(entry -> pending(entry, hasConsumers))
                .toList());
    }

    private static Slice pending(PendingEntry entry, boolean hasConsumer) {
        List<Slice> words = new ArrayList<>();
        words.add(Response.bulkString(entry.id().toSlice()));
        if (hasConsumer) {
            words.add(Response.bulkString(entry.consumer().name()));
        }
        words.add(Response.integer(entry.deliveredMillis()));
        words.add(Response.integer(entry.deliveryCount()));
        return Response.array(words);
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.FurtherEvents.Event;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.StreamConsumer;
import io.nvmredis.engine.value.StreamGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands on the consumer groups of a stream: XGROUP and XACK. */
final class StreamGroupCommands {
    static final Map<String, DataCommand> COMMANDS =
            Map.of("xack", StreamGroupCommands::xack, "xgroup", StreamGroupCommands::xgroup);

    private static final String KEY_REQUIRED =
            "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE"
                    + " you may want to use the MKSTREAM option to create an empty stream automatically.";

    private static final String HELP = """
            XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            CREATE <key> <groupname> <id|$> [option]
                Create a new consumer group. Options are:
                * MKSTREAM
                  Create the empty stream if it does not exist.
                * ENTRIESREAD entries_read
                  Set the group's entries_read counter (internal use).
            CREATECONSUMER <key> <groupname> <consumer>
                Create a new consumer in the specified group.
            DELCONSUMER <key> <groupname> <consumer>
                Remove the specified consumer.
            DESTROY <key> <groupname>
                Remove the specified group.
            SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]
                Set the current group ID and entries_read counter.
            HELP
                Prints this help.""";

    private StreamGroupCommands() {}

    /** Returns the stream of a key, or null. */
    static @Nullable ObservedStream stream(Database database, Slice key) {
        RMStream stream = database.getStream(key);
        if (stream != null && !(stream instanceof ObservedStream)) {
            throw new ArgumentException(
                    "ERR the stream has been made by an interceptor, whose command has not ended yet");
        }
        return (ObservedStream) stream;
    }

    /** Returns the group of a stream, or null; the stream may be null. */
    static @Nullable StreamGroup group(@Nullable ObservedStream stream, Slice name) {
        return stream == null ? null : stream.groups().find(name);
    }

    static ArgumentException noGroup(Slice group, Slice key) {
        return new ArgumentException("NOGROUP No such consumer group '" + group + "' for key name '" + key + "'");
    }

    static ArgumentException noKeyOrGroup(Slice key, Slice group) {
        return new ArgumentException("NOGROUP No such key '" + key + "' or consumer group '" + group + "'");
    }

    /** Returns the error for words that a subcommand does not have. */
    static ArgumentException subcommandError(String command, Slice subcommand) {
        return new ArgumentException("ERR unknown subcommand or wrong number of arguments for '" + subcommand
                + "'. Try " + command + " HELP.");
    }

    static Slice help(String text) {
        return Response.array(text.lines().map(Response::simpleString).toList());
    }

    static List<StreamId> ids(Arguments arguments, int from, int to) {
        List<StreamId> ids = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            ids.add(StreamIds.parse(arguments.bytes(i), 0));
        }
        return ids;
    }

    private static Slice xack(Database database, Arguments arguments) {
        ObservedStream stream = stream(database, arguments.word(0));
        StreamGroup group = group(stream, arguments.word(1));
        if (stream == null || group == null) {
            return Response.integer(0);
        }
        return Response.integer(stream.groups().acknowledge(group, ids(arguments, 2, arguments.count())));
    }

    /** Runs a subcommand, whose number of words has been checked by its arity. */
    private static Slice xgroup(Database database, Arguments arguments) {
        String subcommand = arguments.word(0).toString().toLowerCase(Locale.ROOT);
        if (subcommand.equals("help")) {
            return help(HELP);
        }
        Options options = Options.read(arguments, subcommand);
        ObservedStream stream = stream(database, arguments.word(1));
        if (stream == null && !options.makesStream()) {
            throw new ArgumentException(KEY_REQUIRED);
        }
        if (subcommand.equals("create")) {
            return create(database, arguments, stream, options);
        }
        StreamGroup group = group(stream, arguments.word(2));
        if (stream == null || group == null) {
            if (subcommand.equals("destroy")) {
                return Response.integer(0);
            }
            throw noGroup(arguments.word(2), arguments.word(1));
        }
        return switch (subcommand) {
            case "setid" -> setId(database, arguments, stream, group, options);
            case "destroy" -> {
                stream.groups().destroy(group);
                publish(database, Event.XGROUP_DESTROY, arguments);
                yield Response.integer(1);
            }
            case "createconsumer" -> createConsumer(database, arguments, stream, group);
            default -> deleteConsumer(database, arguments, stream, group);
        };
    }

    private static void publish(Database database, Event event, Arguments arguments) {
        database.furtherEvents().publish(event, arguments.word(1));
    }

    /**
     * Options of CREATE and SETID.
     *
     * @param makesStream whether CREATE makes the stream if there is none
     */
    private record Options(boolean makesStream, long entriesRead) {
        private static final int FIRST = 4;
        /** Most words of CREATE, which may name each option once. */
        private static final int MOST_WORDS = 7;

        static Options read(Arguments arguments, String subcommand) {
            boolean makesStream = false;
            long entriesRead = StreamGroup.UNKNOWN;
            for (int i = FIRST; i < arguments.count(); i++) {
                if (subcommand.equals("create") && arguments.is(i, "mkstream")) {
                    makesStream = true;
                } else if (arguments.is(i, "entriesread") && i + 1 < arguments.count()) {
                    entriesRead = arguments.integer(++i);
                    if (entriesRead < StreamGroup.UNKNOWN) {
                        throw new ArgumentException("ERR value for ENTRIESREAD must be positive or -1");
                    }
                } else {
                    throw subcommandError("XGROUP", arguments.word(0));
                }
            }
            return new Options(makesStream, entriesRead);
        }
    }

    private static Slice create(
            Database database, Arguments arguments, @Nullable ObservedStream stream, Options options) {
        if (arguments.count() > Options.MOST_WORDS) {
            throw subcommandError("XGROUP", arguments.word(0));
        }
        StreamId id;
        if (isLast(arguments)) {
            id = stream == null ? StreamIds.FIRST : stream.getLastId();
        } else {
            id = StreamIds.parse(arguments.bytes(3), 0);
        }
        if (group(stream, arguments.word(2)) != null) {
            throw new ArgumentException("BUSYGROUP Consumer Group name already exists");
        }
        ObservedStream target = stream == null ? new ObservedStream() : stream;
        target.groups().create(arguments.word(2), id, options.entriesRead());
        if (stream == null) {
            database.putValueWithoutClearingTtl(arguments.word(1), target);
        }
        publish(database, Event.XGROUP_CREATE, arguments);
        return Response.OK;
    }

    /** Tells whether the id is {@code $}, the last id of the stream. */
    private static boolean isLast(Arguments arguments) {
        return arguments.is(3, "$");
    }

    private static Slice setId(
            Database database, Arguments arguments, ObservedStream stream, StreamGroup group, Options options) {
        if (arguments.count() != 4 && arguments.count() != 6) {
            throw subcommandError("XGROUP", arguments.word(0));
        }
        StreamId id = isLast(arguments) ? stream.getLastId() : StreamIds.end(arguments.bytes(3), 0);
        stream.groups().setId(group, id, options.entriesRead());
        publish(database, Event.XGROUP_SETID, arguments);
        return Response.OK;
    }

    private static Slice createConsumer(
            Database database, Arguments arguments, ObservedStream stream, StreamGroup group) {
        if (group.consumer(arguments.word(3)) != null) {
            return Response.integer(0);
        }
        createConsumer(
                database,
                arguments.word(1),
                stream,
                group,
                arguments.word(3),
                database.getClock().millis());
        return Response.integer(1);
    }

    /** Makes a consumer, which the group does not have. */
    static StreamConsumer createConsumer(
            Database database, Slice key, ObservedStream stream, StreamGroup group, Slice name, long nowMillis) {
        StreamConsumer created = stream.groups().createConsumer(group, name, nowMillis);
        database.furtherEvents().publish(Event.XGROUP_CREATECONSUMER, key);
        return created;
    }

    private static Slice deleteConsumer(
            Database database, Arguments arguments, ObservedStream stream, StreamGroup group) {
        StreamConsumer consumer = group.consumer(arguments.word(3));
        if (consumer == null) {
            return Response.integer(0);
        }
        int pending = consumer.pending().size();
        stream.groups().deleteConsumer(group, consumer);
        publish(database, Event.XGROUP_DELCONSUMER, arguments);
        return Response.integer(pending);
    }
}

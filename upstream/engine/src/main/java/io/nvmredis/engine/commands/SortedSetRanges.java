package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.ObservedSortedSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Commands that read, store, count or remove consecutive members of a sorted set. */
final class SortedSetRanges {
    static final Map<String, DataCommand> COMMANDS = Map.ofEntries(
            Map.entry("zcount", SortedSetRanges::zcount),
            Map.entry("zlexcount", SortedSetRanges::zlexcount),
            Map.entry("zrange", reading(Form.ANY)),
            Map.entry("zrangebylex", reading(new Form(Kind.MEMBERS, Order.FORWARD))),
            Map.entry("zrangebyscore", reading(new Form(Kind.SCORES, Order.FORWARD))),
            Map.entry("zrangestore", SortedSetRanges::zrangestore),
            Map.entry("zremrangebylex", removing(Kind.MEMBERS, KeyspaceEvent.ZREMRANGEBYLEX)),
            Map.entry("zremrangebyrank", removing(Kind.RANKS, KeyspaceEvent.ZREMRANGEBYRANK)),
            Map.entry("zremrangebyscore", removing(Kind.SCORES, KeyspaceEvent.ZREMRANGEBYSCORE)),
            Map.entry("zrevrange", reading(new Form(Kind.RANKS, Order.REVERSED))),
            Map.entry("zrevrangebylex", reading(new Form(Kind.MEMBERS, Order.REVERSED))),
            Map.entry("zrevrangebyscore", reading(new Form(Kind.SCORES, Order.REVERSED))));

    private SortedSetRanges() {}

    /** Kind of the two ends of a range. */
    private enum Kind {
        TO_BE_TOLD,
        RANKS,
        SCORES,
        MEMBERS
    }

    private enum Order {
        TO_BE_TOLD,
        FORWARD,
        REVERSED
    }

    /** Kind and order of a range, as far as the command's name tells them. */
    private record Form(Kind kind, Order order) {
        private static final Form ANY = new Form(Kind.TO_BE_TOLD, Order.TO_BE_TOLD);
    }

    private static MemberRange range(Kind kind, Arguments arguments, int min, int max) {
        return switch (kind) {
            case SCORES -> MemberRange.Scores.parse(arguments.bytes(min), arguments.bytes(max));
            case MEMBERS -> MemberRange.Members.parse(arguments.bytes(min), arguments.bytes(max));
            default -> new MemberRange.Ranks(arguments.integer(min), arguments.integer(max));
        };
    }

    /** Request of a command for members, read from the options behind the two ends. */
    private static final class Request {
        private Kind kind;
        private Order order;
        private boolean hasScores;
        private long offset;
        private long limit = -1;

        Request(Form form) {
            kind = form.kind();
            order = form.order();
        }

        MemberRange read(Arguments arguments, int keyPosition, boolean isStoring) {
            int at = keyPosition + 3;
            while (at < arguments.count()) {
                at = readOption(arguments, at, isStoring);
            }
            if (limit != -1 && (kind == Kind.RANKS || kind == Kind.TO_BE_TOLD)) {
                throw new ArgumentException(
                        "ERR syntax error, LIMIT is only supported in combination with either" + " BYSCORE or BYLEX");
            }
            if (hasScores && kind == Kind.MEMBERS) {
                throw new ArgumentException("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
            }
            if (kind == Kind.RANKS || kind == Kind.TO_BE_TOLD) {
                offset = 0;
            }
            boolean isMaxFirst = isReversed() && (kind == Kind.SCORES || kind == Kind.MEMBERS);
            return range(kind, arguments, keyPosition + (isMaxFirst ? 2 : 1), keyPosition + (isMaxFirst ? 1 : 2));
        }

        private int readOption(Arguments arguments, int at, boolean isStoring) {
            if (!isStoring && arguments.is(at, "withscores")) {
                hasScores = true;
            } else if (arguments.is(at, "limit") && at + 2 < arguments.count()) {
                offset = arguments.integer(at + 1);
                limit = arguments.integer(at + 2);
                return at + 3;
            } else if (order == Order.TO_BE_TOLD && arguments.is(at, "rev")) {
                order = Order.REVERSED;
            } else if (kind == Kind.TO_BE_TOLD && arguments.is(at, "bylex")) {
                kind = Kind.MEMBERS;
            } else if (kind == Kind.TO_BE_TOLD && arguments.is(at, "byscore")) {
                kind = Kind.SCORES;
            } else {
                throw Arguments.syntaxError();
            }
            return at + 1;
        }

        private boolean isReversed() {
            return order == Order.REVERSED;
        }

        List<ZSetEntry> of(RMZSet set, MemberRange range) {
            List<ZSetEntry> members = new ArrayList<>();
            if (offset < 0 || limit == 0) {
                return members;
            }
            Iterator<ZSetEntry> all = range.of(set, isReversed());
            for (long i = 0; i < offset && all.hasNext(); i++) {
                all.next();
            }
            while (all.hasNext() && (limit < 0 || members.size() < limit)) {
                members.add(all.next());
            }
            return members;
        }
    }

    private static DataCommand reading(Form form) {
        return (database, arguments) -> {
            Request request = new Request(form);
            MemberRange range = request.read(arguments, 0, false);
            RMZSet set = database.getZSet(arguments.word(0));
            return set == null ? Response.EMPTY_ARRAY : reply(request.of(set, range), request.hasScores);
        };
    }

    /** Returns the reply: members, or members and scores in turn. */
    static Slice reply(List<ZSetEntry> members, boolean hasScores) {
        List<Slice> words = new ArrayList<>(members.size() * (hasScores ? 2 : 1));
        for (ZSetEntry member : members) {
            words.add(Response.bulkString(member.getValue()));
            if (hasScores) {
                words.add(ScoreWords.reply(member.getScore()));
            }
        }
        return Response.array(words);
    }

    private static Slice zrangestore(Database database, Arguments arguments) {
        Request request = new Request(Form.ANY);
        MemberRange range = request.read(arguments, 1, true);
        RMZSet set = database.getZSet(arguments.word(1));
        RMZSet result = new ObservedSortedSet();
        if (set != null) {
            request.of(set, range).forEach(member -> result.put(member.getValue(), member.getScore()));
        }
        return store(database, arguments.word(0), result, KeyspaceEvent.ZRANGESTORE);
    }

    /** Stores a sorted set under a key in place of its value; an empty set deletes the key. */
    static Slice store(Database database, Slice key, RMZSet result, KeyspaceEvent event) {
        return store(database, key, result, stored -> database.notifyKeyspaceEvent(event, stored));
    }

    /** Stores a sorted set like the other method, with another way to notify of that. */
    static Slice store(Database database, Slice key, RMZSet result, Consumer<Slice> notification) {
        if (!result.isEmpty()) {
            database.putValue(key, result);
            notification.accept(key);
        } else if (database.exists(key)) {
            database.deleteValue(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
        }
        return Response.integer(result.size());
    }

    private static Slice zcount(Database database, Arguments arguments) {
        return count(database, arguments, Kind.SCORES);
    }

    private static Slice zlexcount(Database database, Arguments arguments) {
        return count(database, arguments, Kind.MEMBERS);
    }

    private static Slice count(Database database, Arguments arguments, Kind kind) {
        MemberRange range = range(kind, arguments, 1, 2);
        RMZSet set = database.getZSet(arguments.word(0));
        return Response.integer(set == null ? 0 : range.count(set));
    }

    private static DataCommand removing(Kind kind, KeyspaceEvent event) {
        return (database, arguments) -> {
            MemberRange range = range(kind, arguments, 1, 2);
            RMZSet set = database.getZSet(arguments.word(0));
            if (set == null) {
                return Response.integer(0);
            }
            List<ZSetEntry> members = range.list(set);
            members.forEach(member -> set.remove(member.getValue()));
            if (!members.isEmpty()) {
                SortedSetCommands.changed(database, arguments.word(0), set, event);
            }
            return Response.integer(members.size());
        };
    }
}

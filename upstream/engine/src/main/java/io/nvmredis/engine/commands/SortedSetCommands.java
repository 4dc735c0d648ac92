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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands on members of one sorted set. */
final class SortedSetCommands {
    static final Map<String, DataCommand> COMMANDS = Map.ofEntries(
            Map.entry("zadd", SortedSetAdd::zadd),
            Map.entry("zcard", SortedSetCommands::zcard),
            Map.entry("zincrby", SortedSetAdd::zincrby),
            Map.entry("zmscore", SortedSetCommands::zmscore),
            Map.entry("zpopmax", (database, arguments) -> pop(database, arguments, true)),
            Map.entry("zpopmin", (database, arguments) -> pop(database, arguments, false)),
            Map.entry("zrandmember", SortedSetCommands::zrandmember),
            Map.entry("zrank", (database, arguments) -> rank(database, arguments, false)),
            Map.entry("zrem", SortedSetCommands::zrem),
            Map.entry("zrevrank", (database, arguments) -> rank(database, arguments, true)),
            Map.entry("zscore", SortedSetCommands::zscore));

    private SortedSetCommands() {}

    /** Notifies of a change, and deletes the key of a set without members. */
    static void changed(Database database, Slice key, RMZSet set, KeyspaceEvent event) {
        database.markKeyModified(key);
        database.notifyKeyspaceEvent(event, key);
        if (set.isEmpty()) {
            database.deleteValue(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
        }
    }

    private static Slice zcard(Database database, Arguments arguments) {
        RMZSet set = database.getZSet(arguments.word(0));
        return Response.integer(set == null ? 0 : set.size());
    }

    private static Slice zscore(Database database, Arguments arguments) {
        return score(database.getZSet(arguments.word(0)), arguments.word(1));
    }

    private static Slice score(@Nullable RMZSet set, Slice member) {
        Double score = set == null ? null : set.getScore(member);
        return score == null ? Response.NULL : ScoreWords.reply(score);
    }

    private static Slice zmscore(Database database, Arguments arguments) {
        RMZSet set = database.getZSet(arguments.word(0));
        List<Slice> scores = new ArrayList<>();
        for (int i = 1; i < arguments.count(); i++) {
            scores.add(score(set, arguments.word(i)));
        }
        return Response.array(scores);
    }

    private static Slice rank(Database database, Arguments arguments, boolean isReversed) {
        boolean hasScore = arguments.count() == 3 && arguments.is(2, "withscore");
        if (arguments.count() > 3 || (arguments.count() == 3 && !hasScore)) {
            // Redis 7.0 has no WITHSCORE: any other word is one too many.
            throw Arguments.wrongNumber(isReversed ? "zrevrank" : "zrank");
        }
        RMZSet set = database.getZSet(arguments.word(0));
        Double score = set == null ? null : set.getScore(arguments.word(1));
        if (set == null || score == null) {
            return hasScore ? Response.NULL_ARRAY : Response.NULL;
        }
        int before = set.indexOf(score, arguments.word(1));
        Slice rank = Response.integer(isReversed ? set.size() - 1 - before : before);
        return hasScore ? Response.array(rank, ScoreWords.reply(score)) : rank;
    }

    private static Slice zrem(Database database, Arguments arguments) {
        RMZSet set = database.getZSet(arguments.word(0));
        int removed = 0;
        for (int i = 1; set != null && i < arguments.count(); i++) {
            removed += set.remove(arguments.word(i)) ? 1 : 0;
        }
        if (set != null && removed > 0) {
            changed(database, arguments.word(0), set, KeyspaceEvent.ZREM);
        }
        return Response.integer(removed);
    }

    private static Slice pop(Database database, Arguments arguments, boolean isMax) {
        if (arguments.count() > 2) {
            throw Arguments.syntaxError();
        }
        long count = arguments.count() == 2 ? arguments.positive(1, Arguments.NOT_POSITIVE) : 1;
        RMZSet set = database.getZSet(arguments.word(0));
        return set == null || count == 0
                ? Response.EMPTY_ARRAY
                : SortedSetRanges.reply(take(database, arguments.word(0), set, count, isMax), true);
    }

    /** Removes up to {@code count} members, at least 1, from one end of a set that is not empty. */
    static List<ZSetEntry> take(Database database, Slice key, RMZSet set, long count, boolean isMax) {
        List<ZSetEntry> taken = new ArrayList<>();
        Iterator<ZSetEntry> members = set.entries(isMax).iterator();
        while (members.hasNext() && taken.size() < count) {
            taken.add(members.next());
        }
        taken.forEach(member -> set.remove(member.getValue()));
        changed(database, key, set, isMax ? KeyspaceEvent.ZPOPMAX : KeyspaceEvent.ZPOPMIN);
        return taken;
    }

    private static Slice zrandmember(Database database, Arguments arguments) {
        boolean hasCount = arguments.count() > 1;
        long count = hasCount ? RandomMembers.count(arguments, 1) : -1;
        boolean hasScores = arguments.is(2, "withscores");
        if (arguments.count() > 3 || (arguments.count() == 3 && !hasScores)) {
            throw Arguments.syntaxError();
        }
        if (hasScores && Math.abs(count) > Long.MAX_VALUE / 2) {
            throw new ArgumentException("ERR value is out of range");
        }
        RMZSet set = database.getZSet(arguments.word(0));
        if (set == null || count == 0) {
            return hasCount ? Response.EMPTY_ARRAY : Response.NULL;
        }
        List<ZSetEntry> chosen = RandomMembers.choose(set.entries(false), count);
        return hasCount
                ? SortedSetRanges.reply(chosen, hasScores)
                : Response.bulkString(chosen.get(0).getValue());
    }
}

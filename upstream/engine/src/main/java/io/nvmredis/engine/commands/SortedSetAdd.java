package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.ObservedSortedSet;
import org.jspecify.annotations.Nullable;

/** ZADD and ZINCRBY: give scores to members, under the conditions that the options set. */
final class SortedSetAdd {
    private boolean isOnlyNew;
    private boolean isOnlyThere;
    private boolean isOnlyGreater;
    private boolean isOnlyLess;
    private boolean countsChanges;
    private boolean isIncrement;

    private int added;
    private int updated;
    /** New score of the last member; null if the conditions left the member as it was. */
    private @Nullable Double score;

    private SortedSetAdd() {}

    static Slice zadd(Database database, Arguments arguments) {
        SortedSetAdd add = new SortedSetAdd();
        int first = 1;
        while (first < arguments.count() && add.readOption(arguments, first)) {
            first++;
        }
        add.check(arguments.count() - first);
        return add.run(database, arguments, first);
    }

    static Slice zincrby(Database database, Arguments arguments) {
        SortedSetAdd add = new SortedSetAdd();
        add.isIncrement = true;
        return add.run(database, arguments, 1);
    }

    private boolean readOption(Arguments arguments, int position) {
        if (arguments.is(position, "nx")) {
            isOnlyNew = true;
        } else if (arguments.is(position, "xx")) {
            isOnlyThere = true;
        } else if (arguments.is(position, "gt")) {
            isOnlyGreater = true;
        } else if (arguments.is(position, "lt")) {
            isOnlyLess = true;
        } else if (arguments.is(position, "ch")) {
            countsChanges = true;
        } else if (arguments.is(position, "incr")) {
            isIncrement = true;
        } else {
            return false;
        }
        return true;
    }

    private void check(int wordCount) {
        if (wordCount == 0 || wordCount % 2 != 0) {
            throw Arguments.syntaxError();
        }
        if (isOnlyNew && isOnlyThere) {
            throw new ArgumentException("ERR XX and NX options at the same time are not compatible");
        }
        if ((isOnlyNew && (isOnlyGreater || isOnlyLess)) || (isOnlyGreater && isOnlyLess)) {
            throw new ArgumentException("ERR GT, LT, and/or NX options at the same time are not compatible");
        }
        if (isIncrement && wordCount > 2) {
            throw new ArgumentException("ERR INCR option supports a single increment-element pair");
        }
    }

    private Slice run(Database database, Arguments arguments, int first) {
        double[] scores = new double[(arguments.count() - first) / 2];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = arguments.score(first + 2 * i, ErrorReplies.NOT_A_FLOAT);
        }
        Slice key = arguments.word(0);
        RMZSet set = database.getZSet(key);
        RMZSet target = set == null ? new ObservedSortedSet() : set;
        if (set != null || !isOnlyThere) {
            for (int i = 0; i < scores.length; i++) {
                put(target, arguments.word(first + 2 * i + 1), scores[i]);
            }
        }
        if (added + updated > 0) {
            if (set == null) {
                database.putValueWithoutClearingTtl(key, target);
            }
            SortedSetCommands.changed(database, key, target, isIncrement ? KeyspaceEvent.ZINCR : KeyspaceEvent.ZADD);
        }
        if (isIncrement) {
            return score == null ? Response.NULL : ScoreWords.reply(score);
        }
        return Response.integer(countsChanges ? added + updated : added);
    }

    private void put(RMZSet set, Slice member, double given) {
        Double previous = set.getScore(member);
        score = null;
        if (previous == null) {
            if (!isOnlyThere) {
                set.put(member, given);
                score = given;
                added++;
            }
            return;
        }
        double wanted = isIncrement ? previous + given : given;
        if (isOnlyNew) {
            return;
        }
        if (Double.isNaN(wanted)) {
            // Only an increment gives NaN, and it has only one member, so nothing has been changed.
            throw new ArgumentException("ERR resulting score is not a number (NaN)");
        }
        if ((isOnlyLess && wanted >= previous) || (isOnlyGreater && wanted <= previous)) {
            return;
        }
        score = wanted;
        if (wanted != previous) {
            set.put(member, wanted);
            updated++;
        }
    }
}

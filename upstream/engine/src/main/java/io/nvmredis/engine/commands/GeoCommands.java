package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.geo.GeoCell;
import io.nvmredis.engine.geo.GeoPoint;
import io.nvmredis.engine.keyspace.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** GEOADD, GEODIST, GEOHASH and GEOPOS: commands on places by their names, the members of a sorted set. */
final class GeoCommands {
    static final Map<String, DataCommand> COMMANDS = Map.of(
            "geoadd",
            GeoCommands::geoadd,
            "geodist",
            GeoCommands::geodist,
            "geohash",
            (database, arguments) -> each(
                    database,
                    arguments,
                    Response.NULL,
                    score -> TextReplies.text(GeoCell.ofScore(score).text())),
            "geopos",
            (database, arguments) -> each(
                    database,
                    arguments,
                    Response.NULL_ARRAY,
                    score -> GeoWords.coordinates(GeoCell.ofScore(score).centre())));

    private GeoCommands() {}

    /** Runs GEOADD as the ZADD that stores the scores of the places. */
    private static Slice geoadd(Database database, Arguments arguments) {
        int first = 1;
        while (arguments.is(first, "nx") || arguments.is(first, "xx") || arguments.is(first, "ch")) {
            first++;
        }
        Arguments options = new Arguments(arguments.words(1, first));
        if ((arguments.count() - first) % 3 != 0 || (has(options, "nx") && has(options, "xx"))) {
            throw Arguments.syntaxError();
        }
        List<Slice> words = new ArrayList<>(arguments.words(0, first));
        for (int at = first; at < arguments.count(); at += 3) {
            GeoPoint point = GeoWords.point(arguments, at);
            words.add(Slice.create(
                    ScoreWords.of(GeoCell.of(point, GeoCell.MAX_STEP).score())));
            words.add(arguments.word(at + 2));
        }
        return SortedSetAdd.zadd(database, new Arguments(words));
    }

    private static boolean has(Arguments options, String option) {
        for (int i = 0; i < options.count(); i++) {
            if (options.is(i, option)) {
                return true;
            }
        }
        return false;
    }

    private static Slice geodist(Database database, Arguments arguments) {
        double metersPerUnit = arguments.count() == 4 ? GeoWords.metersPerUnit(arguments, 3) : 1;
        if (arguments.count() > 4) {
            throw Arguments.syntaxError();
        }
        RMZSet set = database.getZSet(arguments.word(0));
        GeoPoint one = set == null ? null : point(set, arguments.word(1));
        GeoPoint other = set == null ? null : point(set, arguments.word(2));
        return one == null || other == null ? Response.NULL : GeoWords.distance(one.metersTo(other) / metersPerUnit);
    }

    /** Returns where a member is, or null. */
    static @Nullable GeoPoint point(RMZSet set, Slice member) {
        Double score = set.getScore(member);
        return score == null ? null : GeoCell.ofScore(score).centre();
    }

    /** Returns an element for the score of each member that is named, and another where there is no such member. */
    private static Slice each(Database database, Arguments arguments, Slice missing, DoubleFunction<Slice> shown) {
        RMZSet set = database.getZSet(arguments.word(0));
        List<Slice> elements = new ArrayList<>(arguments.count() - 1);
        for (int i = 1; i < arguments.count(); i++) {
            Double score = set == null ? null : set.getScore(arguments.word(i));
            elements.add(score == null ? missing : shown.apply(score));
        }
        return Response.array(elements);
    }
}

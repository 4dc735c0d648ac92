package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.ObservedSortedSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** ZUNION, ZINTER, ZDIFF, their forms that store, and ZINTERCARD: combine sets, sorted or not. */
final class SortedSetAlgebra {
    static final Map<String, DataCommand> COMMANDS = Map.of(
            "zdiff", reading("zdiff", Operation.DIFFERENCE),
            "zdiffstore", storing("zdiffstore", Operation.DIFFERENCE, KeyspaceEvent.ZDIFFSTORE),
            "zinter", reading("zinter", Operation.INTERSECTION),
            "zintercard", SortedSetAlgebra::zintercard,
            "zinterstore", storing("zinterstore", Operation.INTERSECTION, KeyspaceEvent.ZINTERSTORE),
            "zunion", reading("zunion", Operation.UNION),
            "zunionstore", storing("zunionstore", Operation.UNION, KeyspaceEvent.ZUNIONSTORE));

    private enum Operation {
        UNION,
        INTERSECTION,
        DIFFERENCE
    }

    private enum Aggregate {
        SUM,
        MIN,
        MAX;

        double of(double a, double b) {
            return switch (this) {
                case SUM -> numberOrZero(a + b);
                case MIN -> b < a ? b : a;
                case MAX -> b > a ? b : a;
            };
        }
    }

    private final List<Source> sources = new ArrayList<>();
    private Aggregate aggregate = Aggregate.SUM;
    private boolean hasScores;
    private long limit;

    private SortedSetAlgebra() {}

    /** Operand: a set, which gives its members the score 1, a sorted set, or nothing. */
    private static final class Source {
        private final @Nullable RMZSet sorted;
        private final @Nullable RMSet plain;
        private double weight = 1;

        Source(@Nullable RMDataStructure value) {
            sorted = value instanceof RMZSet found ? found : null;
            plain = value instanceof RMSet found ? found : null;
            if (value != null && sorted == null && plain == null) {
                throw new WrongValueTypeException(ErrorReplies.WRONG_TYPE);
            }
        }

        int size() {
            return sorted != null
                    ? sorted.size()
                    : plain != null ? plain.getStoredData().size() : 0;
        }

        /** Returns the weighted score of a member; null if the source does not have it. */
        @Nullable
        Double score(Slice member) {
            Double score = sorted != null ? sorted.getScore(member) : null;
            if (plain != null && plain.getStoredData().contains(member)) {
                score = 1.0;
            }
            return score == null ? null : (Double) weighted(score);
        }

        private double weighted(double score) {
            return numberOrZero(score * weight);
        }

        void forEach(BiConsumer<Slice, Double> action) {
            if (sorted != null) {
                for (ZSetEntry member : sorted.entries(false)) {
                    action.accept(member.getValue(), weighted(member.getScore()));
                }
            } else if (plain != null) {
                plain.getStoredData().forEach(member -> action.accept(member, weighted(1)));
            }
        }
    }

    private static double numberOrZero(double score) {
        return Double.isNaN(score) ? 0 : score;
    }

    private static DataCommand reading(String name, Operation operation) {
        return (database, arguments) -> {
            SortedSetAlgebra algebra = new SortedSetAlgebra();
            int at = algebra.readKeys(database, arguments, 0, name);
            while (at < arguments.count()) {
                at = algebra.readOption(arguments, at, operation, false);
            }
            return SortedSetRanges.reply(List.copyOf(algebra.result(operation).entries(false)), algebra.hasScores);
        };
    }

    private static DataCommand storing(String name, Operation operation, KeyspaceEvent event) {
        return (database, arguments) -> {
            SortedSetAlgebra algebra = new SortedSetAlgebra();
            int at = algebra.readKeys(database, arguments, 1, name);
            while (at < arguments.count()) {
                at = algebra.readOption(arguments, at, operation, true);
            }
            return SortedSetRanges.store(database, arguments.word(0), algebra.result(operation), event);
        };
    }

    /** Reads the sources, and returns the position of the first option. */
    private int readKeys(Database database, Arguments arguments, int position, String name) {
        long count = arguments.integer(position);
        if (count < 1) {
            throw new ArgumentException("ERR at least 1 input key is needed for '" + name + "' command");
        }
        if (count > arguments.count() - position - 1) {
            throw Arguments.syntaxError();
        }
        int end = position + 1 + (int) count;
        for (Slice key : arguments.words(position + 1, end)) {
            sources.add(new Source(database.getValue(key)));
        }
        return end;
    }

    private int readOption(Arguments arguments, int at, Operation operation, boolean isStoring) {
        int left = arguments.count() - at;
        boolean hasNumbers = operation != Operation.DIFFERENCE;
        if (hasNumbers && left > sources.size() && arguments.is(at, "weights")) {
            for (int i = 0; i < sources.size(); i++) {
                sources.get(i).weight = arguments.score(at + 1 + i, "ERR weight value is not a float");
            }
            return at + 1 + sources.size();
        }
        if (hasNumbers && left > 1 && arguments.is(at, "aggregate")) {
            aggregate = aggregate(arguments, at + 1);
            return at + 2;
        }
        if (!isStoring && arguments.is(at, "withscores")) {
            hasScores = true;
            return at + 1;
        }
        throw Arguments.syntaxError();
    }

    private static Aggregate aggregate(Arguments arguments, int position) {
        for (Aggregate aggregate : Aggregate.values()) {
            if (arguments.is(position, aggregate.name().toLowerCase(Locale.ROOT))) {
                return aggregate;
            }
        }
        throw Arguments.syntaxError();
    }

    private RMZSet result(Operation operation) {
        RMZSet result = new ObservedSortedSet();
        if (operation == Operation.DIFFERENCE) {
            sources.get(0).forEach((member, score) -> {
                if (!isIn(member, sources.subList(1, sources.size()))) {
                    result.put(member, score);
                }
            });
            return result;
        }
        // Redis adds up the scores in this order, which shows in the last digit.
        sources.sort(Comparator.comparingInt(Source::size));
        if (operation == Operation.UNION) {
            sources.forEach(source -> source.forEach((member, score) -> {
                Double previous = result.getScore(member);
                result.put(member, previous == null ? score : (Double) aggregate.of(previous, score));
            }));
        } else {
            intersect(result::put);
        }
        return result;
    }

    private static boolean isIn(Slice member, List<Source> others) {
        return others.stream().anyMatch(other -> other.score(member) != null);
    }

    /** Passes each member that all sources have, with its aggregated score, to an action. */
    private void intersect(BiConsumer<Slice, Double> action) {
        List<Source> others = sources.subList(1, sources.size());
        sources.get(0).forEach((member, first) -> {
            double score = first;
            for (Source other : others) {
                Double next = other.score(member);
                if (next == null) {
                    return;
                }
                score = aggregate.of(score, next);
            }
            action.accept(member, score);
        });
    }

    private static Slice zintercard(Database database, Arguments arguments) {
        SortedSetAlgebra algebra = new SortedSetAlgebra();
        int at = algebra.readKeys(database, arguments, 0, "zintercard");
        while (at < arguments.count()) {
            if (!arguments.is(at, "limit") || at + 1 == arguments.count()) {
                throw Arguments.syntaxError();
            }
            algebra.limit = arguments.positive(at + 1, "ERR LIMIT can't be negative");
            at += 2;
        }
        algebra.sources.sort(Comparator.comparingInt(Source::size));
        long[] count = {0};
        algebra.intersect((member, score) -> count[0]++);
        return Response.integer(algebra.limit == 0 ? count[0] : Math.min(count[0], algebra.limit));
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMList;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandGuard;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.ObservedList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SORT and SORT_RO: orders elements by themselves or by the values of other keys, and returns them or the values of other keys. */
final class SortCommand {
    private boolean isDescending;
    private boolean isAlphabetical;
    private long offset;
    private long limit = -1;
    private @Nullable Slice destination;
    private @Nullable SortPattern by;
    private final List<SortPattern> gets = new ArrayList<>();
    private final CommandGuard guard;

    /** Whether a script runs, which holds the engine's lock, so the command is one of its. */
    private final boolean isInScript;

    private final boolean mayStore;
    /** Whether the client may read the keys to which patterns lead, which are any keys. */
    private final boolean mayLookUp;

    private SortCommand(CommandEngine engine, boolean mayStore, boolean mayLookUp) {
        guard = engine.guard();
        isInScript = engine.server().scriptingManager().isRunning();
        this.mayStore = mayStore;
        this.mayLookUp = mayLookUp;
    }

    /** Element with what it is sorted by: a number, bytes, or null, which comes first. */
    private record Item(
            Slice element, double score, @Nullable Slice weight) {}

    static Slice sort(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return sort(session, parameters, new SortCommand(engine, true, session.mayReadEverything("sort", parameters)));
    }

    static Slice sortRo(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return sort(
                session, parameters, new SortCommand(engine, false, session.mayReadEverything("sort_ro", parameters)));
    }

    private static Slice sort(CommandSession session, List<Slice> parameters, SortCommand sort) {
        Arguments arguments = new Arguments(parameters);
        int at = 1;
        while (at < arguments.count()) {
            at = sort.readOption(arguments, at);
        }
        return sort.run(session.database(), arguments.word(0));
    }

    private int readOption(Arguments arguments, int at) {
        int left = arguments.count() - at - 1;
        if (arguments.is(at, "asc")) {
            isDescending = false;
        } else if (arguments.is(at, "desc")) {
            isDescending = true;
        } else if (arguments.is(at, "alpha")) {
            isAlphabetical = true;
        } else if (left >= 2 && arguments.is(at, "limit")) {
            offset = arguments.integer(at + 1);
            limit = arguments.integer(at + 2);
            return at + 3;
        } else if (mayStore && left >= 1 && arguments.is(at, "store")) {
            destination = arguments.word(at + 1);
            return at + 2;
        } else if (left >= 1 && arguments.is(at, "by")) {
            by = new SortPattern(arguments.word(at + 1));
            require("BY", mayLookUp || by.isConstant());
            return at + 2;
        } else if (left >= 1 && arguments.is(at, "get")) {
            require("GET", mayLookUp);
            gets.add(new SortPattern(arguments.word(at + 1)));
            return at + 2;
        } else {
            throw Arguments.syntaxError();
        }
        return at + 1;
    }

    private static void require(String option, boolean isAllowed) {
        if (!isAllowed) {
            throw new ArgumentException(
                    "ERR " + option + " option of SORT denied due to insufficient ACL permissions.");
        }
    }

    private Slice run(Database database, Slice key) {
        RMDataStructure value = database.getValue(key);
        boolean isUnordered = by != null && by.isConstant();
        if (isUnordered && value instanceof RMSet && (destination != null || isInScript)) {
            // A set has no order, and what is stored, or done by a script, must be the same wherever it is repeated.
            isUnordered = false;
            isAlphabetical = true;
            by = null;
        }
        List<Slice> elements = elements(value, isUnordered && isDescending);
        List<Slice> sorted = within(isUnordered ? elements : sorted(database, elements));
        return destination == null ? reply(database, sorted) : store(database, destination, sorted);
    }

    private static List<Slice> elements(@Nullable RMDataStructure value, boolean isReversed) {
        List<Slice> elements = new ArrayList<>();
        if (value instanceof RMList list) {
            elements.addAll(list.getStoredData());
            if (isReversed) {
                Collections.reverse(elements);
            }
        } else if (value instanceof RMSet set) {
            elements.addAll(set.getStoredData());
        } else if (value instanceof RMZSet set) {
            for (ZSetEntry member : set.entries(isReversed)) {
                elements.add(member.getValue());
            }
        } else if (value != null) {
            throw new WrongValueTypeException(ErrorReplies.WRONG_TYPE);
        }
        return elements;
    }

    private List<Slice> sorted(Database database, List<Slice> elements) {
        List<Item> items = new ArrayList<>(elements.size());
        for (Slice element : elements) {
            Slice weight = by == null ? element : by.lookUp(database, element);
            items.add(
                    isAlphabetical
                            ? new Item(element, 0, weight)
                            : new Item(element, weight == null ? 0 : score(weight), null));
        }
        Comparator<Item> order = isAlphabetical
                ? Comparator.comparing(Item::weight, Comparator.nullsFirst(Comparator.naturalOrder()))
                : Comparator.comparingDouble(Item::score).thenComparing(Item::element);
        items.sort(isDescending ? order.reversed() : order);
        return items.stream().map(Item::element).toList();
    }

    private static double score(Slice weight) {
        double score = ScoreWords.parseBound(RawBytes.of(weight), 0);
        if (Double.isNaN(score)) {
            throw new ArgumentException("ERR One or more scores can't be converted into double");
        }
        // Adding 0.0 makes -0.0 equal to 0.0.
        return score + 0.0;
    }

    private List<Slice> within(List<Slice> sorted) {
        int from = (int) Math.min(Math.max(offset, 0), sorted.size());
        long count = limit < 0 ? sorted.size() : limit;
        return sorted.subList(from, (int) Math.min(sorted.size(), from + Math.min(count, sorted.size())));
    }

    /**
     * Returns the elements, or what GET finds for them, null where it finds nothing. The guard adds up the bytes: a
     * short key may lead to a long string, many times.
     */
    private List<@Nullable Slice> results(Database database, List<Slice> sorted) {
        List<@Nullable Slice> results = new ArrayList<>();
        long bytes = 0;
        for (Slice element : sorted) {
            if (gets.isEmpty()) {
                results.add(element);
            }
            for (SortPattern get : gets) {
                Slice result = get.lookUp(database, element);
                results.add(result);
                Slice counted = result == null ? Slice.empty() : result;
                bytes = destination == null ? guard.replies(bytes, counted) : guard.stores(bytes, counted);
            }
        }
        return results;
    }

    private Slice reply(Database database, List<Slice> sorted) {
        List<Slice> words = new ArrayList<>();
        results(database, sorted).forEach(result -> words.add(Response.bulkString(result)));
        return Response.array(words);
    }

    private Slice store(Database database, Slice key, List<Slice> sorted) {
        List<Slice> stored = new ArrayList<>();
        results(database, sorted).forEach(result -> stored.add(result == null ? Slice.empty() : result));
        if (!stored.isEmpty()) {
            database.putValue(key, ObservedList.of(stored));
            database.notifyKeyspaceEvent(KeyspaceEvent.SORTSTORE, key);
        } else if (database.exists(key)) {
            database.deleteValue(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
        }
        return Response.integer(stored.size());
    }
}

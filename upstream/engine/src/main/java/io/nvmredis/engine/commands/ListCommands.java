package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMList;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands on elements of one list: LINDEX, LINSERT, LPOP, LPOS, LRANGE, LREM, LSET, LTRIM and RPOP. */
final class ListCommands {
    static final Map<String, DataCommand> COMMANDS = Map.of(
            "lindex", ListCommands::lindex,
            "linsert", ListCommands::linsert,
            "lpop", (database, arguments) -> pop(database, arguments, "lpop"),
            "lpos", ListCommands::lpos,
            "lrange", ListCommands::lrange,
            "lrem", ListCommands::lrem,
            "lset", ListCommands::lset,
            "ltrim", ListCommands::ltrim,
            "rpop", (database, arguments) -> pop(database, arguments, "rpop"));

    private ListCommands() {}

    private static @Nullable List<Slice> elements(Database database, Slice key) {
        RMList list = database.getList(key);
        return list == null ? null : list.getStoredData();
    }

    /** Notifies of a change, and deletes the key of a list without elements. */
    private static void changed(Database database, Slice key, List<Slice> elements, KeyspaceEvent event) {
        database.markKeyModified(key);
        database.notifyKeyspaceEvent(event, key);
        if (elements.isEmpty()) {
            database.deleteValue(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
        }
    }

    private static Slice pop(Database database, Arguments arguments, String command) {
        if (arguments.count() > 2) {
            throw Arguments.wrongNumber(command);
        }
        boolean hasCount = arguments.count() == 2;
        long count = hasCount ? arguments.positive(1, Arguments.NOT_POSITIVE) : 1;
        Slice key = arguments.word(0);
        List<Slice> elements = elements(database, key);
        if (elements == null) {
            return hasCount ? Response.NULL_ARRAY : Response.NULL;
        }
        if (count == 0) {
            return Response.EMPTY_ARRAY;
        }
        boolean isRight = command.equals("rpop");
        List<Slice> popped = take(elements, (int) Math.min(count, elements.size()), isRight);
        changed(database, key, elements, isRight ? KeyspaceEvent.RPOP : KeyspaceEvent.LPOP);
        return hasCount ? reply(popped) : Response.bulkString(popped.get(0));
    }

    /** Takes elements from one end. One element is recorded as taken, several as a trim to what is left. */
    private static List<Slice> take(List<Slice> elements, int count, boolean isRight) {
        int size = elements.size();
        if (count == 1) {
            return List.of(elements.remove(isRight ? size - 1 : 0));
        }
        List<Slice> range = isRight ? elements.subList(size - count, size) : elements.subList(0, count);
        List<Slice> taken = new ArrayList<>(range);
        range.clear();
        if (isRight) {
            Collections.reverse(taken);
        }
        return taken;
    }

    private static Slice reply(List<Slice> elements) {
        return Response.array(elements.stream().map(Response::bulkString).toList());
    }

    private static Slice lindex(Database database, Arguments arguments) {
        List<Slice> elements = elements(database, arguments.word(0));
        if (elements == null) {
            return Response.NULL;
        }
        long index = position(arguments.integer(1), elements);
        return index < 0 || index >= elements.size() ? Response.NULL : Response.bulkString(elements.get((int) index));
    }

    /** Returns an index that counts from the beginning; a negative one counts from the end. */
    private static long position(long index, List<Slice> elements) {
        return index < 0 ? index + elements.size() : index;
    }

    private static Slice lset(Database database, Arguments arguments) {
        List<Slice> elements = elements(database, arguments.word(0));
        if (elements == null) {
            throw new ArgumentException("ERR no such key");
        }
        long index = position(arguments.integer(1), elements);
        if (index < 0 || index >= elements.size()) {
            throw new ArgumentException("ERR index out of range");
        }
        elements.set((int) index, arguments.word(2));
        changed(database, arguments.word(0), elements, KeyspaceEvent.LSET);
        return Response.OK;
    }

    private static Slice linsert(Database database, Arguments arguments) {
        boolean isAfter = arguments.is(1, "after");
        if (!isAfter && !arguments.is(1, "before")) {
            throw Arguments.syntaxError();
        }
        List<Slice> elements = elements(database, arguments.word(0));
        if (elements == null) {
            return Response.integer(0);
        }
        int index = elements.indexOf(arguments.word(2));
        if (index < 0) {
            return Response.integer(-1);
        }
        elements.add(isAfter ? index + 1 : index, arguments.word(3));
        changed(database, arguments.word(0), elements, KeyspaceEvent.LINSERT);
        return Response.integer(elements.size());
    }

    private static Slice lrange(Database database, Arguments arguments) {
        long start = arguments.integer(1);
        long stop = arguments.integer(2);
        List<Slice> elements = elements(database, arguments.word(0));
        return elements == null ? Response.EMPTY_ARRAY : reply(within(elements, start, stop));
    }

    private static List<Slice> within(List<Slice> elements, long start, long stop) {
        long from = Math.max(0, position(start, elements));
        long to = Math.min(elements.size() - 1L, position(stop, elements)) + 1;
        return from < to ? elements.subList((int) from, (int) to) : List.of();
    }

    private static Slice ltrim(Database database, Arguments arguments) {
        long start = arguments.integer(1);
        long stop = arguments.integer(2);
        List<Slice> elements = elements(database, arguments.word(0));
        if (elements == null) {
            return Response.OK;
        }
        long from = Math.max(0, position(start, elements));
        long to = Math.min(elements.size() - 1L, position(stop, elements)) + 1;
        if (from >= to) {
            elements.clear();
        } else {
            elements.subList((int) to, elements.size()).clear();
            elements.subList(0, (int) from).clear();
        }
        changed(database, arguments.word(0), elements, KeyspaceEvent.LTRIM);
        return Response.OK;
    }

    private static Slice lrem(Database database, Arguments arguments) {
        long count = arguments.integer(1);
        List<Slice> elements = elements(database, arguments.word(0));
        if (elements == null) {
            return Response.integer(0);
        }
        List<Integer> found =
                find(elements, arguments.word(2), count < 0, count == Long.MIN_VALUE ? 0 : Math.abs(count));
        if (found.size() == 1) {
            elements.remove((int) found.get(0));
        } else if (!found.isEmpty()) {
            BitSet removed = new BitSet(elements.size());
            found.forEach(removed::set);
            int[] at = {0};
            elements.removeIf(element -> removed.get(at[0]++));
        }
        if (!found.isEmpty()) {
            changed(database, arguments.word(0), elements, KeyspaceEvent.LREM);
        }
        return Response.integer(found.size());
    }

    /** Returns the indices of an element, the first {@code count} from one end, or all if that is 0. */
    private static List<Integer> find(List<Slice> elements, Slice wanted, boolean isBackwards, long count) {
        List<Integer> found = new ArrayList<>();
        int step = isBackwards ? -1 : 1;
        for (int i = isBackwards ? elements.size() - 1 : 0; i >= 0 && i < elements.size(); i += step) {
            if (elements.get(i).equals(wanted)) {
                found.add(i);
                if (found.size() == count) {
                    break;
                }
            }
        }
        return found;
    }

    private static Slice lpos(Database database, Arguments arguments) {
        Search search = new Search();
        for (int i = 2; i < arguments.count(); i += 2) {
            search.readOption(arguments, i);
        }
        List<Slice> elements = elements(database, arguments.word(0));
        List<Slice> found = elements == null ? List.of() : search.find(elements, arguments.word(1));
        if (search.count < 0) {
            return found.isEmpty() ? Response.NULL : found.get(0);
        }
        return Response.array(found);
    }

    /** Search of LPOS. */
    private static final class Search {
        private long rank = 1;
        /** Number of matches to return: 0 for all, negative for one that stands alone in the reply. */
        private long count = -1;
        /** Number of elements to compare; 0 for all. */
        private long maxCompared;

        void readOption(Arguments arguments, int at) {
            boolean hasValue = at + 1 < arguments.count();
            if (hasValue && arguments.is(at, "rank")) {
                rank = arguments.integer(at + 1);
                if (rank == 0) {
                    throw new ArgumentException("ERR RANK can't be zero: use 1 to start from the first match, 2 from"
                            + " the second ... or use negative to start from the end of the list");
                }
            } else if (hasValue && arguments.is(at, "count")) {
                count = arguments.positive(at + 1, "ERR COUNT can't be negative");
            } else if (hasValue && arguments.is(at, "maxlen")) {
                maxCompared = arguments.positive(at + 1, "ERR MAXLEN can't be negative");
            } else {
                throw Arguments.syntaxError();
            }
        }

        List<Slice> find(List<Slice> elements, Slice wanted) {
            List<Slice> found = new ArrayList<>();
            int step = rank < 0 ? -1 : 1;
            // Long.MIN_VALUE has no opposite; as in Redis, it finds the first match from the end.
            long toSkip = rank == Long.MIN_VALUE ? 0 : Math.abs(rank) - 1;
            long compared = 0;
            for (int i = rank < 0 ? elements.size() - 1 : 0; i >= 0 && i < elements.size(); i += step) {
                if (maxCompared > 0 && compared++ >= maxCompared) {
                    break;
                }
                if (!elements.get(i).equals(wanted) || toSkip-- > 0) {
                    continue;
                }
                found.add(Response.integer(i));
                if (count != 0 && found.size() == Math.abs(count)) {
                    break;
                }
            }
            return found;
        }
    }
}

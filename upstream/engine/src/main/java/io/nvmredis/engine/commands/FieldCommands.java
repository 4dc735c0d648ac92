package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** HSET, HMSET, HSTRLEN and HRANDFIELD on hashes, SPOP and SRANDMEMBER on sets. */
final class FieldCommands {
    static final Map<String, DataCommand> COMMANDS = Map.of(
            "hmset", FieldCommands::hmset,
            "hrandfield", FieldCommands::hrandfield,
            "hset", (database, arguments) -> Response.integer(set(database, arguments, "hset")),
            "hstrlen", FieldCommands::hstrlen,
            "spop", FieldCommands::spop,
            "srandmember", FieldCommands::srandmember);

    private FieldCommands() {}

    private static Slice hmset(Database database, Arguments arguments) {
        set(database, arguments, "hmset");
        return Response.OK;
    }

    /** Sets fields, and returns how many of them are new. */
    private static int set(Database database, Arguments arguments, String command) {
        if (arguments.count() % 2 == 0) {
            throw Arguments.wrongNumber(command);
        }
        Slice key = arguments.word(0);
        RMHash hash = database.getHash(key);
        int added = 0;
        for (int i = 1; i < arguments.count(); i += 2) {
            added += hash == null || hash.get(arguments.word(i)) == null ? 1 : 0;
            database.putSlice(key, arguments.word(i), arguments.word(i + 1), null);
            if (hash == null) {
                hash = database.getHash(key);
            }
        }
        database.notifyKeyspaceEvent(KeyspaceEvent.HSET, key);
        return added;
    }

    private static Slice hstrlen(Database database, Arguments arguments) {
        Slice value = database.getSlice(arguments.word(0), arguments.word(1));
        return Response.integer(value == null ? 0 : value.length());
    }

    private static Slice hrandfield(Database database, Arguments arguments) {
        boolean hasCount = arguments.count() > 1;
        long count = hasCount ? RandomMembers.count(arguments, 1) : -1;
        boolean hasValues = arguments.is(2, "withvalues");
        if (arguments.count() > 3 || (arguments.count() == 3 && !hasValues)) {
            throw Arguments.syntaxError();
        }
        if (hasValues && Math.abs(count) > Long.MAX_VALUE / 2) {
            throw new ArgumentException("ERR value is out of range");
        }
        RMHash hash = database.getHash(arguments.word(0));
        Map<Slice, Slice> fields = hash == null ? Map.of() : hash.getStoredDataReadOnly();
        if (fields.isEmpty() || count == 0) {
            return hasCount ? Response.EMPTY_ARRAY : Response.NULL;
        }
        List<Map.Entry<Slice, Slice>> chosen = RandomMembers.choose(fields.entrySet(), count);
        return hasCount
                ? reply(chosen, hasValues)
                : Response.bulkString(chosen.get(0).getKey());
    }

    private static Slice reply(List<Map.Entry<Slice, Slice>> fields, boolean hasValues) {
        List<Slice> words = new ArrayList<>();
        for (Map.Entry<Slice, Slice> field : fields) {
            words.add(Response.bulkString(field.getKey()));
            if (hasValues) {
                words.add(Response.bulkString(field.getValue()));
            }
        }
        return Response.array(words);
    }

    private static Slice spop(Database database, Arguments arguments) {
        boolean hasCount = arguments.count() > 1;
        if (arguments.count() > 2) {
            throw Arguments.syntaxError();
        }
        long count = hasCount ? arguments.positive(1, Arguments.NOT_POSITIVE) : 1;
        Slice key = arguments.word(0);
        RMSet set = database.getSet(key);
        if (set == null || count == 0) {
            return hasCount ? Response.EMPTY_ARRAY : Response.NULL;
        }
        List<Slice> popped = new ArrayList<>();
        for (Iterator<Slice> members = set.getStoredData().iterator(); members.hasNext() && popped.size() < count; ) {
            popped.add(Response.bulkString(members.next()));
            members.remove();
        }
        database.markKeyModified(key);
        database.notifyKeyspaceEvent(KeyspaceEvent.SPOP, key);
        if (set.getStoredData().isEmpty()) {
            database.deleteValue(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
        }
        return hasCount ? Response.array(popped) : popped.get(0);
    }

    private static Slice srandmember(Database database, Arguments arguments) {
        if (arguments.count() > 2) {
            throw Arguments.syntaxError();
        }
        boolean hasCount = arguments.count() == 2;
        long count = hasCount ? RandomMembers.count(arguments, 1) : -1;
        RMSet set = database.getSet(arguments.word(0));
        if (set == null || count == 0) {
            return hasCount ? Response.EMPTY_ARRAY : Response.NULL;
        }
        List<Slice> chosen = RandomMembers.choose(set.getStoredData(), count).stream()
                .map(Response::bulkString)
                .toList();
        return hasCount ? Response.array(chosen) : chosen.get(0);
    }
}

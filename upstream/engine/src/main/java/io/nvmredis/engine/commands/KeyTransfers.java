package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Values;
import java.util.List;
import java.util.Locale;

/** COPY, MOVE, RENAME and RENAMENX: bring a value to another key, with its deadline to the millisecond. */
final class KeyTransfers {
    private static final String SAME_OBJECT = "ERR source and destination objects are the same";
    private static final Slice NO_SUCH_KEY = Response.error("ERR no such key");

    private KeyTransfers() {}

    static Slice rename(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return rename(session.database(), parameters.get(0), parameters.get(1), true) ? Response.OK : NO_SUCH_KEY;
    }

    /** RENAMENX. A key that would get its own name exists, so it is not renamed. */
    static Slice renamenx(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Database database = session.database();
        if (!database.exists(parameters.get(0))) {
            return NO_SUCH_KEY;
        }
        boolean isRenamed =
                !database.exists(parameters.get(1)) && rename(database, parameters.get(0), parameters.get(1), false);
        return Response.integer(isRenamed ? 1 : 0);
    }

    /** Renames a key; returns false if there is none. */
    private static boolean rename(Database database, Slice from, Slice to, boolean replaces) {
        // The deadline is read first: a key that expires in between has no value, and is not moved.
        Long deadline = database.getDeadline(from);
        RMDataStructure value = database.getValue(from);
        if (deadline == null || value == null) {
            return false;
        }
        if (from.equals(to)) {
            return true;
        }
        if (replaces && database.exists(to)) {
            database.deleteValue(to);
        }
        move(database, from, database, to, value, deadline);
        database.notifyKeyspaceEvent(KeyspaceEvent.RENAME_FROM, from);
        database.notifyKeyspaceEvent(KeyspaceEvent.RENAME_TO, to);
        return true;
    }

    static Slice move(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Database source = session.database();
        Slice key = parameters.get(0);
        Database destination = database(engine, new Arguments(parameters), 1);
        if (source == destination) {
            return Response.error(SAME_OBJECT);
        }
        Long deadline = source.getDeadline(key);
        RMDataStructure value = source.getValue(key);
        if (deadline == null || value == null || destination.exists(key)) {
            return Response.integer(0);
        }
        move(source, key, destination, key, value, deadline);
        source.notifyKeyspaceEvent(KeyspaceEvent.MOVE_FROM, key);
        destination.notifyKeyspaceEvent(KeyspaceEvent.MOVE_TO, key);
        return Response.integer(1);
    }

    /** Moves a value to a key that does not exist. The value is not copied: it belongs to no key in between. */
    private static void move(
            Database from, Slice fromKey, Database to, Slice toKey, RMDataStructure value, long deadline) {
        from.deleteValue(fromKey);
        store(to, toKey, value, deadline);
    }

    static void store(Database database, Slice key, RMDataStructure value, long deadline) {
        database.putValue(key, value);
        if (deadline != Entry.NO_DEADLINE) {
            database.setDeadline(key, deadline);
        }
    }

    static Slice copy(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Database source = session.database();
        Database destination = source;
        boolean replaces = false;
        for (int i = 2; i < parameters.size(); i++) {
            String option = parameters.get(i).toString().toLowerCase(Locale.ROOT);
            if (option.equals("replace")) {
                replaces = true;
            } else if (option.equals("db") && i + 1 < parameters.size()) {
                destination = database(engine, new Arguments(parameters), ++i);
            } else {
                return Response.error(ErrorReplies.SYNTAX);
            }
        }
        return copy(source, parameters.get(0), destination, parameters.get(1), replaces);
    }

    private static Slice copy(Database from, Slice fromKey, Database to, Slice toKey, boolean replaces) {
        if (from == to && fromKey.equals(toKey)) {
            return Response.error(SAME_OBJECT);
        }
        Long deadline = from.getDeadline(fromKey);
        RMDataStructure value = from.getValue(fromKey);
        if (deadline == null || value == null) {
            return Response.integer(0);
        }
        boolean isTaken = to.exists(toKey);
        if (isTaken && !replaces) {
            return Response.integer(0);
        }
        if (isTaken) {
            to.deleteValue(toKey);
        }
        store(to, toKey, Values.copy(value), deadline);
        to.notifyKeyspaceEvent(KeyspaceEvent.COPY_TO, toKey);
        return Response.integer(1);
    }

    private static Database database(CommandEngine engine, Arguments arguments, int position) {
        return engine.databases().database(arguments.int32(position));
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.ObservedSet;
import org.jspecify.annotations.Nullable;

/**
 * SMOVE: moves a member from one set to another. If the first does not exist, the type of the second is not checked.
 */
final class SetMove {
    private SetMove() {}

    static Slice smove(Database database, Arguments arguments) {
        Slice source = arguments.word(0);
        Slice destination = arguments.word(1);
        Slice member = arguments.word(2);
        RMSet from = database.getSet(source);
        if (from == null) {
            return Response.integer(0);
        }
        RMSet to = database.getSet(destination);
        if (source.equals(destination)) {
            return Response.integer(from.getStoredData().contains(member) ? 1 : 0);
        }
        if (!from.getStoredData().remove(member)) {
            return Response.integer(0);
        }
        database.markKeyModified(source);
        database.notifyKeyspaceEvent(KeyspaceEvent.SREM, source);
        if (from.getStoredData().isEmpty()) {
            database.deleteValue(source);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, source);
        }
        add(database, destination, to, member);
        return Response.integer(1);
    }

    private static void add(Database database, Slice key, @Nullable RMSet found, Slice member) {
        RMSet set = found == null ? new ObservedSet() : found;
        if (set.getStoredData().add(member)) {
            if (found == null) {
                database.putValueWithoutClearingTtl(key, set);
            }
            database.markKeyModified(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.SADD, key);
        }
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Entry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SET, SETNX, SETEX, PSETEX, GETEX, GETSET and APPEND. They store bytes without looking at them. Upstream's commands
 * deserialise a value that begins like a Java object, and are not called.
 */
final class SetCommands {
    private static final long MILLIS_PER_SECOND = 1_000;

    static final Map<String, DataCommand> COMMANDS = Map.of(
            "set", SetCommands::set,
            "setnx", SetCommands::setnx,
            "setex", (database, arguments) -> setex(database, arguments, "setex", true),
            "psetex", (database, arguments) -> setex(database, arguments, "psetex", false),
            "getex", SetCommands::getex,
            "getset", SetCommands::getset,
            "append", SetCommands::append);

    private SetCommands() {}

    private static RMString string(Arguments arguments, int position) {
        return new RMString(arguments.bytes(position));
    }

    private static Slice set(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        if (arguments.count() == 2) {
            database.putValue(key, string(arguments, 1));
            database.notifyKeyspaceEvent(KeyspaceEvent.SET, key);
            return Response.OK;
        }
        SetOptions options = SetOptions.ofSet(arguments);
        long deadline = options.deadline(database.getClock().millis());
        byte[] before = options.returnsValue() ? database.strings().bytes(key) : null;
        if (!options.admits(database, key)) {
            return shown(before);
        }
        if (options.keepsDeadline()) {
            database.putValueWithoutClearingTtl(key, string(arguments, 1));
        } else {
            database.putValue(key, string(arguments, 1));
        }
        database.notifyKeyspaceEvent(KeyspaceEvent.SET, key);
        if (deadline != Entry.NO_DEADLINE) {
            database.setDeadline(key, deadline);
            database.notifyKeyspaceEvent(KeyspaceEvent.EXPIRE, key);
        }
        return options.returnsValue() ? shown(before) : Response.OK;
    }

    private static Slice shown(byte @Nullable [] value) {
        return value == null ? Response.NULL : Response.bulkString(Slice.create(value));
    }

    private static Slice setnx(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        if (database.exists(key)) {
            return Response.integer(0);
        }
        database.putValue(key, string(arguments, 1));
        database.notifyKeyspaceEvent(KeyspaceEvent.SET, key);
        return Response.integer(1);
    }

    private static Slice setex(Database database, Arguments arguments, String command, boolean isInSeconds) {
        Slice key = arguments.word(0);
        long time = arguments.integer(1);
        long deadline = deadline(time, isInSeconds, database.getClock().millis(), command);
        database.putValue(key, string(arguments, 2));
        database.setDeadline(key, deadline);
        database.notifyKeyspaceEvent(KeyspaceEvent.SET, key);
        database.notifyKeyspaceEvent(KeyspaceEvent.EXPIRE, key);
        return Response.OK;
    }

    /** Returns the time in milliseconds that is so long after another, which is 0 if the time is absolute. */
    static long deadline(long time, boolean isInSeconds, long afterMillis, String command) {
        long most = isInSeconds ? Long.MAX_VALUE / MILLIS_PER_SECOND : Long.MAX_VALUE;
        long millis = time <= 0 || time > most ? -1 : isInSeconds ? time * MILLIS_PER_SECOND : time;
        if (millis < 0 || millis > Long.MAX_VALUE - afterMillis) {
            throw new ArgumentException("ERR invalid expire time in '" + command + "' command");
        }
        return afterMillis + millis;
    }

    /** Runs GETEX. It reads the deadline after the value: if there is no value, the deadline may be invalid. */
    private static Slice getex(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        SetOptions options = SetOptions.ofGetex(arguments);
        byte[] value = database.strings().bytes(key);
        if (value == null) {
            return Response.NULL;
        }
        long now = database.getClock().millis();
        long deadline = options.deadline(now);
        if (options.isAbsolute() && deadline <= now) {
            database.deleteValue(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
        } else if (deadline != Entry.NO_DEADLINE) {
            database.setDeadline(key, deadline);
            database.notifyKeyspaceEvent(KeyspaceEvent.EXPIRE, key);
        } else if (options.removesDeadline() && database.setDeadline(key, Entry.NO_DEADLINE) == 1) {
            database.notifyKeyspaceEvent(KeyspaceEvent.PERSIST, key);
        }
        return shown(value);
    }

    private static Slice getset(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        byte[] before = database.strings().bytes(key);
        database.putValue(key, string(arguments, 1));
        database.notifyKeyspaceEvent(KeyspaceEvent.SET, key);
        return shown(before);
    }

    private static Slice append(Database database, Arguments arguments) {
        Slice key = arguments.word(0);
        byte[] suffix = arguments.bytes(1);
        RMString string = database.getRMString(key);
        if ((string == null ? 0L : string.size()) + suffix.length > database.getProtoMaxBulkLen()) {
            throw new ArgumentException(StringCommands.TOO_LONG);
        }
        if (string == null) {
            string = new RMString(suffix);
        } else {
            string.add(suffix);
        }
        database.putValue(key, string);
        database.notifyKeyspaceEvent(KeyspaceEvent.APPEND, key);
        return Response.integer(string.size());
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.RefusedException;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.FurtherEvents.Event;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Observed;
import io.nvmredis.engine.value.RestoredValue;
import io.nvmredis.engine.value.Values;
import io.nvmredis.spi.ValueCodec;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.errors.ValueTooLargeException;
import java.util.List;

/**
 * DUMP and RESTORE: a value as bytes that a Redis understands, and back. A restored value is stored as any new value is,
 * so that its image is recorded. It is whole before anything is changed.
 */
final class DumpCommands {
    private static final Slice BUSY_KEY = Response.error("BUSYKEY Target key name already exists.");
    private static final Slice NOT_INTACT = Response.error("ERR DUMP payload version or checksum are wrong");
    private static final String BAD_FORMAT = "ERR Bad data format";

    private DumpCommands() {}

    static Slice dump(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        RMDataStructure value = session.database().getValue(parameters.get(0));
        return value == null ? Response.NULL : Response.bulkString(Slice.create(payload(engine, value)));
    }

    /** Returns the payload of a value; ends the command if it is longer than a reply may be. */
    static byte[] payload(CommandEngine engine, RMDataStructure value) {
        // A value that the same transaction has stored may be one of upstream's, which does not show itself.
        RMDataStructure shown = value instanceof Observed || value instanceof RMString ? value : Values.copy(value);
        try {
            return engine.context()
                    .valueCodec()
                    .encode(
                            visitor -> Values.visit(shown, visitor),
                            engine.guard().limits().maxReplyBytes());
        } catch (ValueTooLargeException | OutOfMemoryError e) {
            throw new RefusedException(engine.guard().replyTooLong());
        }
    }

    static Slice restore(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Arguments arguments = new Arguments(parameters);
        RestoreWords words = RestoreWords.read(arguments);
        Database database = session.database();
        Slice key = arguments.word(0);
        boolean isTaken = database.exists(key);
        if (isTaken && !words.replaces()) {
            return BUSY_KEY;
        }
        long timeToLive = arguments.integer(1);
        if (timeToLive < 0) {
            return Response.error("ERR Invalid TTL value, must be >= 0");
        }
        ValueCodec codec = engine.context().valueCodec();
        byte[] payload = arguments.bytes(2);
        if (!codec.isIntact(payload)) {
            return NOT_INTACT;
        }
        RMDataStructure value = decoded(engine, database, payload);
        if (isTaken) {
            database.deleteValue(key);
        }
        long deadline = deadline(database, words, timeToLive);
        if (hasPassed(database, deadline)) {
            if (isTaken) {
                database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
            }
            return Response.OK;
        }
        KeyTransfers.store(database, key, value, deadline);
        if (words.tellsIdleTime()) {
            setIdleTime(engine, database, key, words.idleSeconds());
        }
        database.furtherEvents().publish(Event.RESTORE, key);
        return Response.OK;
    }

    private static RMDataStructure decoded(CommandEngine engine, Database database, byte[] payload) {
        Limits limits = engine.guard().limits();
        RestoredValue restored = new RestoredValue(database::getClock, limits.maxStringBytes(), limits.maxValueBytes());
        RMDataStructure value;
        try {
            engine.context().valueCodec().decode(payload, limits.maxValueBytes(), restored);
            value = restored.value();
        } catch (ValueTooLargeException | OutOfMemoryError e) {
            // Nothing has been changed yet.
            throw new RefusedException(engine.guard().valueTooHeavy());
        } catch (PersistenceException e) {
            throw new ArgumentException(BAD_FORMAT);
        }
        engine.guard().requireWritable(restored.bytes(), database);
        return value;
    }

    private static long deadline(Database database, RestoreWords words, long timeToLive) {
        if (timeToLive == 0) {
            return Entry.NO_DEADLINE;
        }
        long deadline = words.isAbsolute()
                ? timeToLive
                : timeToLive + database.getClock().millis();
        // A deadline that exceeds the range has passed, as in Redis.
        return Math.max(deadline, 0);
    }

    private static boolean hasPassed(Database database, long deadline) {
        return deadline != Entry.NO_DEADLINE
                && !database.recorder().keepsExpired()
                && deadline <= database.getClock().millis();
    }

    private static void setIdleTime(CommandEngine engine, Database database, Slice key, long idleSeconds) {
        Entry entry = database.content().find(key);
        if (entry != null) {
            entry.usedSeconds = engine.statistics().seconds() - (int) Math.min(idleSeconds, Integer.MAX_VALUE / 2);
        }
    }
}

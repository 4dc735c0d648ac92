package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandGuard;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.KeyCollector;
import io.nvmredis.engine.keyspace.Keys;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.KeyInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Commands on all keys: DBSIZE, KEYS, RANDOMKEY, SCAN, and SELECT. They hold the engine's lock. */
final class KeyspaceCommands {
    /**
     * Number of keys up to which RANDOMKEY chooses among all; beyond it chooses among as many behind a random place.
     */
    private static final int CANDIDATES = 64;
    /** Number of places that RANDOMKEY looks at while it meets only expired keys. */
    private static final int PLACES = 100;
    /** Number of low bits of a place that are zero, and that a cursor leaves out. */
    private static final int CURSOR_SHIFT = 16;

    private KeyspaceCommands() {}

    private static Database database(CommandEngine engine, CommandSession session) {
        return engine.databases().database(session.state().getSelected());
    }

    static Slice select(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        session.state().changeActiveRedisBase(new Arguments(parameters).int32(0));
        return Response.OK;
    }

    static Slice dbsize(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        engine.observeEverything();
        return Response.integer(database(engine, session).content().count());
    }

    static Slice keys(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        GlobPattern pattern = new GlobPattern(RawBytes.of(parameters.get(0)));
        List<Slice> found = new ArrayList<>();
        CommandGuard guard = engine.guard();
        long[] bytes = {0};
        database(engine, session).forEachLiveKey(key -> {
            if (pattern.matches(RawBytes.of(key))) {
                bytes[0] = guard.replies(bytes[0], key);
                found.add(Response.bulkString(key));
            }
        });
        return Response.array(found);
    }

    /** Returns a random key. It passes over expired keys, and removes none. */
    static Slice randomkey(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        engine.observeEverything();
        Database database = database(engine, session);
        List<Slice> candidates = new ArrayList<>();
        KeyCollector collector = new KeyCollector(database, candidates::add);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (database.content().count() <= CANDIDATES) {
            collectAll(database.content(), collector);
        }
        for (int i = 0; candidates.isEmpty() && database.content().count() > CANDIDATES && i < PLACES; i++) {
            long place = random.nextLong() >>> CURSOR_SHIFT << CURSOR_SHIFT;
            database.content().scan(place, CANDIDATES, collector);
        }
        return candidates.isEmpty()
                ? Response.NULL
                : Response.bulkString(candidates.get(random.nextInt(candidates.size())));
    }

    private static void collectAll(Keys keys, KeyCollector collector) {
        long cursor = 0;
        do {
            cursor = keys.scan(cursor, CANDIDATES, collector);
        } while (cursor != 0);
    }

    static Slice scan(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        engine.observeEverything();
        long cursor = Numbers.parseCursor(parameters.get(0));
        if (cursor == Numbers.NONE) {
            return Response.error("ERR invalid cursor");
        }
        ScanOptions options = ScanOptions.ofKeys();
        String fault = options.read(parameters, 1);
        if (fault != null) {
            return Response.error(fault);
        }
        // No cursor that was given out is so large: there are no keys behind it.
        return cursor >>> (Long.SIZE - CURSOR_SHIFT) == 0
                ? scan(database(engine, session), cursor << CURSOR_SHIFT, options)
                : Response.array(Response.bulkString(Slice.create("0")), Response.EMPTY_ARRAY);
    }

    /** {@code FLUSHALL} and {@code FLUSHDB} with words that they do not take, which upstream ignores. */
    static final class MalformedFlush implements OwnCommand {
        @Override
        public boolean handles(List<byte[]> command) {
            return command.size() > 2
                    || (command.size() == 2
                            && !Words.equalsIgnoreCase(command.get(1), "async")
                            && !Words.equalsIgnoreCase(command.get(1), "sync"));
        }

        @Override
        public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
            return Response.error(ErrorReplies.SYNTAX);
        }
    }

    private static Slice scan(Database database, long cursor, ScanOptions options) {
        List<Slice> found = new ArrayList<>();
        KeyCollector collector = new KeyCollector(database, key -> found.add(Response.bulkString(key)));
        long next = database.content().scan(cursor, options.count(), new Filter(options, collector));
        collector.removeOutdated();
        return Response.array(
                Response.bulkString(Slice.create(Long.toString(next >>> CURSOR_SHIFT))), Response.array(found));
    }

    /** Visitor that passes on the keys that SCAN asks for. */
    private record Filter(ScanOptions options, KeyCollector collector) implements Keys.Visitor {
        @Override
        public void resident(Entry entry) {
            if (options.admits(entry.key, entry.value.getTypeName())) {
                collector.resident(entry);
            }
        }

        @Override
        public void cold(Slice key, KeyInfo info) {
            if (options.admits(key, new ColdValue(info.type(), 0).getTypeName())) {
                collector.cold(key, info);
            }
        }
    }
}

package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.spi.KeyInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The commands that are about all keys: DBSIZE, KEYS, RANDOMKEY and SCAN. Hold the engine's lock. */
final class KeyspaceCommands {
    private static final int DEFAULT_COUNT = 10;
    /** Up to so many keys RANDOMKEY chooses among all; beyond, among as many that follow a random place. */
    private static final int CANDIDATES = 64;
    /** RANDOMKEY looks at so many places, if it meets nothing but keys that have expired. */
    private static final int PLACES = 100;
    /** A cursor says where to go on without the low bits, which are zero. */
    private static final int CURSOR_SHIFT = 16;

    private static final String SYNTAX_ERROR = "ERR syntax error";

    private KeyspaceCommands() {}

    private static Database database(Engine engine, Session session) {
        return engine.databases().database(session.state().getSelected());
    }

    static Slice dbsize(Engine engine, Session session, List<Slice> parameters) {
        engine.observeEverything();
        return Response.integer(database(engine, session).content().count());
    }

    static Slice keys(Engine engine, Session session, List<Slice> parameters) {
        GlobPattern pattern = new GlobPattern(RawBytes.of(parameters.get(0)));
        List<Slice> found = new ArrayList<>();
        database(engine, session).forEachLiveKey(key -> {
            if (pattern.matches(RawBytes.of(key))) {
                found.add(Response.bulkString(key));
            }
        });
        return Response.array(found);
    }

    /** Removes no keys: those that have expired are passed over. */
    static Slice randomkey(Engine engine, Session session, List<Slice> parameters) {
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

    static Slice scan(Engine engine, Session session, List<Slice> parameters) {
        engine.observeEverything();
        long cursor;
        try {
            cursor = cursor(parameters.get(0).toString());
        } catch (NumberFormatException e) {
            return Response.error("ERR invalid cursor");
        }
        ScanOptions options = new ScanOptions();
        String fault = options.read(parameters);
        if (fault != null) {
            return Response.error(fault);
        }
        return scan(database(engine, session), cursor << CURSOR_SHIFT, options);
    }

    /** {@code FLUSHALL} and {@code FLUSHDB} with other words than they take, which upstream passes over. */
    static final class MalformedFlush implements OwnCommand {
        @Override
        public boolean handles(List<byte[]> command) {
            return command.size() > 2
                    || (command.size() == 2
                            && !Session.Words.equalsIgnoreCase(command.get(1), "async")
                            && !Session.Words.equalsIgnoreCase(command.get(1), "sync"));
        }

        @Override
        public Slice run(Engine engine, Session session, List<Slice> parameters) {
            return Response.error(SYNTAX_ERROR);
        }
    }

    /** As C's {@code strtoul} has it, a negative number is one of the highest. */
    private static long cursor(String word) {
        return word.startsWith("-") ? -Long.parseUnsignedLong(word.substring(1)) : Long.parseUnsignedLong(word);
    }

    private static Slice scan(Database database, long cursor, ScanOptions options) {
        List<Slice> found = new ArrayList<>();
        KeyCollector collector = new KeyCollector(database, key -> found.add(Response.bulkString(key)));
        long next = database.content().scan(cursor, options.count, new Filter(options, collector));
        collector.removeOutdated();
        return Response.array(
                Response.bulkString(Slice.create(Long.toString(next >>> CURSOR_SHIFT))), Response.array(found));
    }

    /** Passes on the keys that SCAN was asked for. */
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

    /** What SCAN was asked for. */
    private static final class ScanOptions {
        private @Nullable GlobPattern pattern;
        private @Nullable String type;
        private int count = DEFAULT_COUNT;

        /** Returns what is wrong with them, or null. */
        @Nullable
        String read(List<Slice> parameters) {
            for (int i = 1; i < parameters.size(); i += 2) {
                if (i + 1 == parameters.size()) {
                    return SYNTAX_ERROR;
                }
                Slice value = parameters.get(i + 1);
                switch (parameters.get(i).toString().toLowerCase(Locale.ROOT)) {
                    case "match" -> pattern = new GlobPattern(RawBytes.of(value));
                    case "type" -> type = value.toString().toLowerCase(Locale.ROOT);
                    case "count" -> {
                        String fault = readCount(value.toString());
                        if (fault != null) {
                            return fault;
                        }
                    }
                    default -> {
                        return SYNTAX_ERROR;
                    }
                }
            }
            return null;
        }

        private @Nullable String readCount(String text) {
            long number;
            try {
                number = Long.parseLong(text);
            } catch (NumberFormatException e) {
                return "ERR value is not an integer or out of range";
            }
            count = (int) Math.min(number, Integer.MAX_VALUE);
            return number < 1 ? SYNTAX_ERROR : null;
        }

        boolean admits(Slice key, String typeName) {
            return (type == null || type.equals(typeName)) && (pattern == null || pattern.matches(RawBytes.of(key)));
        }
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.Entry;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** OBJECT ENCODING, FREQ, IDLETIME and REFCOUNT. They do not count as uses of the key. */
final class ObjectCommand {
    private static final String NO_FREQUENCY =
            "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching"
                    + " between policies at runtime LRU and LFU data will take some time to adjust.";
    /** Reference count of the whole numbers that Redis keeps once for all keys: from 0 up to 9999. */
    private static final long SHARED = Integer.MAX_VALUE;

    private static final int SHARED_NUMBERS = 10_000;

    private static final String HELP = """
            OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            ENCODING <key>
                Return the kind of internal representation used in order to store the value
                associated with a <key>.
            FREQ <key>
                Return the access frequency index of the <key>. The returned integer is
                proportional to the logarithm of the recent access frequency of the key.
            IDLETIME <key>
                Return the idle time of the <key>, that is the approximated number of
                seconds elapsed since the last access to the key.
            REFCOUNT <key>
                Return the number of references of the value associated with the specified
                <key>.
            HELP
                Prints this help.""";

    private ObjectCommand() {}

    static Slice object(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return subcommand.equals("help") ? help(HELP) : of(subcommand, engine, session.database(), parameters.get(1));
    }

    private static Slice of(String subcommand, CommandEngine engine, Database database, Slice key) {
        engine.observeEverything();
        Entry entry = database.content().find(key);
        int idleSeconds = entry == null ? 0 : engine.statistics().seconds() - entry.usedSeconds;
        RMDataStructure value = database.peek(key);
        if (value == null) {
            return Response.NULL;
        }
        return switch (subcommand) {
            case "encoding" -> TextReplies.text(new ObjectEncoding(engine.foreignSettings()).of(value));
            case "freq" -> Response.error(NO_FREQUENCY);
            case "idletime" -> Response.integer(Math.max(0, idleSeconds));
            default -> Response.integer(references(value));
        };
    }

    /** Returns how many references Redis would have to a value. */
    static long references(RMDataStructure value) {
        return isShared(value) ? SHARED : 1;
    }

    private static boolean isShared(RMDataStructure value) {
        OptionalLong number =
                value instanceof RMString string ? Numbers.parseAny(RawBytes.of(string)) : OptionalLong.empty();
        return number.isPresent() && number.getAsLong() >= 0 && number.getAsLong() < SHARED_NUMBERS;
    }

    /** Returns the reply of a subcommand HELP. */
    static Slice help(String lines) {
        return Response.array(lines.lines().map(Response::simpleString).toList());
    }
}

package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Weights;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** MEMORY: what the data take of the JVM's heap. What a Redis says of its allocator has no meaning here. */
final class MemoryCommand {
    private static final String HELP = """
            MEMORY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            DOCTOR
                Return memory problems reports.
            MALLOC-STATS
                Return internal statistics report from the memory allocator.
            PURGE
                Attempt to purge dirty pages for reclamation by the allocator.
            STATS
                Return information about the memory usage of the server.
            USAGE <key> [SAMPLES <count>]
                Return memory in bytes used by <key> and its value. Nested values are
                sampled up to <count> times (default: 5, 0 means sample all).
            HELP
                Prints this help.""";

    /** Share of the heap beyond which MEMORY DOCTOR finds that there is little left. */
    private static final int HIGH_PERCENT = 90;

    private MemoryCommand() {}

    static Slice memory(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return switch (parameters.get(0).toString().toLowerCase(Locale.ROOT)) {
            case "usage" -> usage(engine, session.database(), new Arguments(parameters));
            case "doctor" -> TextReplies.text(doctor(engine));
            case "stats" -> stats(engine);
            case "malloc-stats" -> TextReplies.text("Stats not supported for the current allocator");
            // The collector returns memory to the system by itself.
            case "purge" -> Response.OK;
            default -> ObjectCommand.help(HELP);
        };
    }

    /** Returns the weight of a key with its value; of a value that is not in memory, the bytes that are stored of it. */
    private static Slice usage(CommandEngine engine, Database database, Arguments arguments) {
        for (int at = 2; at < arguments.count(); at += 2) {
            if (!arguments.is(at, "samples") || at + 1 == arguments.count()) {
                throw Arguments.syntaxError();
            }
            if (arguments.integer(at + 1) < 0) {
                throw Arguments.syntaxError();
            }
        }
        engine.observeEverything();
        Entry entry = database.content().find(arguments.word(1));
        return entry == null || hasExpired(database, entry) ? Response.NULL : Response.integer(bytes(entry));
    }

    private static boolean hasExpired(Database database, Entry entry) {
        return entry.deadline != Entry.NO_DEADLINE
                && entry.deadline <= database.getClock().millis();
    }

    private static long bytes(Entry entry) {
        return Weights.of(entry) + (entry.value instanceof ColdValue cold ? cold.storedBytes() : 0);
    }

    private static long usedBytes() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long dataBytes(CommandEngine engine) {
        Residency residency = engine.residency();
        return residency == null ? engine.meteredBytes() : residency.usedBytes();
    }

    private static String doctor(CommandEngine engine) {
        long max = Runtime.getRuntime().maxMemory();
        long percent = dataBytes(engine) * 100 / max;
        return percent < HIGH_PERCENT
                ? "The data take " + percent + " % of the heap of " + max
                        + " bytes, and there is nothing to complain of."
                : "The data take " + percent + " % of the heap of " + max + " bytes: give the JVM a larger one (-Xmx).";
    }

    private static Slice stats(CommandEngine engine) {
        engine.observeEverything();
        long used = usedBytes();
        long data = dataBytes(engine);
        long keys = 0;
        for (RedisBase database : engine.databases().values()) {
            keys += ((Database) database).content().count();
        }
        List<Slice> stats = new ArrayList<>();
        add(stats, "peak.allocated", Math.max(used, peakBytes()));
        add(stats, "total.allocated", used);
        add(stats, "startup.allocated", 0);
        add(stats, "replication.backlog", 0);
        add(stats, "clients.slaves", 0);
        add(stats, "clients.normal", clientBytes(engine));
        add(stats, "overhead.total", Math.max(0, used - data));
        add(stats, "keys.count", keys);
        add(stats, "keys.bytes-per-key", keys == 0 ? 0 : data / keys);
        add(stats, "dataset.bytes", data);
        stats.add(TextReplies.text("dataset.percentage"));
        stats.add(TextReplies.text(Double.toString(100.0 * data / used)));
        stats.add(TextReplies.text("peak.percentage"));
        stats.add(TextReplies.text(Double.toString(100.0 * used / Math.max(used, peakBytes()))));
        add(stats, "allocator.allocated", used);
        add(stats, "allocator.active", Runtime.getRuntime().totalMemory());
        return Response.array(stats);
    }

    private static void add(List<Slice> stats, String name, long number) {
        stats.add(TextReplies.text(name));
        stats.add(Response.integer(number));
    }

    private static long peakBytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }

    private static long clientBytes(CommandEngine engine) {
        Long figure = engine.context().clientFigures().get("mem_clients_normal");
        return figure == null ? 0 : figure;
    }
}

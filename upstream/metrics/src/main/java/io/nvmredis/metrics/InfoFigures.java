package io.nvmredis.metrics;

import io.nvmredis.server.NvmRedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures that {@code INFO} shows, read from it once for all meters: they are at most a second old. Any thread may use
 * it.
 */
final class InfoFigures {
    /** Beginnings of the names of fields of which there are many. */
    static final String COMMAND = "cmdstat_";

    static final String PERCENTILES = "latency_percentiles_usec_";
    static final String ERROR = "errorstat_";

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(InfoFigures.class);

    private final NvmRedisServer server;
    private Map<String, String> fields = Map.of();
    private long readNanos;

    InfoFigures(NvmRedisServer server) {
        this.server = server;
        refresh();
    }

    /** Reads all fields anew. There is none once the server ends. */
    synchronized void refresh() {
        try {
            fields = server.isClosing() ? Map.of() : server.info("everything");
        } catch (RuntimeException e) {
            fields = Map.of();
            if (!server.isClosing()) {
                LOG.warn("the server's figures cannot be read: {}", e.toString());
            }
        }
        readNanos = System.nanoTime();
    }

    private Map<String, String> fresh() {
        if (System.nanoTime() - readNanos > FRESH_NANOS) {
            refresh();
        }
        return fields;
    }

    synchronized void forEach(BiConsumer<String, String> action) {
        fields.forEach(action);
    }

    /** Returns the text of a field; an empty one if there is no such field. */
    synchronized String text(String field) {
        return fresh().getOrDefault(field, "");
    }

    /** Returns the value of a figure in its unit; not a number if there is none now. */
    double number(Figure figure) {
        String text = text(figure.field());
        return text.isEmpty() ? Double.NaN : Figure.value(text);
    }

    /** Returns a part of a field such as {@code keys=1,expires=0}; not a number if there is none now. */
    double part(String field, String name) {
        for (String part : text(field).split(",", -1)) {
            if (part.startsWith(name + "=")) {
                return Figure.parsed(part.substring(name.length() + 1));
            }
        }
        return Double.NaN;
    }

    /** Returns the names of the parts of a field. */
    List<String> parts(String field) {
        List<String> names = new ArrayList<>();
        for (String part : text(field).split(",", -1)) {
            if (part.indexOf('=') > 0) {
                names.add(part.substring(0, part.indexOf('=')));
            }
        }
        return names;
    }

    static boolean isDatabase(String field) {
        return field.matches("db\\d+");
    }
}

package io.nvmredis.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.nvmredis.server.NvmRedisServer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Figures of a server for a registry of Micrometer, for a program that has the server within its JVM: {@code new
 * ServerMeters(server).bindTo(registry)}.
 *
 * <p>The meters of a command, an error code or a database are added when it is first seen. Meters without a value are
 * not a number, among them all when the server has been closed. Any thread may use it.
 */
public final class ServerMeters implements MeterBinder {
    private static final String PREFIX = "nvmredis.";

    private final InfoFigures figures;
    /** What has meters of its own already, by the names of fields. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    private final Set<MeterRegistry> registries = ConcurrentHashMap.newKeySet();

    /** Makes the meters of a server that has been started. */
    public ServerMeters(NvmRedisServer server) {
        figures = new InfoFigures(server);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        registries.add(registry);
        for (Figure figure : Figure.ALL) {
            bind(registry, figure);
        }
        Gauge.builder(PREFIX + "info", () -> 1)
                .description("Version and persistence of the server")
                .tags(Tags.of(
                        "redis_version", figures.text("redis_version"),
                        "java_version", figures.text("java_version"),
                        "persistence", figures.text("persistence_mechanism")))
                .register(registry);
        known.clear();
        refresh();
    }

    /** Reads all figures now; otherwise they are up to a second old. */
    void refresh() {
        figures.refresh();
        figures.forEach((field, value) -> {
            if (isOfMany(field) && known.add(field)) {
                registries.forEach(registry -> bindOfMany(registry, field));
            }
        });
    }

    private void bind(MeterRegistry registry, Figure figure) {
        if (figure.isCounter()) {
            FunctionCounter.builder(PREFIX + figure.meter(), figures, read -> read.number(figure))
                    .description(figure.description())
                    .baseUnit(figure.unit())
                    .register(registry);
        } else {
            Gauge.builder(PREFIX + figure.meter(), figures, read -> read.number(figure))
                    .description(figure.description())
                    .baseUnit(figure.unit())
                    .register(registry);
        }
    }

    /** Tells whether a field is one of a kind of which there are as many as there are commands, codes or databases. */
    static boolean isOfMany(String field) {
        return field.startsWith(InfoFigures.COMMAND)
                || field.startsWith(InfoFigures.PERCENTILES)
                || field.startsWith(InfoFigures.ERROR)
                || InfoFigures.isDatabase(field);
    }

    private void bindOfMany(MeterRegistry registry, String field) {
        if (field.startsWith(InfoFigures.COMMAND)) {
            bindCommand(registry, field, Tags.of("command", field.substring(InfoFigures.COMMAND.length())));
        } else if (field.startsWith(InfoFigures.PERCENTILES)) {
            bindPercentiles(registry, field, field.substring(InfoFigures.PERCENTILES.length()));
        } else if (field.startsWith(InfoFigures.ERROR)) {
            FunctionCounter.builder(PREFIX + "errors", figures, read -> read.part(field, "count"))
                    .description("Error replies by their first word")
                    .tag("error", field.substring(InfoFigures.ERROR.length()))
                    .register(registry);
        } else {
            bindDatabase(registry, field);
        }
    }

    private void bindCommand(MeterRegistry registry, String field, Tags tags) {
        FunctionTimer.builder(
                        PREFIX + "commands",
                        figures,
                        read -> (long) read.part(field, "calls"),
                        read -> read.part(field, "usec"),
                        TimeUnit.MICROSECONDS)
                .description("Commands that were run, and the time they took, without the wait for the medium")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(PREFIX + "commands.rejected", figures, read -> read.part(field, "rejected_calls"))
                .description("Commands that were refused before they ran")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(PREFIX + "commands.failed", figures, read -> read.part(field, "failed_calls"))
                .description("Commands that ran and replied an error")
                .tags(tags)
                .register(registry);
    }

    private void bindPercentiles(MeterRegistry registry, String field, String command) {
        figures.parts(field)
                .forEach(percentile -> Gauge.builder(
                                PREFIX + "command.latency", figures, read -> read.part(field, percentile) / 1e6)
                        .description("Time that a command took, by percentile, since the start")
                        .baseUnit("seconds")
                        .tags("command", command, "percentile", percentile.substring(1))
                        .register(registry));
    }

    private void bindDatabase(MeterRegistry registry, String field) {
        Tags tags = Tags.of("db", field.substring("db".length()));
        Gauge.builder(PREFIX + "keys", figures, read -> read.part(field, "keys"))
                .description("Keys of a database")
                .tags(tags)
                .register(registry);
        Gauge.builder(PREFIX + "keys.expiring", figures, read -> read.part(field, "expires"))
                .description("Keys of a database that have a deadline")
                .tags(tags)
                .register(registry);
    }
}

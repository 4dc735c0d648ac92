package io.nvmredis.metrics;

import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nvmredis.server.NvmRedisServer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The figures of one server and of its JVM, as Prometheus reads them. One thread reads it. */
final class PrometheusPage implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final NvmRedisServer server;
    private final ServerMeters meters;

    PrometheusPage(NvmRedisServer server) {
        // The linter of Prometheus objects to their names; nvmredis.cpu has the same.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        this.server = server;
        meters = new ServerMeters(server);
        meters.bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /**
     * Returns all figures as they are now.
     *
     * @param contentType format that the reader accepts, as in the header {@code Accept}: the text format, or OpenMetrics
     */
    String read(String contentType) {
        meters.refresh();
        return registry.scrape(contentType);
    }

    /** Tells whether protected mode keeps this address off, as it does clients. */
    boolean isDeniedTo(SocketAddress address) {
        return server.isForThisMachineAlone()
                && !(address instanceof InetSocketAddress internet
                        && internet.getAddress().isLoopbackAddress());
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}

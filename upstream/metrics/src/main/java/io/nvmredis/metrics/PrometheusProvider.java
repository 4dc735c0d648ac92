package io.nvmredis.metrics;

import io.nvmredis.server.MetricsEndpoint;
import io.nvmredis.server.MetricsProvider;
import io.nvmredis.server.NvmRedisServer;
import java.net.InetSocketAddress;

/** Shows the metrics of a server to Prometheus. */
public final class PrometheusProvider implements MetricsProvider {
    @Override
    public MetricsEndpoint start(NvmRedisServer server, InetSocketAddress address) {
        return PrometheusEndpoint.open(new PrometheusPage(server), address);
    }
}

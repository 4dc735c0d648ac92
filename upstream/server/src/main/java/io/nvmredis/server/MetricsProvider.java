package io.nvmredis.server;

import java.net.InetSocketAddress;
import java.util.ServiceLoader;

/** Starts what shows the metrics of a server to others; found on the class path by {@link ServiceLoader}. */
public interface MetricsProvider {
    /**
     * Begins to show the metrics of a server that is running.
     *
     * @throws StartException if the address cannot be listened on
     */
    MetricsEndpoint start(NvmRedisServer server, InetSocketAddress address);

    /**
     * Returns the provider on the class path.
     *
     * @throws StartException if there is none
     */
    static MetricsProvider find() {
        return ServiceLoader.load(MetricsProvider.class, MetricsProvider.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new StartException(
                        "metrics-port needs the jar io.nvmredis:metrics-nvm-redis on the class path; add it, or leave"
                                + " metrics-port out",
                        null));
    }
}

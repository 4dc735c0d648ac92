package io.nvmredis.server;

import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.network.Endpoint;
import io.nvmredis.network.OutputLimits;
import io.nvmredis.network.TlsSettings;
import io.nvmredis.server.configuration.ServerSetting;
import io.nvmredis.spi.Persister;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checked settings of a server.
 *
 * @param endpoints where to listen
 * @param metricsPort port for metrics; 0 lets the system choose, and a negative one means that there are none
 * @param tls settings of TLS, which may be off
 * @param directory absolute path of the data
 * @param persistence the name of the persister
 * @param persister made from these settings, not open yet
 * @param access which clients may do what
 * @param effective every setting by name with its value, as {@code CONFIG GET} shows it
 * @param persisterSettings names of the persister's settings
 * @param engineSettings values for the engine, of its own settings and of those that mean nothing here
 * @param warnings sentences about given values that change nothing
 */
public record ServerConfig(
        List<Endpoint> endpoints,
        int metricsPort,
        TlsSettings tls,
        Path directory,
        String persistence,
        Persister persister,
        int maxClients,
        int maxBulkLength,
        long maxMemoryBytes,
        long queryBufferLimit,
        OutputLimits outputLimits,
        long clientMemoryLimit,
        int ioThreads,
        long dramBudgetBytes,
        Access access,
        Map<String, String> effective,
        Set<String> persisterSettings,
        Map<String, String> engineSettings,
        List<String> warnings) {

    public ServerConfig {
        endpoints = List.copyOf(endpoints);
        effective = Map.copyOf(effective);
        persisterSettings = Set.copyOf(persisterSettings);
        engineSettings = Map.copyOf(engineSettings);
        warnings = List.copyOf(warnings);
    }

    long scriptMemoryBytes() {
        return Long.parseLong(effective.getOrDefault(
                ServerSetting.SCRIPT_MEMORY_LIMIT.settingName(), Long.toString(ServerContext.defaultScriptMemory())));
    }

    /** Returns the value of a setting that is a number. */
    int number(ServerSetting setting) {
        return Integer.parseInt(effective.getOrDefault(setting.settingName(), setting.defaultValue()));
    }

    /** Returns the first address that is listened on. */
    InetAddress address() {
        return endpoints.isEmpty()
                ? InetAddress.getLoopbackAddress()
                : endpoints.get(0).address();
    }

    /** Returns the port of the first endpoint. */
    int port() {
        return endpoints.isEmpty() ? 0 : endpoints.get(0).port();
    }

    /** Tells whether other machines may reach the server. */
    boolean isReachable() {
        return endpoints.stream().anyMatch(each -> !each.address().isLoopbackAddress());
    }
}

package io.nvmredis.server;

import io.nvmredis.network.ClientLimits;
import io.nvmredis.network.ClientMemory;
import io.nvmredis.network.Transport;

/** Parts of a server that tests of the network look at and set, and that no user of the server needs. */
public final class ServerInside {
    private ServerInside() {}

    public static NvmRedisServer.Builder servedBy(NvmRedisServer.Builder builder, Transport transport) {
        return builder.transport(transport);
    }

    public static ClientLimits limitsOf(NvmRedisServer server) {
        return server.limits();
    }

    public static ClientMemory memoryOf(NvmRedisServer server) {
        return server.memory();
    }
}

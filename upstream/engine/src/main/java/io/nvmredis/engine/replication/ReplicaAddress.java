package io.nvmredis.engine.replication;

/**
 * Where clients find a replica, as far as it has told: a replica that has not told its port is shown with port 0.
 *
 * @param host its address, as it said or as its connection shows it
 * @param port the port on which it serves clients
 */
public record ReplicaAddress(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}

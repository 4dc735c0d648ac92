package io.nvmredis.engine.replication;

import org.jspecify.annotations.Nullable;

/** What a connection has said of itself with REPLCONF, and the replica that it has become. The engine's lock guards it. */
public final class ReplicaOptions {
    private @Nullable String host;
    private int port;
    private boolean namesHistory;
    private boolean wantsCopyAlone;
    private @Nullable Replica replica;

    /** Sets the address where clients find the replica, if that is not the one that its connection shows. */
    public void host(String newHost) {
        host = newHost;
    }

    public void port(int newPort) {
        port = newPort;
    }

    /** Notes that the replica understands a master that says how its history is called now. */
    public void understandsNames() {
        namesHistory = true;
    }

    /** Sets whether the connection is to end when the copy has been sent. */
    public void wantsCopyAlone(boolean isWanted) {
        wantsCopyAlone = isWanted;
    }

    /** Tells whether the connection is a replica's. */
    public boolean isReplica() {
        return replica != null;
    }

    boolean namesHistory() {
        return namesHistory;
    }

    boolean wantsCopyAlone() {
        return wantsCopyAlone;
    }

    @Nullable
    Replica replica() {
        return replica;
    }

    void become(Replica newReplica) {
        replica = newReplica;
    }

    ReplicaAddress address(String connected) {
        return new ReplicaAddress(host == null ? connected : host, port);
    }
}

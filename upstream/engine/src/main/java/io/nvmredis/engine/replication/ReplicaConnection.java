package io.nvmredis.engine.replication;

import io.nvmredis.engine.context.SessionOutput;

/** Connection over which a replica is served. */
public interface ReplicaConnection {
    SessionOutput output();

    /**
     * Notes that what the connection is sent from now on may reveal every transaction up to this LSN. The caller holds
     * the engine's lock.
     */
    void reveal(long lsn);

    /** Ends the connection soon; nothing more is sent. */
    void kill();
}

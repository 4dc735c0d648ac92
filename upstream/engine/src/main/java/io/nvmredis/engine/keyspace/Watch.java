package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.OperationExecutorState;

/** Watch of one connection on one key. Guarded by the engine's lock. */
public final class Watch {
    private final OperationExecutorState state;
    private final Database database;
    private final Slice key;
    /**
     * Whether the key's deadline had passed when the watch began, and the key has not been removed since: for the
     * client the key does not exist.
     */
    private boolean isOfExpired;

    public Watch(OperationExecutorState state, Database database, Slice key) {
        this.state = state;
        this.database = database;
        this.key = key;
        isOfExpired = database.hasExpired(key);
    }

    Slice key() {
        return key;
    }

    /**
     * Tells whether the key's deadline has passed since the watch began, and the expired key has not been removed yet.
     */
    public boolean hasExpired() {
        return !isOfExpired && database.hasExpired(key);
    }

    void changed() {
        state.watchedKeyIsAffected();
    }

    /**
     * Notes that the key is removed. If it had expired before the watch began, nothing changes for the client, for
     * which the key did not exist.
     */
    void removed() {
        if (isOfExpired) {
            isOfExpired = false;
        } else {
            changed();
        }
    }

    public void end() {
        database.unwatch(this);
    }
}

package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.OperationExecutorState;

/** One key that one connection watches. Guarded by the engine's lock. */
public final class Watch {
    private final OperationExecutorState state;
    private final Database database;
    private final Slice key;
    /** Its deadline had passed when it was first watched, and it has not been taken away since: to the client it is not there. */
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

    /** Whether its deadline has passed since it was first watched, and nobody has looked for it yet. */
    public boolean hasExpired() {
        return !isOfExpired && database.hasExpired(key);
    }

    void changed() {
        state.watchedKeyIsAffected();
    }

    /** A key that may have expired is taken away: for who has watched it as one that is not there, nothing changes. */
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

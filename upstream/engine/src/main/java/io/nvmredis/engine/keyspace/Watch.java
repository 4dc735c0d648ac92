package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;

/** Watch on one key, of a connection or of a command. Guarded by the engine's lock. */
public final class Watch {
    private final Runnable onChange;
    private final Database database;
    private final Slice key;
    /**
     * Whether the key's deadline had passed when the watch began, and the key has not been removed since: for the
     * client the key does not exist.
     */
    private boolean isOfExpired;

    /**
     * Creates a watch, which begins with {@link Database#watch}.
     *
     * @param onChange called when the key is changed, again each time
     */
    public Watch(Runnable onChange, Database database, Slice key) {
        this.onChange = onChange;
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
        onChange.run();
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

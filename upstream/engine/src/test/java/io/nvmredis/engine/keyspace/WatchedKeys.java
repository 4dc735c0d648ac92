package io.nvmredis.engine.keyspace;

/** How many keys are watched, as tests of other packages want to know. */
public final class WatchedKeys {
    private WatchedKeys() {}

    /** Watches of the keys of a database, each client's counted. */
    public static int count(Database database) {
        int[] watches = {0};
        database.watchers().forEach(watch -> watches[0]++);
        return watches[0];
    }
}

package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.KeyInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Visitor that passes on the keys of a scan that have not expired. It remembers the expired keys, to be removed when
 * the scan is over, because removing them changes the keyspace. Guarded by the engine's lock.
 */
public final class KeyCollector implements Keys.Visitor {
    private static final int KEYS_AT_A_TIME = 1_000;

    private final Database database;
    private final Consumer<Slice> action;
    private final List<Slice> outdated = new ArrayList<>();

    public KeyCollector(Database database, Consumer<Slice> action) {
        this.database = database;
        this.action = action;
    }

    /** Passes on all keys of the database, and removes those that have expired. */
    void collectAll() {
        Keys keys = database.content();
        for (long cursor = keys.scan(0, KEYS_AT_A_TIME, this); cursor != 0; ) {
            cursor = keys.scan(cursor, KEYS_AT_A_TIME, this);
        }
        removeOutdated();
    }

    @Override
    public void resident(Entry entry) {
        pass(entry.key, entry.deadline);
    }

    @Override
    public void cold(Slice key, KeyInfo info) {
        pass(key, info.deadlineMillis());
    }

    private void pass(Slice key, long deadline) {
        if (database.isOutdated(deadline)) {
            outdated.add(key);
        } else {
            action.accept(key);
        }
    }

    /** Removes the keys that have expired. */
    public void removeOutdated() {
        outdated.forEach(database::expire);
        outdated.clear();
    }
}

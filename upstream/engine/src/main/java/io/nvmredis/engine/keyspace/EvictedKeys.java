package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.spi.DataSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keys, by database, that were changed since a snapshot began and then evicted; their entries, which carried the mark
 * of the change, are gone. Keys that the snapshot has passed are not remembered. Guarded by the engine's lock.
 */
final class EvictedKeys {
    /** Bytes of memory per key, beside the bytes of the key. */
    private static final long KEY_BYTES = 100;

    private final List<Set<Slice>> keys = new ArrayList<>();
    private long bytes;

    EvictedKeys() {
        for (int index = 0; index < DataSet.DATABASE_COUNT; index++) {
            keys.add(new HashSet<>());
        }
    }

    void add(int database, Slice key) {
        if (keys.get(database).add(key)) {
            bytes += KEY_BYTES + key.length();
        }
    }

    boolean contains(int database, Slice key) {
        return keys.get(database).contains(key);
    }

    /** Forgets a key; returns false if it was not remembered. */
    boolean remove(int database, Slice key) {
        boolean wasThere = !keys.get(database).isEmpty() && keys.get(database).remove(key);
        if (wasThere) {
            bytes -= KEY_BYTES + key.length();
        }
        return wasThere;
    }

    /** Forgets the keys of a database. */
    void clear(int database) {
        keys.get(database).forEach(key -> bytes -= KEY_BYTES + key.length());
        keys.get(database).clear();
    }

    /** Returns the bytes of memory that the keys take. */
    long bytes() {
        return bytes;
    }
}

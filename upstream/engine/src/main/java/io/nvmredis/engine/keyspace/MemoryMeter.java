package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * What the data weigh where memory alone holds them, so that no more are taken than there is room for: the running
 * total, kept up with each command by weighing what it has changed.
 *
 * <p>Guarded by the engine's lock.
 */
public final class MemoryMeter {
    private final List<Entry> changed = new ArrayList<>();
    private long usedBytes;

    /** Weighs all there is anew: what was loaded was not looked at then. */
    public void weighAll(Databases databases) {
        usedBytes = 0;
        for (RedisBase database : databases.values()) {
            ((Database) database).content().resident().forEach(entry -> {
                entry.weight = 0;
                weigh(entry);
            });
        }
    }

    /** The running command has changed or removed this entry. */
    void markChanged(Entry entry) {
        if (!entry.isMarkedChanged) {
            entry.isMarkedChanged = true;
            changed.add(entry);
        }
    }

    /** This entry is gone, with all others of its database. */
    void forget(Entry entry) {
        usedBytes -= entry.weight;
        entry.weight = 0;
    }

    /** A command has ended. */
    public void weighChanged() {
        if (changed.isEmpty()) {
            return;
        }
        for (Entry entry : changed) {
            entry.isMarkedChanged = false;
            if (entry.isRemoved) {
                usedBytes -= entry.weight;
                entry.weight = 0;
            } else {
                weigh(entry);
            }
        }
        changed.clear();
    }

    private void weigh(Entry entry) {
        int weight = Weights.of(entry);
        usedBytes += weight - entry.weight;
        entry.weight = weight;
    }

    public long usedBytes() {
        return usedBytes;
    }
}

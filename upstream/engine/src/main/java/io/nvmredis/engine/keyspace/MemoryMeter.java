package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * Total weight of the data where only memory holds them, so that no more data are taken than there is room for. It is
 * kept up with each command by weighing the entries that the command changed.
 *
 * <p>Guarded by the engine's lock.
 */
public final class MemoryMeter {
    private final List<Entry> changed = new ArrayList<>();
    private long usedBytes;

    /** Weighs all entries anew, because entries were not weighed while they were loaded. */
    public void weighAll(Databases databases) {
        usedBytes = 0;
        for (RedisBase database : databases.values()) {
            ((Database) database).content().resident().forEach(entry -> {
                entry.weight = 0;
                weigh(entry);
            });
        }
    }

    /** Notes that the running command changed or removed an entry. */
    void markChanged(Entry entry) {
        if (!entry.isMarkedChanged) {
            entry.isMarkedChanged = true;
            changed.add(entry);
        }
    }

    /** Takes back the weight of an entry, whose database is being emptied. */
    void forget(Entry entry) {
        usedBytes -= entry.weight;
        entry.weight = 0;
    }

    /** Weighs the changed entries when a command has ended. */
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

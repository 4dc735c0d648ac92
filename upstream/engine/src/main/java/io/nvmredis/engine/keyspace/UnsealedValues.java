package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Values;
import io.nvmredis.engine.value.Weights;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Whole values that the commands of one transaction or script have made so far, with their weights; the log has none of
 * them until the transaction ends. When the command that stored such a value ends, the value is made one that knows its
 * weight, so that the next command is measured against it.
 *
 * <p>Guarded by the engine's lock.
 */
final class UnsealedValues {
    private final List<Entry> changed = new ArrayList<>();
    private final IdentityHashMap<Entry, Integer> weights = new IdentityHashMap<>();
    private long bytes;
    /** Whether the running command is one of several in a transaction or script. */
    private boolean isOfSeveral;

    /** Begins a command within a transaction or script. */
    void begin() {
        isOfSeveral = true;
    }

    /** Notes that the running command stored, changed or removed a value. */
    void changed(Entry entry) {
        if (isOfSeveral && (changed.isEmpty() || changed.get(changed.size() - 1) != entry)) {
            changed.add(entry);
        }
    }

    /** Weighs the values that the command changed, which has ended and may be followed by others. */
    void weigh() {
        for (Entry entry : changed) {
            int weight = 0;
            if (entry.isFresh && !entry.isRemoved) {
                Values.makeObserved(entry);
                weight = Weights.of(entry);
            }
            Integer before = weight == 0 ? weights.remove(entry) : weights.put(entry, weight);
            bytes += weight - (before == null ? 0 : before);
        }
        changed.clear();
    }

    /** Forgets the values of removed entries, after a database was emptied. */
    void removeGone() {
        weights.entrySet().removeIf(weighed -> {
            boolean isGone = weighed.getKey().isRemoved;
            bytes -= isGone ? weighed.getValue() : 0;
            return isGone;
        });
    }

    /** Returns the maximum bytes that the images of the values will take, roughly. */
    long bytes() {
        return bytes;
    }

    /** Forgets all values, because the transaction has ended. */
    void clear() {
        if (isOfSeveral) {
            isOfSeveral = false;
            changed.clear();
            weights.clear();
            bytes = 0;
        }
    }
}

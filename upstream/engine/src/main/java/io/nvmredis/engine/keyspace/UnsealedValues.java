package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Values;
import io.nvmredis.engine.value.Weights;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What the commands of one transaction or script have made so far, of which the log has nothing until it ends: whole values,
 * by weight. Such a value is made one that knows its weight when the command that has stored it ends, so that the next
 * command is measured against it.
 *
 * <p>Guarded by the engine's lock.
 */
final class UnsealedValues {
    private final List<Entry> changed = new ArrayList<>();
    private final IdentityHashMap<Entry, Integer> weights = new IdentityHashMap<>();
    private long bytes;
    /** Whether the command that runs is one of several. */
    private boolean isOfSeveral;

    /** A command runs within a transaction or script. */
    void begin() {
        isOfSeveral = true;
    }

    /** The running command has stored, changed or removed this value. */
    void changed(Entry entry) {
        if (isOfSeveral && (changed.isEmpty() || changed.get(changed.size() - 1) != entry)) {
            changed.add(entry);
        }
    }

    /** The command has ended, and others may follow. */
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

    /** A database has been emptied. */
    void removeGone() {
        weights.entrySet().removeIf(weighed -> {
            boolean isGone = weighed.getKey().isRemoved;
            bytes -= isGone ? weighed.getValue() : 0;
            return isGone;
        });
    }

    /** What their images will take at most, roughly. */
    long bytes() {
        return bytes;
    }

    /** The transaction has ended. */
    void clear() {
        if (isOfSeveral) {
            isOfSeveral = false;
            changed.clear();
            weights.clear();
            bytes = 0;
        }
    }
}

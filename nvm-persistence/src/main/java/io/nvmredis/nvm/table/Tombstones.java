package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.heap.Heap;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayDeque;

/**
 * Tombstones whose slots are to be removed: a tombstone keeps older effects on its key from being applied again, until the
 * checkpoint has passed it. Only the writer uses it.
 */
final class Tombstones {
    /** Slot that points at a tombstone. */
    private record Tombstone(long hash, long slot, long lsn) {}

    private final TableCore core;
    private final TableIndex index;
    private final Heap heap;
    private final ArrayDeque<Tombstone> waiting = new ArrayDeque<>();
    private final HeapRecord seen = new HeapRecord();

    Tombstones(TableCore core, TableIndex index, Heap heap) {
        this.core = core;
        this.index = index;
        this.heap = heap;
    }

    /** Notes that a slot points at a tombstone. */
    void note(long hash, long slot, long lsn) {
        waiting.add(new Tombstone(hash, slot, lsn));
    }

    /** Removes the tombstones that the checkpoint has passed. The batch must be published. */
    void drop() {
        long checkpoint = core.checkpointLsn();
        for (int i = waiting.size(); i > 0; i--) {
            Tombstone tombstone = waiting.removeFirst();
            if (tombstone.lsn() > checkpoint) {
                waiting.addLast(tombstone);
            } else {
                drop(tombstone);
            }
            if (core.isBatchFull()) {
                core.publish();
            }
        }
        core.publish();
    }

    /** Removes a tombstone, unless its slot has changed or its position has been reused since. */
    private void drop(Tombstone tombstone) {
        if (core.isChanging(tombstone.hash()) || !index.containsSlot(tombstone.hash(), tombstone.slot())) {
            return;
        }
        try {
            heap.read(SlotDescriptor.position(tombstone.slot()), seen);
        } catch (PersistenceException e) {
            // The slot stays, and a lookup of its key meets the damage.
            return;
        }
        if (seen.header().isTombstone() && seen.header().lsn() == tombstone.lsn()) {
            core.remove(tombstone.hash(), tombstone.slot(), seen);
        }
    }
}

package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes the slots of keys that a FLUSHDB has removed, and of tombstones that a crash has left, bucket by bucket.
 *
 * <p>FLUSHDB itself changes one word; the sweeper gives the space of the keys back. It goes through the index in the
 * order of hashes, from the beginning again after each FLUSHDB and each restart, until it has visited every bucket or
 * the counters say that nothing is left to find. Only the writer uses it.
 */
final class Sweeper {
    /** Bytes of header and key of a record that is in no cache: two lines. */
    private static final int SLOT_COST = 2 * BucketDescriptor.LENGTH;

    private final TableCore core;
    private final HeapRecord seen = new HeapRecord();
    private boolean isNeeded;
    private long cursor;

    Sweeper(TableCore core) {
        this.core = core;
        this.isNeeded = isAnythingLeft();
    }

    /** Returns whether there is a slot of a tombstone, or of a key that a FLUSHDB has removed. */
    private boolean isAnythingLeft() {
        long keys = 0;
        for (int database = 0; database < TableDescriptor.PLACE_COUNT; database++) {
            keys += core.words().keyCount(database);
            if (core.words().sweptLsn(database) != core.words().flushLsn(database)) {
                return true;
            }
        }
        return core.words().slotCount() != keys;
    }

    /** Begins again from the first bucket. */
    void begin() {
        isNeeded = true;
        cursor = 0;
    }

    boolean isNeeded() {
        return isNeeded;
    }

    /**
     * Looks at buckets, and the records that they point at, of about {@code budgetBytes}. The batch must be published.
     *
     * @return number of bytes looked at
     */
    long step(long budgetBytes) {
        isNeeded = isNeeded && isAnythingLeft();
        long cost = 0;
        while (isNeeded && cost < budgetBytes) {
            cost += sweepBucket();
            if (core.isBatchFull()) {
                core.publish();
            }
        }
        core.publish();
        return cost;
    }

    private long sweepBucket() {
        List<Long> slots = new ArrayList<>();
        long next = core.index()
                .visitBucket(
                        cursor,
                        slots::clear,
                        slot -> {
                            slots.add(slot);
                            return false;
                        },
                        damaged -> {
                            // A lookup of a key in this bucket meets the damage. The bucket stays as it is.
                        });
        slots.forEach(this::sweepSlot);
        cursor = next;
        if (next == 0) {
            isNeeded = false;
            for (int database = 0; database < TableDescriptor.DATABASE_COUNT; database++) {
                core.words().setSweptLsn(database, core.words().flushLsn(database));
            }
            core.wordsChanged();
        }
        return costOf(slots.size());
    }

    /** Returns the bytes of a bucket and of {@code records} of the records that it points at. */
    static long costOf(int records) {
        return BucketDescriptor.LENGTH + (long) records * SLOT_COST;
    }

    private void sweepSlot(long slot) {
        try {
            core.heap().read(SlotDescriptor.position(slot), seen);
            if (core.isRemovable(seen.header())) {
                Located located = core.locate(seen);
                // Only a slot that lookups find counts as a key.
                if (located.slot() == slot) {
                    core.remove(located);
                }
            } else if (seen.header().isTombstone()) {
                core.tombstones().note(core.hash(seen), slot, seen.header().lsn());
            }
        } catch (PersistenceException e) {
            // A lookup of the key meets the damage. The slot stays as it is.
            core.requireHealthy();
        }
    }
}

package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out the slots of keys that a FLUSHDB has made dead, and of tombstones that a crash has left, bucket by bucket.
 *
 * <p>FLUSHDB itself is one word; this gives its space back. It goes through the index in the order of hashes, from the
 * beginning again after each FLUSHDB and each restart, until it has been round or nothing is left to find, which the
 * counters say. The writer's.
 */
final class Sweeper {
    /** Header and key of a record that is not in any cache: two lines. */
    private static final int SLOT_COST = 2 * BucketDescriptor.LENGTH;

    private final TableCore core;
    private final HeapRecord seen = new HeapRecord();
    private boolean isNeeded;
    private long cursor;

    Sweeper(TableCore core) {
        this.core = core;
        this.isNeeded = isAnythingLeft();
    }

    /** Whether there is a slot that is not a key's: a tombstone, or one that a FLUSHDB has made dead. */
    private boolean isAnythingLeft() {
        long keys = 0;
        for (int database = 0; database < TableDescriptor.DATABASE_COUNT; database++) {
            keys += core.words().keyCount(database);
            if (core.words().sweptLsn(database) != core.words().flushLsn(database)) {
                return true;
            }
        }
        return core.words().slotCount() != keys;
    }

    /** Begins again. */
    void begin() {
        isNeeded = true;
        cursor = 0;
    }

    boolean isNeeded() {
        return isNeeded;
    }

    /**
     * Looks at buckets, and the records that they point at, of about so many bytes. The batch must be published.
     *
     * @return how many it were
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
                            // Whoever looks a key of it up is told. It stays as it is.
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

    /** Bytes that have been looked at: a bucket, and so many of the records that it points at. */
    static long costOf(int records) {
        return BucketDescriptor.LENGTH + (long) records * SLOT_COST;
    }

    private void sweepSlot(long slot) {
        try {
            core.heap().read(SlotDescriptor.position(slot), seen);
            if (core.isRemovable(seen.header())) {
                Located located = core.locate(seen);
                // Only what lookups find counts as a key.
                if (located.slot() == slot) {
                    core.remove(located);
                }
            } else if (seen.header().isTombstone()) {
                core.noteTombstone(core.hash(seen), slot, seen.header().lsn());
            }
        } catch (PersistenceException e) {
            // Whoever looks the key up is told. It stays as it is.
            core.requireHealthy();
        }
    }
}

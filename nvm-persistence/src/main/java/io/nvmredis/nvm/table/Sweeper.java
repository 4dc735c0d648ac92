package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.spi.PersistenceException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes out the slots of keys that a FLUSHDB has made dead, and of tombstones that a crash has left, bucket by bucket.
 *
 * <p>FLUSHDB itself is one word; this gives its space back. It goes through the index in the order of hashes, from the
 * beginning again after each FLUSHDB and each restart, until it has been round. The writer's.
 */
final class Sweeper {
    private final TableCore core;
    private final HeapRecord seen = new HeapRecord();
    private boolean isNeeded;
    private long cursor;

    Sweeper(TableCore core) {
        this.core = core;
        long keys = 0;
        for (int database = 0; database < TableDescriptor.DATABASE_COUNT; database++) {
            keys += core.words().keyCount(database);
            isNeeded |= core.words().sweptLsn(database) != core.words().flushLsn(database);
        }
        isNeeded |= core.words().slotCount() != keys;
    }

    /** Begins again. */
    void begin() {
        isNeeded = true;
        cursor = 0;
    }

    boolean isNeeded() {
        return isNeeded;
    }

    /** Looks at so many buckets. The batch must be published. */
    void step(int bucketCount) {
        for (int i = 0; i < bucketCount && isNeeded; i++) {
            sweepBucket();
            if (core.isBatchFull()) {
                core.publish();
            }
        }
        core.publish();
    }

    private void sweepBucket() {
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

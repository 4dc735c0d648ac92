package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.TableDescriptor;

/** Searches buckets for a slot, in files that may be damaged. */
final class SlotSearch {
    private final TableParts parts;
    private final long overflowCount;

    SlotSearch(TableParts parts) {
        this.parts = parts;
        this.overflowCount = parts.word(TableDescriptor.OVERFLOW_COUNT_OFFSET);
    }

    /** Returns whether a bucket, or an overflow bucket of it, has exactly this slot. */
    boolean contains(long bucket, long slot) {
        BucketReader array = parts.buckets();
        long at = bucket;
        for (long steps = 0; at >= 0 && steps <= overflowCount && array.contains(at); steps++) {
            for (int index = 0; index < BucketDescriptor.SLOT_COUNT; index++) {
                if (isAt(array, at, index, slot)) {
                    return true;
                }
            }
            try {
                at = array.link(at);
            } catch (DamageException e) {
                return false;
            }
            array = parts.overflow();
        }
        return false;
    }

    private static boolean isAt(BucketReader array, long at, int index, long slot) {
        try {
            return array.slot(at, index) == slot;
        } catch (DamageException e) {
            // Reported by the walk.
            return false;
        }
    }
}

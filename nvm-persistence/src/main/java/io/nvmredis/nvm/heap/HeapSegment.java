package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.pmem.PmemRegion;

/** One use of a segment's space: another object, of another epoch, when the space is used again. */
final class HeapSegment {
    private final int number;
    private final PmemRegion region;
    private final long salt;
    private final long epoch;

    HeapSegment(int number, PmemRegion region, long tableId, long epoch) {
        this.number = number;
        this.region = region;
        this.epoch = epoch;
        this.salt = HeapDescriptor.salt(tableId, epoch);
    }

    int number() {
        return number;
    }

    PmemRegion region() {
        return region;
    }

    long epoch() {
        return epoch;
    }

    /** See {@link HeapDescriptor#salt}. */
    long salt() {
        return salt;
    }
}

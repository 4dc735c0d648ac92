package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.HeapDescriptor;
import io.nvmredis.nvm.pmem.PmemRegion;

/** Use of a segment's space. When the space is used again, another object with another epoch stands for that use. */
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

    /** Returns the salt of its records, see {@link HeapDescriptor#salt}. */
    long salt() {
        return salt;
    }
}

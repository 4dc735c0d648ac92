package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.format.SuperblockDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * Where the log begins, on the medium: the superblock, while the log is open. Used by whoever prepares segments, one at
 * a time.
 *
 * <p>Both copies are written, one after the other, so that one of them is whole at every moment, and afterwards either
 * is enough.
 */
public final class LogBeginning implements AutoCloseable {
    private final PmemRegion region;
    private Superblock superblock;

    /** Goes on with a superblock whose two copies are good, alike and durable. */
    public LogBeginning(PmemRegion region, Superblock superblock) {
        this.region = region;
        this.superblock = superblock;
    }

    /** Returns when it is durable that nothing before a place belongs to the log any more. */
    void move(LogMark mark) {
        Superblock next = superblock.beginningAt(mark.segment().epoch(), mark.nextLsn(), mark.offset());
        for (int copy = 0; copy < SuperblockDescriptor.COPY_COUNT; copy++) {
            SuperblockDescriptor.write(region, copy, next);
            // Before: this copy bad or old, the other one good; either place is a beginning, since every segment is
            // still there. After the second: the log begins here, and the segments before may be used again.
            region.persist(
                    PersistSite.LOG_BEGINNING, copy * SuperblockDescriptor.COPY_DISTANCE, SuperblockDescriptor.LENGTH);
        }
        superblock = next;
    }

    @Override
    public void close() {
        region.close();
    }
}

package io.nvmredis.nvm.log;

import io.nvmredis.nvm.format.Superblock;
import io.nvmredis.nvm.format.SuperblockDescriptor;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;

/**
 * Beginning of the log on the medium: the superblock of an open log. Used by one preparing thread at a time.
 *
 * <p>Both copies are written, one after the other, so that one of them is whole at every moment, and afterwards either
 * is enough.
 */
public final class LogBeginning implements AutoCloseable {
    private final PmemRegion region;
    private Superblock superblock;

    /** Takes over a superblock whose two copies are good, alike and durable. */
    public LogBeginning(PmemRegion region, Superblock superblock) {
        this.region = region;
        this.superblock = superblock;
    }

    /**
     * Moves the beginning of the log to a mark. Returns when it is durable that nothing before the mark belongs to the
     * log any more.
     */
    void move(LogMark mark) {
        Superblock next = superblock.beginningAt(mark.segment().epoch(), mark.nextLsn(), mark.offset());
        for (int copy = 0; copy < SuperblockDescriptor.COPY_COUNT; copy++) {
            SuperblockDescriptor.write(region, copy, next);
            // A crash before this leaves this copy bad or old and the other one good; the log can begin at either mark,
            // since every segment still exists. A crash after the second copy leaves the log beginning here, and the
            // segments before may be recycled.
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

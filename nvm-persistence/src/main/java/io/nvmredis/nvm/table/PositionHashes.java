package io.nvmredis.nvm.table;

/** Gives the hashes of keys by the positions of their records. */
interface PositionHashes {

    /**
     * Returns the hash of the key of the record at a position.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if the record cannot be read
     */
    long hash(long position);

    /** Prefetches the record, see {@link io.nvmredis.nvm.heap.Heap#prefetch}. */
    long prefetch(long position);
}

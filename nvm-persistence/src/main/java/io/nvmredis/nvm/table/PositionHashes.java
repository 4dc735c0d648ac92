package io.nvmredis.nvm.table;

/** Says where in the index the keys of records belong. */
interface PositionHashes {

    /**
     * The hash of the key of the record at a position.
     *
     * @throws io.nvmredis.spi.errors.PersistenceException if it cannot be read
     */
    long hash(long position);

    /** Prefetches the record, see {@link io.nvmredis.nvm.heap.Heap#prefetch}. */
    long prefetch(long position);
}

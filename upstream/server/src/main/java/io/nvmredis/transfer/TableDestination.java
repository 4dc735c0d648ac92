package io.nvmredis.transfer;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.effects.Transaction;

/**
 * A persister that holds the data itself and is filled directly: only data that are being written pass through memory.
 */
final class TableDestination {
    /** Number of bytes per commit, which makes them durable at once. */
    private static final long COMMIT_BYTES = 8 << 20;

    private final Persister persister;
    private final ColdStore store;
    private final Room room;
    private long uncommittedBytes;

    /** Makes a destination of an open persister and its store. */
    TableDestination(Persister persister, ColdStore store, Room room) {
        this.persister = persister;
        this.store = store;
        this.room = room;
    }

    /** Tells whether there is such a key; a key that was written a moment ago need not be found. */
    boolean contains(int database, byte[] key) {
        return store.find(database, key) != null;
    }

    /** Appends effects, all together or not at all. */
    void apply(Transaction effects) {
        room.await(persister);
        Refusal refusal = persister.refusal(effects.length(), true);
        if (refusal != null) {
            throw new TransferException("no more can be taken: " + refusal.message());
        }
        persister.append(effects);
        uncommittedBytes += effects.length();
        if (uncommittedBytes >= COMMIT_BYTES) {
            uncommittedBytes = 0;
            persister.requestCommit(persister.lastLsn());
        }
    }
}

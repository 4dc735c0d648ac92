package io.nvmredis.transfer;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.effects.Transaction;

/**
 * A persister that holds the data itself, filled directly: nothing passes through memory but what is being written.
 */
final class TableDestination {
    /** So much is written before it is made durable, all at once. */
    private static final long COMMIT_BYTES = 8 << 20;

    private final Persister persister;
    private final ColdStore store;
    private final Room room;
    private long uncommittedBytes;

    /** An open persister and what it holds. */
    TableDestination(Persister persister, ColdStore store, Room room) {
        this.persister = persister;
        this.store = store;
        this.room = room;
    }

    /** Whether there is such a key; what was written a moment ago need not count. */
    boolean contains(int database, byte[] key) {
        return store.find(database, key) != null;
    }

    /** Takes effects, all together or not at all. */
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

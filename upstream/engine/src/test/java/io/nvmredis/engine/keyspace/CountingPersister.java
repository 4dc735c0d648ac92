package io.nvmredis.engine.keyspace;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;

/** A persister that does not know at first how many keys it has, and may not be asked then. */
public final class CountingPersister extends LaggingPersister {
    private boolean isCounted = true;
    private boolean hasFailed;
    private long keyCount;
    private long deadlineCount;

    /** From now on it does not know. What it has now is what it was opened with. */
    public void forgetCounts() {
        isCounted = false;
        keyCount = cold.count(0);
        deadlineCount = cold.deadlineCount(0);
    }

    public void count() {
        isCounted = true;
    }

    /** It has found that it cannot know. */
    public void failToCount() {
        hasFailed = true;
        isCounted = true;
    }

    @Override
    public ColdStore coldStore() {
        return new ColdStore() {
            @Override
            public long appliedLsn() {
                return cold.appliedLsn();
            }

            @Override
            public KeyInfo find(int database, byte[] key) {
                return cold.find(database, key);
            }

            @Override
            public KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
                return cold.load(database, key, maxStoredBytes, visitor);
            }

            @Override
            public long count(int database) {
                throw new AssertionError("what it has now is not what it had when it was opened");
            }

            @Override
            public long deadlineCount(int database) {
                throw new AssertionError("what it has now is not what it had when it was opened");
            }

            @Override
            public boolean isCounted() {
                return isCounted;
            }

            @Override
            public long openedCount(int database) {
                requireCounted();
                return database == 0 ? keyCount : 0;
            }

            @Override
            public long openedDeadlineCount(int database) {
                requireCounted();
                return database == 0 ? deadlineCount : 0;
            }

            private void requireCounted() {
                if (!isCounted) {
                    throw new AssertionError("asked before it knows");
                }
                if (hasFailed) {
                    throw new PersistenceException("the keys could not be counted: file f is damaged");
                }
            }

            @Override
            public long hash(int database, byte[] key) {
                return cold.hash(database, key);
            }

            @Override
            public long scan(long cursor, KeyVisitor visitor) {
                return cold.scan(cursor, visitor);
            }
        };
    }
}

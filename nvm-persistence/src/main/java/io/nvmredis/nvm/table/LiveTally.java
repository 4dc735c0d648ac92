package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.RecordHeader;

/** Counts of what the index leads to. One thread; those of several are added up. */
final class LiveTally {
    private final long[] flushLsns = new long[TableDescriptor.PLACE_COUNT];
    private final long[] keys = new long[TableDescriptor.PLACE_COUNT];
    private final long[] deadlines = new long[TableDescriptor.PLACE_COUNT];
    private long highestLsn;

    LiveTally(TableParts parts) {
        highestLsn = parts.word(TableDescriptor.CHECKPOINT_OFFSET);
        for (int database = 0; database < TableDescriptor.DATABASE_COUNT; database++) {
            flushLsns[database] = parts.word(TableDescriptor.FLUSH_LSNS_OFFSET + database * Long.BYTES);
            highestLsn = Math.max(highestLsn, flushLsns[database]);
        }
    }

    /** Counts the key of a newest record. */
    void add(RecordHeader header) {
        int database = header.database();
        highestLsn = Math.max(highestLsn, header.lsn());
        if (database < 0 || database >= keys.length) {
            return;
        }
        if (!header.isTombstone() && header.lsn() >= flushLsns[database]) {
            keys[database]++;
            deadlines[database] += header.deadline() == ValueImage.NO_DEADLINE ? 0 : 1;
        }
    }

    void add(LiveTally other) {
        highestLsn = Math.max(highestLsn, other.highestLsn);
        for (int database = 0; database < keys.length; database++) {
            keys[database] += other.keys[database];
            deadlines[database] += other.deadlines[database];
        }
    }

    long keys(int database) {
        return keys[database];
    }

    long deadlines(int database) {
        return deadlines[database];
    }

    /** Returns the highest LSN of an effect that the table has. */
    long highestLsn() {
        return highestLsn;
    }
}

package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The keys of a database that the log has lost and the cold side may still show: each with the transaction that removed
 * it last, until that is applied.
 *
 * <p>Their order is that of the transactions, because a key removed again goes to the end. So what has been applied is
 * at the head, and each new one takes up to two such away: never more of them than have not been applied, but for a few.
 *
 * <p>Guarded by the engine's lock.
 */
final class Removals {
    private static final int TAKEN_AWAY_AT_A_TIME = 2;

    private final Map<Slice, Long> lsnByKey = new LinkedHashMap<>();

    void add(Slice key, long lsn, long appliedLsn) {
        lsnByKey.remove(key);
        lsnByKey.put(key, lsn);
        takeAwayApplied(appliedLsn);
    }

    private void takeAwayApplied(long appliedLsn) {
        Iterator<Long> lsns = lsnByKey.values().iterator();
        for (int i = 0; i < TAKEN_AWAY_AT_A_TIME && lsns.hasNext() && lsns.next() <= appliedLsn; i++) {
            lsns.remove();
        }
    }

    /** Whether the cold side may show this key though it is gone. */
    boolean hides(Slice key, long appliedLsn) {
        if (lsnByKey.isEmpty()) {
            return false;
        }
        Long lsn = lsnByKey.get(key);
        return lsn != null && lsn > appliedLsn;
    }

    int size() {
        return lsnByKey.size();
    }

    void clear() {
        lsnByKey.clear();
    }
}

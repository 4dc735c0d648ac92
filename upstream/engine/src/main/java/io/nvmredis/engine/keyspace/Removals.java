package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keys of a database that were removed and that the cold side may still show: each with the LSN of the transaction that
 * removed it last, until that transaction is applied.
 *
 * <p>The keys are in the order of these transactions, because a key that is removed again moves to the end. So the
 * applied ones are at the head. Each new key takes up to two applied ones away, so that there are hardly more keys than
 * removals that are not applied.
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

    /** Tells whether a key was removed and the cold side may still show it. */
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

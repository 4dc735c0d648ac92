package io.nvmredis.it.soak;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What has been done, for the verdict. Clients count in it from their threads; all else belongs to the test's. */
final class Tally {
    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong cuts = new AtomicLong();
    final AtomicLong inDoubt = new AtomicLong();
    final AtomicLong inDoubtFound = new AtomicLong();

    private final Map<Moment, Integer> hits = new EnumMap<>(Moment.class);
    private long keysCompared;
    private int kills;
    private int starts;

    void start() {
        starts++;
    }

    void kill(Moment moment) {
        kills++;
        hits.merge(moment, 1, Integer::sum);
    }

    void compared(long keys) {
        keysCompared += keys;
    }

    void add(Tally other) {
        acknowledged.addAndGet(other.acknowledged.get());
        refused.addAndGet(other.refused.get());
        cuts.addAndGet(other.cuts.get());
        inDoubt.addAndGet(other.inDoubt.get());
        inDoubtFound.addAndGet(other.inDoubtFound.get());
        other.hits.forEach((moment, count) -> hits.merge(moment, count, Integer::sum));
        keysCompared += other.keysCompared;
        kills += other.kills;
        starts += other.starts;
    }

    int kills() {
        return kills;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d kills %s, %d starts, %d acknowledged writes checked, %d in doubt (%d of them found), %d refused,"
                        + " %d clients cut, %d keys compared",
                kills,
                hits,
                starts,
                acknowledged.get(),
                inDoubt.get(),
                inDoubtFound.get(),
                refused.get(),
                cuts.get(),
                keysCompared);
    }
}

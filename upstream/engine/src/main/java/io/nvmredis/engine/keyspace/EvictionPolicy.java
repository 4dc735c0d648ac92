package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Says which entries to evict: S3-FIFO (Yang et al., SOSP 2023). New entries pass through a small queue, and most leave
 * it as they came, used by nobody since: those are evicted. One that was used gets into the main queue, and so does one
 * that comes back soon after it was evicted. There the oldest is evicted, unless it has been used: then it goes round
 * once more for each use, up to a few.
 *
 * <p>So the use of an entry costs one counter in the entry itself, and an entry that comes and goes a few links: by keys
 * of which some are used much more than others that keeps at least what W-TinyLFU keeps, for a fraction of the work.
 *
 * <p>Guarded by the engine's lock.
 */
final class EvictionPolicy {
    /** The small queue gets one part in so many of the budget. */
    private static final int SMALL_PART = 20;

    /** More uses than these are not counted. */
    static final int MAX_USES = 3;

    /** So many are sent round at a time; then the next one is evicted though it was used: nobody waits for a long walk. */
    private static final int SENT_ROUND_AT_A_TIME = 32;

    private static final int SMALL = 1;
    private static final int MAIN = 2;

    private final long budgetBytes;
    private final EvictionQueue small = new EvictionQueue(SMALL);
    private final EvictionQueue main = new EvictionQueue(MAIN);
    private final EvictedHashes evicted = new EvictedHashes();
    private final ArrayDeque<Entry> tooBig = new ArrayDeque<>();

    EvictionPolicy(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    static boolean knows(Entry entry) {
        return entry.queue != 0;
    }

    /** Null if it does not know the entry. */
    private @Nullable EvictionQueue queueOf(Entry entry) {
        if (entry.queue == 0) {
            return null;
        }
        return entry.queue == SMALL ? small : main;
    }

    /** An entry has been used, whether known or not. */
    static void used(Entry entry) {
        if (entry.uses < MAX_USES) {
            entry.uses++;
        }
    }

    /** Takes an entry in that it does not know; it may be a victim at once. */
    void admit(Entry entry) {
        if (entry.weight > budgetBytes) {
            tooBig.add(entry);
        } else if (evicted.remove(entry.hash)) {
            main.add(entry);
        } else {
            small.add(entry);
        }
    }

    /** Tells it that an entry that it knows has another weight. */
    void weighed(Entry entry) {
        EvictionQueue queue = queueOf(entry);
        if (queue == null || entry.weight == entry.trackedWeight) {
            return;
        }
        if (entry.weight > budgetBytes) {
            queue.remove(entry);
            tooBig.add(entry);
        } else {
            queue.weighed(entry);
        }
    }

    /** Forgets an entry that is gone. */
    void forget(Entry entry) {
        EvictionQueue queue = queueOf(entry);
        if (queue != null) {
            queue.remove(entry);
        }
    }

    /** An entry to be evicted, which the policy has forgotten, or null if there is none. */
    @Nullable
    Entry pollVictim() {
        Entry victim = tooBig.poll();
        while (victim == null && small.weight() + main.weight() > budgetBytes) {
            boolean isFromSmall = main.size() == 0 || small.weight() > budgetBytes / SMALL_PART;
            victim = isFromSmall ? pollSmall() : pollMain();
        }
        return victim;
    }

    /** Null if all of them have got into the main queue, or as many as may at a time. */
    private @Nullable Entry pollSmall() {
        Entry oldest = small.poll();
        for (int i = 0; oldest != null && oldest.uses > 0 && i < SENT_ROUND_AT_A_TIME; i++) {
            oldest.uses = 0;
            main.add(oldest);
            oldest = small.poll();
        }
        if (oldest != null) {
            evicted.makeRoom(small.size() + main.size());
            evicted.add(oldest.hash);
        }
        return oldest;
    }

    private @Nullable Entry pollMain() {
        Entry oldest = main.poll();
        for (int i = 0; oldest != null && oldest.uses > 0 && i < SENT_ROUND_AT_A_TIME; i++) {
            oldest.uses--;
            main.add(oldest);
            oldest = main.poll();
        }
        return oldest;
    }
}

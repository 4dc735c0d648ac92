package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.value.Entry;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the entries to evict, by S3-FIFO (Yang et al., SOSP 2023). A new entry enters a small queue. If it reaches
 * the head of that queue without having been used, it is evicted, as most entries are; otherwise it moves to the main
 * queue. An entry that returns soon after its eviction enters the main queue at once. The oldest entry of the main
 * queue is evicted if it has not been used; otherwise it returns to the tail, once per use, up to {@link #MAX_USES}
 * times.
 *
 * <p>A use of an entry therefore costs one counter in the entry, and an entry that comes and goes costs a few links.
 * For keys of which some are used much more often than others, the hit ratio is at least that of W-TinyLFU, for a
 * fraction of the work.
 *
 * <p>Guarded by the engine's lock.
 */
final class EvictionPolicy {
    /** Divisor of the budget: the small queue gets one part in {@code SMALL_PART}. */
    private static final int SMALL_PART = 20;

    /** Maximum count of uses of an entry. */
    static final int MAX_USES = 3;

    /**
     * Maximum number of used entries moved to the tail of the main queue per poll; the next entry is evicted even if it
     * was used. So no caller waits for a long walk.
     */
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

    /** Tells whether the policy knows an entry, which is then in one of its queues. */
    static boolean knows(Entry entry) {
        return entry.queue != 0;
    }

    /** Returns the queue of an entry, or null if the policy does not know the entry. */
    private @Nullable EvictionQueue queueOf(Entry entry) {
        if (entry.queue == 0) {
            return null;
        }
        return entry.queue == SMALL ? small : main;
    }

    /** Counts a use of an entry, which the policy may know or not. */
    static void used(Entry entry) {
        if (entry.uses < MAX_USES) {
            entry.uses++;
        }
    }

    /** Adds an entry that the policy does not know; it may be the next victim. */
    void admit(Entry entry) {
        if (entry.weight > budgetBytes) {
            tooBig.add(entry);
        } else if (evicted.remove(entry.hash)) {
            main.add(entry);
        } else {
            small.add(entry);
        }
    }

    /**
     * Tells whether a key that is not in memory should be, because it was in memory or used a short time ago. If not,
     * this use of it is remembered, so that the next one within a short time brings it into memory, and into the main
     * queue.
     */
    boolean wantsInMemory(long hash) {
        if (evicted.contains(hash)) {
            return true;
        }
        remember(hash);
        return false;
    }

    /** Takes over the changed weight of an entry; ignores an entry that the policy does not know. */
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

    /** Forgets an entry that was removed. */
    void forget(Entry entry) {
        EvictionQueue queue = queueOf(entry);
        if (queue != null) {
            queue.remove(entry);
        }
    }

    /** Returns an entry to be evicted, which the policy forgets, or null if none is to be evicted. */
    @Nullable
    Entry pollVictim() {
        Entry victim = tooBig.poll();
        while (victim == null && small.weight() + main.weight() > budgetBytes) {
            boolean isFromSmall = main.size() == 0 || small.weight() > budgetBytes / SMALL_PART;
            victim = isFromSmall ? pollSmall() : pollMain();
        }
        return victim;
    }

    /**
     * Returns the next victim of the small queue, or null if the queue is empty or each of its entries moved to the
     * main queue.
     */
    private @Nullable Entry pollSmall() {
        Entry oldest = small.poll();
        for (int i = 0; oldest != null && oldest.uses > 0 && i < SENT_ROUND_AT_A_TIME; i++) {
            oldest.uses = 0;
            main.add(oldest);
            oldest = small.poll();
        }
        if (oldest != null) {
            remember(oldest.hash);
        }
        return oldest;
    }

    private void remember(long hash) {
        evicted.makeRoom(small.size() + main.size());
        evicted.add(hash);
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

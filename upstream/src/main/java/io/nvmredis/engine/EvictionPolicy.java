package io.nvmredis.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Says which entries to evict: W-TinyLFU, as Caffeine has it. The cache holds the entries themselves and nothing else
 * does; what it gives up is only named here, to be evicted when that can be done.
 *
 * <p>It does its upkeep in the calls made to it, on the thread that makes them. Guarded by the engine's lock.
 */
final class EvictionPolicy {
    /** A change of weight by less than one part in so many, or less than these bytes, is not worth the policy's work. */
    private static final int TOLERANCE_PARTS = 8;

    private static final int TOLERANCE_BYTES = 256;

    private final Cache<Entry, Entry> cache;
    private final ArrayDeque<Entry> victims = new ArrayDeque<>();

    EvictionPolicy(long budgetBytes) {
        cache = Caffeine.newBuilder()
                .maximumWeight(budgetBytes)
                .weigher((Entry key, Entry entry) -> entry.trackedWeight)
                .evictionListener((key, entry, cause) -> name(key))
                .executor(Runnable::run)
                .build();
    }

    private void name(@Nullable Entry victim) {
        if (victim != null) {
            victim.trackedWeight = 0;
            victims.add(victim);
        }
    }

    static boolean knows(Entry entry) {
        return entry.trackedWeight != 0;
    }

    /** Takes an entry in; it may be a victim at once. */
    void admit(Entry entry) {
        entry.trackedWeight = entry.weight;
        cache.put(entry, entry);
    }

    /** Tells it that an entry that it knows has been used. */
    void used(Entry entry) {
        if (cache.getIfPresent(entry) == null) {
            throw new IllegalStateException("the eviction policy does not have an entry that it is known to have");
        }
    }

    /** Tells it what an entry that it knows weighs now, if that matters. */
    void weighed(Entry entry) {
        int change = Math.abs(entry.weight - entry.trackedWeight);
        if (change > TOLERANCE_BYTES && change > entry.trackedWeight / TOLERANCE_PARTS) {
            admit(entry);
        }
    }

    /** Forgets an entry that is gone. */
    void forget(Entry entry) {
        if (knows(entry)) {
            entry.trackedWeight = 0;
            cache.invalidate(entry);
        }
    }

    /** An entry to be evicted, which the policy has forgotten, or null if there is none. */
    @Nullable
    Entry pollVictim() {
        return victims.poll();
    }
}

package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.value.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a database that are in memory, by key, in buckets in the order of the keys' hashes. A cursor among the
 * hashes therefore means the same before and after the keyspace has grown, and a scan that goes on from it misses no
 * key and keeps no state.
 *
 * <p>The high ten bits of a hash choose a segment, and the next bits the bucket in it. Each segment grows by itself, so
 * that a command waits for the move of at most a thousandth of the keys.
 *
 * <p>Guarded by the engine's lock.
 */
public final class Keyspace {
    private static final int SEGMENT_BITS = 10;
    private static final int MIN_BUCKETS = 4;
    /**
     * Maximum number of buckets per segment: the first hash of a bucket then has low 16 bits of zero, as a cursor must.
     */
    private static final int MAX_BUCKETS = 1 << 28;

    private final @Nullable Segment[] segments = new Segment[1 << SEGMENT_BITS];
    private int size;

    private static final class Segment {
        private @Nullable Entry[] buckets = new Entry[MIN_BUCKETS];
        private int size;

        int bucketOf(long hash) {
            return (int) ((hash << SEGMENT_BITS) >>> (Long.SIZE - bits()));
        }

        /** Returns the number of bits that choose a bucket: at least 2, because there are at least four buckets. */
        int bits() {
            return Integer.numberOfTrailingZeros(buckets.length);
        }
    }

    public int size() {
        return size;
    }

    @Nullable
    Entry get(long hash, Slice key) {
        Segment segment = segments[segmentOf(hash)];
        if (segment == null) {
            return null;
        }
        byte[] bytes = RawBytes.of(key);
        for (Entry entry = segment.buckets[segment.bucketOf(hash)]; entry != null; entry = entry.next) {
            if (entry.hash == hash && Arrays.equals(entry.keyBytes(), bytes)) {
                return entry;
            }
        }
        return null;
    }

    /** Returns the first entry that {@link #get} would look at, or null. */
    public @Nullable Entry first(long hash) {
        Segment segment = segments[segmentOf(hash)];
        return segment == null ? null : segment.buckets[segment.bucketOf(hash)];
    }

    private static int segmentOf(long hash) {
        return (int) (hash >>> (Long.SIZE - SEGMENT_BITS));
    }

    /** Adds an entry whose key is not in the keyspace. */
    void add(Entry entry) {
        int index = segmentOf(entry.hash);
        Segment segment = segments[index];
        if (segment == null) {
            segment = new Segment();
            segments[index] = segment;
        }
        if (segment.size >= segment.buckets.length / 4 * 3 && segment.buckets.length < MAX_BUCKETS) {
            resize(segment, 2 * segment.buckets.length);
        }
        link(segment, entry);
        segment.size++;
        size++;
    }

    private static void link(Segment segment, Entry entry) {
        int bucket = segment.bucketOf(entry.hash);
        entry.next = segment.buckets[bucket];
        segment.buckets[bucket] = entry;
    }

    private static void resize(Segment segment, int bucketCount) {
        @Nullable Entry[] old = segment.buckets;
        segment.buckets = new Entry[bucketCount];
        for (Entry first : old) {
            for (Entry entry = first; entry != null; ) {
                Entry next = entry.next;
                link(segment, entry);
                entry = next;
            }
        }
    }

    /** Removes an entry, which must be in the keyspace. */
    void remove(Entry entry) {
        int index = segmentOf(entry.hash);
        Segment segment = segments[index];
        if (segment == null || !unlink(segment, entry)) {
            throw new IllegalStateException("an entry to be removed is not in its database");
        }
        segment.size--;
        size--;
        if (segment.size == 0) {
            segments[index] = null;
        } else if (segment.size < segment.buckets.length >> 3) {
            resize(segment, segment.buckets.length >> 2);
        }
    }

    private static boolean unlink(Segment segment, Entry entry) {
        int bucket = segment.bucketOf(entry.hash);
        Entry previous = null;
        for (Entry at = segment.buckets[bucket]; at != null; at = at.next) {
            if (at == entry) {
                if (previous == null) {
                    segment.buckets[bucket] = entry.next;
                } else {
                    previous.next = entry.next;
                }
                entry.next = null;
                return true;
            }
            previous = at;
        }
        return false;
    }

    void clear() {
        Arrays.fill(segments, null);
        size = 0;
    }

    /** Passes every entry to an action, which must not add or remove any. */
    void forEach(Consumer<Entry> action) {
        walk(0, 0, Integer.MAX_VALUE, action);
    }

    /** Returns a new list of all entries. */
    List<Entry> all() {
        List<Entry> all = new ArrayList<>(size);
        forEach(all::add);
        return all;
    }

    /**
     * Passes to an action the entries whose hashes are at least {@code from} and less than {@code to}, where 0 as the
     * end stands for 2^64.
     */
    void forEachBetween(long from, long to, Consumer<Entry> action) {
        walk(from, to, Integer.MAX_VALUE, action);
    }

    /**
     * Passes to an action the entries whose hashes are at least {@code from}, bucket by bucket, until there have been
     * as many as wanted or the end is reached.
     *
     * @return the cursor at which to go on, a number whose low 16 bits are zero; 0 at the end
     */
    long walk(long from, int wanted, Consumer<Entry> action) {
        return walk(from, 0, wanted, action);
    }

    private long walk(long from, long to, int wanted, Consumer<Entry> action) {
        // Last hash of the range, in unsigned order.
        long last = to - 1;
        int seen = 0;
        int lastSegment = segmentOf(last);
        for (int index = segmentOf(from); index <= lastSegment; index++) {
            Segment segment = segments[index];
            if (segment == null) {
                continue;
            }
            int bucket = index == segmentOf(from) ? segment.bucketOf(from) : 0;
            int lastBucket = index == lastSegment ? segment.bucketOf(last) : segment.buckets.length - 1;
            for (; bucket <= lastBucket; bucket++) {
                for (Entry entry = segment.buckets[bucket]; entry != null; entry = entry.next) {
                    if (Long.compareUnsigned(entry.hash, from) >= 0 && Long.compareUnsigned(entry.hash, last) <= 0) {
                        action.accept(entry);
                        seen++;
                    }
                }
                if (seen >= wanted) {
                    return startOfNext(index, segment, bucket);
                }
            }
        }
        return 0;
    }

    /** Returns the first hash of the bucket after this one; 0 after the last bucket. */
    private static long startOfNext(int index, Segment segment, int bucket) {
        long start = (long) index << (Long.SIZE - SEGMENT_BITS);
        return start + ((bucket + 1L) << (Long.SIZE - SEGMENT_BITS - segment.bits()));
    }
}

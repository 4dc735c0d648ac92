package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.table.KeyEffects;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.effects.EffectReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the effects on each key stand in a piece of the log: gathered in one pass, in DRAM, while that piece is read and
 * checked anyway. The effects themselves stay where they are.
 *
 * <p>An open-addressing map from the hash of a key to its newest <b>link</b>; each link leads to the one before it. Slots
 * stand in the order of hashes, so that keys can be shown in the order in which the table shows them. A link is a range of
 * effects on one key that stand together in one transaction. Keys that share a hash share a chain, and are told apart by
 * their bytes, which the effects name.
 *
 * <p>A FLUSHDB makes every link before it meaningless that is of its database: links are numbered in the order of the
 * log.
 *
 * <p>One thread adds; when it has ended, any number of threads may read.
 */
public final class BacklogIndex {
    private static final int NONE = -1;
    private static final int INITIAL_CAPACITY = 1 << 12;
    private static final int DATABASE_BITS = Integer.numberOfTrailingZeros(TableDescriptor.DATABASE_COUNT);
    private static final int DATABASE_MASK = TableDescriptor.DATABASE_COUNT - 1;

    private final long tableId;
    private final EffectWalker walker = new EffectWalker();

    /** By slot. A power of two in length, at most three quarters full. */
    private long[] hashes = new long[INITIAL_CAPACITY];
    /** The newest link plus 1; 0 is empty. */
    private int[] newestLinks = new int[INITIAL_CAPACITY];

    private int hashCount;

    // By link.
    private long[] lsns = new long[INITIAL_CAPACITY];
    /** Number of the source, and the database in the low bits. */
    private int[] places = new int[INITIAL_CAPACITY];

    private int[] offsets = new int[INITIAL_CAPACITY];
    /** Negative, the complement of it, if the first effect replaces whatever the key had. */
    private int[] lengths = new int[INITIAL_CAPACITY];
    /** The link before it plus 1; 0 if there is none. */
    private int[] olderLinks = new int[INITIAL_CAPACITY];

    private int linkCount;

    /** What links point into: files of the log, and transactions that do not stand in one piece in any of them. */
    private final List<Source> sources = new ArrayList<>();

    private final long[] flushLsns = new long[TableDescriptor.DATABASE_COUNT];
    /** Links below this are of before the last FLUSHDB. */
    private final int[] flushLinks = new int[TableDescriptor.DATABASE_COUNT];

    /** The last effect added, of the transaction that is being added. */
    private int lastKeyOffset;

    private int lastKeyLength;
    private int lastLink;

    /** Bytes of effects: a region, or an array in its place. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Source(@Nullable PmemRegion region, byte[] bytes) {
        private static final byte[] NOTHING = {};

        byte[] copy(int offset, int length) {
            if (region == null) {
                return Arrays.copyOfRange(bytes, offset, offset + length);
            }
            byte[] copy = new byte[length];
            region.getBytes(offset, copy, 0, length);
            return copy;
        }
    }

    /** An empty one, of effects on keys of the table with this id. */
    public BacklogIndex(long tableId) {
        this.tableId = tableId;
    }

    /**
     * Adds the effects of the next transaction.
     *
     * @param bytes holds them, between {@code offset} and {@code offset + length}; not kept
     * @param region where they stand in one piece, for as long as the index is used
     * @param regionOffset where in it they begin
     */
    public void add(long lsn, byte[] bytes, int offset, int length, PmemRegion region, int regionOffset) {
        int last = sources.size() - 1;
        if (last < 0 || sources.get(last).region() != region) {
            sources.add(new Source(region, Source.NOTHING));
        }
        add(lsn, bytes, offset, length, regionOffset - offset);
    }

    /** Adds the effects of the next transaction, which stand nowhere in one piece. The bytes are copied. */
    public void add(long lsn, byte[] bytes, int offset, int length) {
        sources.add(new Source(null, Arrays.copyOfRange(bytes, offset, offset + length)));
        add(lsn, bytes, offset, length, -offset);
    }

    /** Reads the effects, each of which stands {@code shift} further on in the newest source. */
    private void add(long lsn, byte[] bytes, int offset, int length, int shift) {
        int database = 0;
        lastLink = NONE;
        walker.reset(bytes, offset, length);
        while (walker.next()) {
            switch (walker.kind()) {
                case SELECT -> database = walker.database();
                case FLUSHDB -> {
                    flushLsns[database] = lsn;
                    flushLinks[database] = linkCount;
                    lastLink = NONE;
                }
                case REPLACES -> addEffect(lsn, database, bytes, shift, true);
                case CHANGES -> addEffect(lsn, database, bytes, shift, false);
            }
        }
    }

    private void addEffect(long lsn, int database, byte[] bytes, int shift, boolean replaces) {
        int start = walker.start();
        int end = walker.end();
        int keyOffset = walker.keyOffset();
        int keyLength = walker.keyLength();
        int slot = slotOf(Table.hash(tableId, database, bytes, keyOffset, keyLength));
        boolean isNext = lastLink != NONE
                && newestLinks[slot] == lastLink + 1
                && (places[lastLink] & DATABASE_MASK) == database
                && Arrays.equals(
                        bytes, keyOffset, keyOffset + keyLength, bytes, lastKeyOffset, lastKeyOffset + lastKeyLength);
        if (isNext && !replaces) {
            lengths[lastLink] += lengths[lastLink] < 0 ? start - end : end - start;
            return;
        }
        if (linkCount == lsns.length) {
            growLinks();
        }
        lastLink = linkCount++;
        lastKeyOffset = keyOffset;
        lastKeyLength = keyLength;
        lsns[lastLink] = lsn;
        places[lastLink] = (sources.size() - 1) << DATABASE_BITS | database;
        offsets[lastLink] = start + shift;
        lengths[lastLink] = replaces ? ~(end - start) : end - start;
        olderLinks[lastLink] = newestLinks[slot];
        newestLinks[slot] = lastLink + 1;
    }

    /** The slot of a hash, which gets one if it has none. */
    private int slotOf(long hash) {
        int slot = find(hash);
        if (newestLinks[slot] == 0) {
            if (hashCount >= newestLinks.length / 4 * 3) {
                growSlots();
                slot = find(hash);
            }
            hashCount++;
            hashes[slot] = hash;
        }
        return slot;
    }

    /** The slot of a hash, or an empty one where it would be. */
    private int find(long hash) {
        int mask = newestLinks.length - 1;
        int slot = home(hash);
        while (newestLinks[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(long hash) {
        return (int) (hash >>> (Long.SIZE - Integer.numberOfTrailingZeros(newestLinks.length)));
    }

    private void growSlots() {
        long[] oldHashes = hashes;
        int[] oldLinks = newestLinks;
        hashes = new long[2 * oldHashes.length];
        newestLinks = new int[hashes.length];
        for (int i = 0; i < oldLinks.length; i++) {
            if (oldLinks[i] != 0) {
                int slot = find(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                newestLinks[slot] = oldLinks[i];
            }
        }
    }

    private void growLinks() {
        int capacity = 2 * linkCount;
        lsns = Arrays.copyOf(lsns, capacity);
        places = Arrays.copyOf(places, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        olderLinks = Arrays.copyOf(olderLinks, capacity);
    }

    // --- Reading. ---

    /** LSN of the last FLUSHDB of a database, 0 if there is none. */
    long flushLsn(int database) {
        return flushLsns[database];
    }

    /**
     * Adds to a list the ranges of effects on a key that matter, the oldest first: those of after an LSN, from the last one
     * on that replaces whatever the key had, and of after the last FLUSHDB.
     */
    void effects(long hash, int database, byte[] key, long aboveLsn, KeyEffects target) {
        List<byte[]> ranges = new ArrayList<>();
        List<Integer> links = new ArrayList<>();
        EffectReader keys = new EffectReader();
        int link = newestLinks[find(hash)] - 1;
        while (link >= flushLinks[database] && lsns[link] > aboveLsn) {
            byte[] range = range(link);
            if (isOf(link, range, database, key, keys)) {
                ranges.add(range);
                links.add(link);
                if (lengths[link] < 0) {
                    break;
                }
            }
            link = olderLinks[link] - 1;
        }
        for (int i = ranges.size() - 1; i >= 0; i--) {
            target.add(lsns[links.get(i)], ranges.get(i), 0, ranges.get(i).length);
        }
    }

    /** Whether there is any effect on a key that matters, of after an LSN. */
    boolean has(long hash, int database, byte[] key, long aboveLsn) {
        EffectReader keys = new EffectReader();
        int link = newestLinks[find(hash)] - 1;
        while (link >= flushLinks[database] && lsns[link] > aboveLsn) {
            if (isOf(link, range(link), database, key, keys)) {
                return true;
            }
            link = olderLinks[link] - 1;
        }
        return false;
    }

    private byte[] range(int link) {
        int length = lengths[link];
        return sources.get(places[link] >> DATABASE_BITS).copy(offsets[link], length < 0 ? ~length : length);
    }

    private boolean isOf(int link, byte[] range, int database, byte[] key, EffectReader keys) {
        if ((places[link] & DATABASE_MASK) != database) {
            return false;
        }
        keys.reset(range, 0, range.length).next();
        int offset = keys.offset(0);
        return Arrays.equals(range, offset, offset + keys.length(0), key, 0, key.length);
    }

    /** Shown keys. */
    interface Visitor {
        void key(int database, byte[] key);
    }

    int slotCount() {
        return newestLinks.length;
    }

    /** The hash in a slot that is not empty. */
    long hash(int slot) {
        return hashes[slot];
    }

    boolean isEmpty(int slot) {
        return newestLinks[slot] == 0;
    }

    /**
     * Shows the keys of which any effect of after an LSN matters and whose hashes lie from one up to, not including,
     * another, where 0 stands for 2^64.
     */
    void forEachBetween(long from, long to, long aboveLsn, Visitor visitor) {
        int first = home(from);
        int last = home(to - 1);
        int mask = newestLinks.length - 1;
        // Behind the last home, a slot may still hold a hash that found its home taken.
        for (int i = 0; i < newestLinks.length; i++) {
            int slot = (first + i) & mask;
            if (isEmpty(slot)) {
                if (first + i > last) {
                    return;
                }
            } else if (Long.compareUnsigned(hashes[slot], from) >= 0
                    && Long.compareUnsigned(hashes[slot], to - 1) <= 0) {
                forEachIn(slot, aboveLsn, visitor);
            }
        }
    }

    /** Shows the keys of a slot, each once. There is one, unless keys share a hash. */
    void forEachIn(int slot, long aboveLsn, Visitor visitor) {
        EffectReader keys = new EffectReader();
        List<byte[]> seen = new ArrayList<>();
        List<Integer> seenDatabases = new ArrayList<>();
        int link = newestLinks[slot] - 1;
        for (; link >= 0 && lsns[link] > aboveLsn; link = olderLinks[link] - 1) {
            int database = places[link] & DATABASE_MASK;
            if (link < flushLinks[database]) {
                continue;
            }
            byte[] range = range(link);
            boolean isNew = true;
            for (int i = 0; isNew && i < seen.size(); i++) {
                isNew = !isOf(link, range, seenDatabases.get(i), seen.get(i), keys);
            }
            if (isNew) {
                keys.reset(range, 0, range.length).next();
                seen.add(keys.argument(0));
                seenDatabases.add(database);
            }
        }
        for (int i = 0; i < seen.size(); i++) {
            visitor.key(seenDatabases.get(i), seen.get(i));
        }
    }
}

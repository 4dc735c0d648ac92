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
 * <p><b>Limits.</b> What it takes of the heap is limited, and so is how many links, and bytes of changes, a lookup of one
 * key would have to go through. Where a piece of the log has more than that, the index drops everything and says so
 * ({@link #isDropped}): that piece is to be applied before anything is shown.
 *
 * <p>Of a key that is replaced again and again, links from before it was are cut off now and then.
 *
 * <p>One thread adds; when it has ended, any number of threads may read.
 */
public final class BacklogIndex {
    private static final int NONE = -1;
    private static final int INITIAL_CAPACITY = 1 << 12;
    /** A chain is gone through by every lookup of its key, under the engine's lock: some milliseconds' work. */
    private static final int LONGEST_CHAIN = 1 << 12;

    private static final int MOST_CHANGED_BYTES = 1 << 20;
    /** A chain as long as this, or an effect of as many bytes, makes it worth while to look whether it can be cut. */
    private static final int CUT_LINKS = 64;

    private static final int CUT_BYTES = 16 << 10;
    private static final int HEAP_PARTS = 8;
    private static final int BYTES_PER_SLOT = Long.BYTES + 3 * Integer.BYTES;
    private static final int BYTES_PER_LINK = Long.BYTES + 4 * Integer.BYTES;
    /** Of a transaction that is copied, besides its bytes. */
    private static final int BYTES_PER_COPY = 64;

    private static final int DATABASE_BITS = Integer.numberOfTrailingZeros(TableDescriptor.DATABASE_COUNT);
    private static final int DATABASE_MASK = TableDescriptor.DATABASE_COUNT - 1;

    private final long tableId;
    private final long limitBytes;
    private final EffectWalker walker = new EffectWalker();

    /** By slot. A power of two in length, at most three quarters full. */
    private long[] hashes = new long[INITIAL_CAPACITY];
    /** The newest link plus 1; 0 is empty. */
    private int[] newestLinks = new int[INITIAL_CAPACITY];

    private int[] chainLengths = new int[INITIAL_CAPACITY];
    /** Bytes of the changes since the key was last replaced. */
    private int[] changedBytes = new int[INITIAL_CAPACITY];

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

    private long copiedBytes;
    private boolean isDropped;

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

    /** An empty one, of effects on keys of the table with this id, that may take its share of the heap. */
    public BacklogIndex(long tableId) {
        this(tableId, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
    }

    /** The same, that may take so many bytes. */
    public BacklogIndex(long tableId, long limitBytes) {
        this.tableId = tableId;
        this.limitBytes = limitBytes;
    }

    /** Whether there was more than the limits allow: then nothing is here, and nothing is added any more. */
    public boolean isDropped() {
        return isDropped;
    }

    /**
     * Adds the effects of the next transaction.
     *
     * @param bytes holds them, between {@code offset} and {@code offset + length}; not kept
     * @param region where they stand in one piece, for as long as the index is used
     * @param regionOffset where in it they begin
     */
    public void add(long lsn, byte[] bytes, int offset, int length, PmemRegion region, int regionOffset) {
        if (isDropped) {
            return;
        }
        int last = sources.size() - 1;
        if (last < 0 || sources.get(last).region() != region) {
            sources.add(new Source(region, Source.NOTHING));
        }
        add(lsn, bytes, offset, length, regionOffset - offset);
    }

    /** Adds the effects of the next transaction, which stand nowhere in one piece. The bytes are copied. */
    public void add(long lsn, byte[] bytes, int offset, int length) {
        copiedBytes += length + BYTES_PER_COPY;
        if (isDropped || isTooMuch(0)) {
            drop();
            return;
        }
        sources.add(new Source(null, Arrays.copyOfRange(bytes, offset, offset + length)));
        add(lsn, bytes, offset, length, -offset);
    }

    /** Reads the effects, each of which stands {@code shift} further on in the newest source. */
    private void add(long lsn, byte[] bytes, int offset, int length, int shift) {
        int database = 0;
        lastLink = NONE;
        walker.reset(bytes, offset, length);
        while (!isDropped && walker.next()) {
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
        // While an array grows, the old one is there, too.
        if ((isFullOfHashes() && isTooMuch(2L * newestLinks.length * BYTES_PER_SLOT))
                || (linkCount == lsns.length && isTooMuch(linkCount * 3L / 2 * BYTES_PER_LINK))) {
            drop();
            return;
        }
        int slot = slotOf(Table.hash(tableId, database, bytes, walker.keyOffset(), walker.keyLength()));
        int length = walker.end() - walker.start();
        if (!replaces && isNext(slot, database, bytes)) {
            lengths[lastLink] += lengths[lastLink] < 0 ? -length : length;
        } else {
            addLink(slot, lsn, (sources.size() - 1) << DATABASE_BITS | database, shift, replaces);
        }
        if (!replaces) {
            changedBytes[slot] += length;
        } else {
            changedBytes[slot] = 0;
            if (chainLengths[slot] >= CUT_LINKS || length >= CUT_BYTES) {
                cut(slot, database, bytes);
            }
        }
        if (chainLengths[slot] > LONGEST_CHAIN || changedBytes[slot] > MOST_CHANGED_BYTES) {
            drop();
        }
    }

    /** Whether the effect belongs to the same link as the one added before it. */
    private boolean isNext(int slot, int database, byte[] bytes) {
        int offset = walker.keyOffset();
        return lastLink != NONE
                && newestLinks[slot] == lastLink + 1
                && (places[lastLink] & DATABASE_MASK) == database
                && Arrays.equals(
                        bytes,
                        offset,
                        offset + walker.keyLength(),
                        bytes,
                        lastKeyOffset,
                        lastKeyOffset + lastKeyLength);
    }

    private void addLink(int slot, long lsn, int place, int shift, boolean replaces) {
        if (linkCount == lsns.length) {
            growLinks();
        }
        int length = walker.end() - walker.start();
        lastLink = linkCount++;
        lastKeyOffset = walker.keyOffset();
        lastKeyLength = walker.keyLength();
        lsns[lastLink] = lsn;
        places[lastLink] = place;
        offsets[lastLink] = walker.start() + shift;
        lengths[lastLink] = replaces ? ~length : length;
        olderLinks[lastLink] = newestLinks[slot];
        newestLinks[slot] = lastLink + 1;
        chainLengths[slot]++;
    }

    /** The newest link replaces whatever its key had: takes the older ones away, unless one is of another key. */
    private void cut(int slot, int database, byte[] bytes) {
        byte[] key = Arrays.copyOfRange(bytes, walker.keyOffset(), walker.keyOffset() + walker.keyLength());
        EffectReader keys = new EffectReader();
        int newest = newestLinks[slot] - 1;
        for (int link = olderLinks[newest] - 1; link != NONE; link = olderLinks[link] - 1) {
            if (!isOf(link, range(link), database, key, keys)) {
                return;
            }
        }
        olderLinks[newest] = 0;
        chainLengths[slot] = 1;
    }

    /** Whether it takes more than it may, once it takes so many bytes more. */
    private boolean isTooMuch(long moreBytes) {
        long slotBytes = (long) newestLinks.length * BYTES_PER_SLOT;
        return slotBytes + (long) lsns.length * BYTES_PER_LINK + copiedBytes + moreBytes > limitBytes;
    }

    private void drop() {
        isDropped = true;
        hashes = new long[1];
        newestLinks = new int[1];
        chainLengths = new int[1];
        changedBytes = new int[1];
        lsns = new long[0];
        places = new int[0];
        offsets = new int[0];
        lengths = new int[0];
        olderLinks = new int[0];
        hashCount = 0;
        linkCount = 0;
        copiedBytes = 0;
        sources.clear();
    }

    /** The slot of a hash, which gets one if it has none. */
    private int slotOf(long hash) {
        int slot = find(hash);
        if (newestLinks[slot] == 0) {
            if (isFullOfHashes()) {
                growSlots();
                slot = find(hash);
            }
            hashCount++;
            hashes[slot] = hash;
        }
        return slot;
    }

    private boolean isFullOfHashes() {
        return hashCount >= newestLinks.length / 4 * 3;
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
        int[] oldLengths = chainLengths;
        int[] oldBytes = changedBytes;
        hashes = new long[2 * oldHashes.length];
        newestLinks = new int[hashes.length];
        chainLengths = new int[hashes.length];
        changedBytes = new int[hashes.length];
        for (int i = 0; i < oldLinks.length; i++) {
            if (oldLinks[i] != 0) {
                int slot = find(oldHashes[i]);
                hashes[slot] = oldHashes[i];
                newestLinks[slot] = oldLinks[i];
                chainLengths[slot] = oldLengths[i];
                changedBytes[slot] = oldBytes[i];
            }
        }
    }

    private void growLinks() {
        int capacity = linkCount + linkCount / 2;
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

    /** The first hash whose home is so many slots behind that of another; 0, which stands for 2^64, at the end. */
    long hashAfter(long hash, int slots) {
        int slot = home(hash) + slots;
        return slot >= newestLinks.length
                ? 0
                : (long) slot << (Long.SIZE - Integer.numberOfTrailingZeros(newestLinks.length));
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

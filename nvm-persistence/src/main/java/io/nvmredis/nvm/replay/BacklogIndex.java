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
 * Index, in DRAM, of the effects on each key in a part of the log. It is made in one pass, while that part is read and
 * checked anyway. The effects themselves stay in the log.
 *
 * <p>An open-addressing map from the hash of a key to its newest <b>link</b>; each link leads to the one before it.
 * Slots are in the order of hashes, so that keys can be shown in the order in which the table shows them. A link is a
 * range of effects on one key that follow each other in one transaction. Keys that share a hash share a chain, and are
 * told apart by their bytes, which the effects name.
 *
 * <p>A FLUSHDB makes all earlier links of its database meaningless; links are numbered in the order of the log, so that
 * earlier ones have lower numbers.
 *
 * <p><b>Limits.</b> The index may take a limited part of the JVM's heap, and a lookup of one key may go through a
 * limited number of links and bytes of changes. Where a part of the log exceeds a limit, the index drops everything,
 * see {@link #isDropped}: that part must be applied before anything is shown.
 *
 * <p>For a key that is replaced often, the links before the replacement are cut off now and then.
 *
 * <p>One thread adds; after it has finished, any number of threads may read.
 */
public final class BacklogIndex {
    private static final int NONE = -1;
    private static final int INITIAL_CAPACITY = 1 << 12;
    /**
     * Most links of a chain. Every lookup of its key goes through them under the engine's lock, which takes some
     * milliseconds.
     */
    private static final int LONGEST_CHAIN = 1 << 12;

    private static final int MOST_CHANGED_BYTES = 1 << 20;
    /** Links of a chain at which a replacement makes it worth while to check whether older links can be cut off. */
    private static final int CUT_LINKS = 64;

    /** Bytes of a replacing effect at which that check is worth while. */
    private static final int CUT_BYTES = 16 << 10;

    private static final int HEAP_PARTS = 8;
    private static final int BYTES_PER_SLOT = Long.BYTES + 3 * Integer.BYTES;
    private static final int BYTES_PER_LINK = Long.BYTES + 4 * Integer.BYTES;
    /** Bytes that a copied transaction takes besides its own. */
    private static final int BYTES_PER_COPY = 64;

    private static final int DATABASE_BITS = Integer.numberOfTrailingZeros(TableDescriptor.DATABASE_COUNT);
    private static final int DATABASE_MASK = TableDescriptor.DATABASE_COUNT - 1;

    private final long tableId;
    private final long limitBytes;
    private final EffectWalker walker = new EffectWalker();

    /** Hashes, by slot. The number of slots is a power of two; at most three quarters are used. */
    private long[] hashes = new long[INITIAL_CAPACITY];
    /** Newest link of each slot plus 1; 0 for an empty slot. */
    private int[] newestLinks = new int[INITIAL_CAPACITY];

    private int[] chainLengths = new int[INITIAL_CAPACITY];
    /** Bytes of the changes since the key was last replaced, by slot. */
    private int[] changedBytes = new int[INITIAL_CAPACITY];

    private int hashCount;

    // The arrays from here to olderLinks are by link.
    private long[] lsns = new long[INITIAL_CAPACITY];
    /** Number of the source, with the database in the low bits. */
    private int[] sourcesAndDatabases = new int[INITIAL_CAPACITY];

    private int[] offsets = new int[INITIAL_CAPACITY];
    /** Length of the range, or its complement, which is negative, if the first effect replaces the key. */
    private int[] lengths = new int[INITIAL_CAPACITY];
    /** Next older link of the same slot plus 1; 0 if there is none. */
    private int[] olderLinks = new int[INITIAL_CAPACITY];

    private int linkCount;

    /** Sources that links point into: files of the log, and copies of transactions that no file has in one piece. */
    private final List<Source> sources = new ArrayList<>();

    private final long[] flushLsns = new long[TableDescriptor.DATABASE_COUNT];
    /** Number of links before the last FLUSHDB of each database; those links are meaningless. */
    private final int[] flushLinks = new int[TableDescriptor.DATABASE_COUNT];

    private long copiedBytes;
    private boolean isDropped;

    /** Offset of the key of the last effect added from the current transaction. */
    private int lastKeyOffset;

    private int lastKeyLength;
    private int lastLink;

    /** Bytes of effects, in a region or in an array. */
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

    /** Creates an empty index of effects on keys of the table with this id. It may take an eighth of the JVM's heap. */
    public BacklogIndex(long tableId) {
        this(tableId, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
    }

    /** Creates an empty index that may take {@code limitBytes}. */
    public BacklogIndex(long tableId, long limitBytes) {
        this.tableId = tableId;
        this.limitBytes = limitBytes;
    }

    /** Returns whether a limit was exceeded: then the index is empty, and nothing is added any more. */
    public boolean isDropped() {
        return isDropped;
    }

    /**
     * Adds the effects of the next transaction.
     *
     * @param bytes array with the effects between {@code offset} and {@code offset + length}; not kept
     * @param region region that has them in one piece for as long as the index is used
     * @param regionOffset their offset in the region
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

    /** Adds the effects of the next transaction, which no region has in one piece. The bytes are copied. */
    public void add(long lsn, byte[] bytes, int offset, int length) {
        copiedBytes += length + BYTES_PER_COPY;
        if (isDropped || isTooMuch(0)) {
            drop();
            return;
        }
        sources.add(new Source(null, Arrays.copyOfRange(bytes, offset, offset + length)));
        add(lsn, bytes, offset, length, -offset);
    }

    /** Reads the effects. The offset of each in the newest source is its offset in {@code bytes} plus {@code shift}. */
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
        // While an array grows, the old one takes memory, too.
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

    /** Returns whether the effect belongs to the same link as the one added before it. */
    private boolean isNext(int slot, int database, byte[] bytes) {
        int offset = walker.keyOffset();
        return lastLink != NONE
                && newestLinks[slot] == lastLink + 1
                && (sourcesAndDatabases[lastLink] & DATABASE_MASK) == database
                && Arrays.equals(
                        bytes,
                        offset,
                        offset + walker.keyLength(),
                        bytes,
                        lastKeyOffset,
                        lastKeyOffset + lastKeyLength);
    }

    private void addLink(int slot, long lsn, int sourceAndDatabase, int shift, boolean replaces) {
        if (linkCount == lsns.length) {
            growLinks();
        }
        int length = walker.end() - walker.start();
        lastLink = linkCount++;
        lastKeyOffset = walker.keyOffset();
        lastKeyLength = walker.keyLength();
        lsns[lastLink] = lsn;
        sourcesAndDatabases[lastLink] = sourceAndDatabase;
        offsets[lastLink] = walker.start() + shift;
        lengths[lastLink] = replaces ? ~length : length;
        olderLinks[lastLink] = newestLinks[slot];
        newestLinks[slot] = lastLink + 1;
        chainLengths[slot]++;
    }

    /** Removes the links before the newest one, which replaces its key, unless one of them is of another key. */
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

    /** Returns whether the index takes more than its limit, once it takes {@code moreBytes} more. */
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
        sourcesAndDatabases = new int[0];
        offsets = new int[0];
        lengths = new int[0];
        olderLinks = new int[0];
        hashCount = 0;
        linkCount = 0;
        copiedBytes = 0;
        sources.clear();
    }

    /** Returns the slot of a hash, which gets one if it has none. */
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

    /** Returns the slot of a hash, or the empty one that it would get. */
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
        sourcesAndDatabases = Arrays.copyOf(sourcesAndDatabases, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        olderLinks = Arrays.copyOf(olderLinks, capacity);
    }

    /** Returns the LSN of the last FLUSHDB of a database, 0 if there is none. */
    long flushLsn(int database) {
        return flushLsns[database];
    }

    /**
     * Adds the ranges of effects on a key that matter to {@code target}, the oldest first: those above an LSN and after
     * the last FLUSHDB, beginning with the last one that replaces the key.
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

    /** Returns whether there is an effect on a key above an LSN and after the last FLUSHDB. */
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
        return sources.get(sourcesAndDatabases[link] >> DATABASE_BITS)
                .copy(offsets[link], length < 0 ? ~length : length);
    }

    private boolean isOf(int link, byte[] range, int database, byte[] key, EffectReader keys) {
        if ((sourcesAndDatabases[link] & DATABASE_MASK) != database) {
            return false;
        }
        keys.reset(range, 0, range.length).next();
        int offset = keys.offset(0);
        return Arrays.equals(range, offset, offset + keys.length(0), key, 0, key.length);
    }

    /**
     * Returns the first hash whose home is {@code slots} slots behind the home of another; 0, which stands for 2^64, at
     * the end.
     */
    long hashAfter(long hash, int slots) {
        int slot = home(hash) + slots;
        return slot >= newestLinks.length
                ? 0
                : (long) slot << (Long.SIZE - Integer.numberOfTrailingZeros(newestLinks.length));
    }

    /** Receives keys. */
    interface Visitor {
        void key(int database, byte[] key);
    }

    int slotCount() {
        return newestLinks.length;
    }

    /** Returns the hash in a slot that is not empty. */
    long hash(int slot) {
        return hashes[slot];
    }

    boolean isEmpty(int slot) {
        return newestLinks[slot] == 0;
    }

    /**
     * Shows the keys with effects above an LSN that matter and with hashes from {@code from} up to, and not including,
     * {@code to}, where 0 stands for 2^64.
     */
    void forEachBetween(long from, long to, long aboveLsn, Visitor visitor) {
        int first = home(from);
        int last = home(to - 1);
        int mask = newestLinks.length - 1;
        // Behind the last home, a slot may hold a hash whose home was taken.
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

    /** Shows the keys of a slot, each once. There is one key, unless several share a hash. */
    void forEachIn(int slot, long aboveLsn, Visitor visitor) {
        EffectReader keys = new EffectReader();
        List<byte[]> seen = new ArrayList<>();
        List<Integer> seenDatabases = new ArrayList<>();
        int link = newestLinks[slot] - 1;
        for (; link >= 0 && lsns[link] > aboveLsn; link = olderLinks[link] - 1) {
            int database = sourcesAndDatabases[link] & DATABASE_MASK;
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

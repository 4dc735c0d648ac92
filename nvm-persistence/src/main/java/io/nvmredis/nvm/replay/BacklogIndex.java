package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.table.KeyEffects;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.effects.EffectReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
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
 * <p><b>Limits.</b> The index may take a limited part of the JVM's heap. Where a part of the log exceeds that, the index
 * drops everything, see {@link #isDropped}: that part must be applied before anything is shown.
 *
 * <p>A lookup of one key may go through a limited number of links and bytes of changes. A chain beyond that is <b>long</b>
 * and must not be looked through before the table has all of it, see {@link #neededLsn}.
 *
 * <p>For a key that is replaced often, the links before the replacement are cut off now and then.
 *
 * <p>One thread adds; after it has finished, any number of threads may read.
 */
public final class BacklogIndex {
    private static final int NONE = IndexLinks.NONE;
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
    /** Most bytes of any index: so many links and slots can be numbered. */
    private static final long MOST_BYTES = 1L << 34;

    /** Bytes that a copied transaction takes besides its own. */
    private static final int BYTES_PER_COPY = 64;

    /** Bits for the number of a database, or of the place of the libraries of functions behind them. */
    private static final int DATABASE_BITS =
            Integer.SIZE - Integer.numberOfLeadingZeros(TableDescriptor.PLACE_COUNT - 1);

    private static final int DATABASE_MASK = (1 << DATABASE_BITS) - 1;

    private final long tableId;
    private final long limitBytes;
    private final int longestChain;
    private final int mostChangedBytes;
    private final EffectWalker walker = new EffectWalker();
    private final IndexSlots slots = new IndexSlots();
    private final IndexLinks links = new IndexLinks();
    private final PendingLinks pending = new PendingLinks();

    /** Sources that links point into: files of the log, and copies of transactions that no file has in one piece. */
    private final List<Source> sources = new ArrayList<>();

    private final long[] flushLsns = new long[TableDescriptor.PLACE_COUNT];
    /** Number of links before the last FLUSHDB of each database; those links are meaningless. */
    private final int[] flushLinks = new int[TableDescriptor.PLACE_COUNT];

    /** Number of slots with a long chain. */
    private int longCount;

    private long copiedBytes;
    private boolean isDropped;

    /** Database of the last effect added from the current transaction, or {@link #NONE}. */
    private int lastDatabase = NONE;

    private int lastKeyOffset;
    private int lastKeyLength;

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

    /**
     * Creates an empty index of effects on keys of the table with this id.
     *
     * @param limitBytes most bytes that it may take; the usual part of the JVM's heap if negative
     * @param longestChain most links, up to the usual number, that a lookup may go through
     * @param mostChangedBytes most bytes of changes, up to the usual number, that a lookup may go through
     */
    public BacklogIndex(long tableId, long limitBytes, int longestChain, int mostChangedBytes) {
        this.tableId = tableId;
        this.limitBytes = Math.min(limitBytes < 0 ? usualLimitBytes() : limitBytes, MOST_BYTES);
        this.longestChain = Math.min(longestChain, LONGEST_CHAIN);
        this.mostChangedBytes = Math.min(mostChangedBytes, MOST_CHANGED_BYTES);
    }

    private static long usualLimitBytes() {
        return Runtime.getRuntime().maxMemory() / HEAP_PARTS;
    }

    /** Returns whether the limit of bytes was exceeded: then the index is empty, and nothing is added any more. */
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
        lastDatabase = NONE;
        walker.reset(bytes, offset, length);
        while (!isDropped && walker.next()) {
            switch (walker.kind()) {
                case SELECT -> database = walker.database();
                case FLUSHDB -> {
                    addPending();
                    flushLsns[database] = lsn;
                    flushLinks[database] = links.count();
                    lastDatabase = NONE;
                }
                case REPLACES -> addEffect(lsn, database, bytes, shift, true);
                case CHANGES -> addEffect(lsn, database, bytes, shift, false);
            }
        }
    }

    private void addEffect(long lsn, int database, byte[] bytes, int shift, boolean replaces) {
        int length = walker.end() - walker.start();
        if (!replaces && isNext(database, bytes)) {
            pending.lengthen(length);
            return;
        }
        if (pending.isFull()) {
            addPending();
        }
        if (isDropped) {
            return;
        }
        lastDatabase = database;
        lastKeyOffset = walker.keyOffset();
        lastKeyLength = walker.keyLength();
        long hash = Table.hash(tableId, database, bytes, lastKeyOffset, lastKeyLength);
        long place = place(sources.size() - 1, database, walker.start() + shift);
        pending.add(hash, lsn, place, length, replaces);
    }

    /** Returns whether the effect belongs to the same link as the one added before it. */
    private boolean isNext(int database, byte[] bytes) {
        int offset = walker.keyOffset();
        return lastDatabase == database
                && walker.keyLength() == lastKeyLength
                && Arrays.equals(
                        bytes, offset, offset + lastKeyLength, bytes, lastKeyOffset, lastKeyOffset + lastKeyLength);
    }

    /** Ends the adding. Called once, before anything else is asked. */
    public void finish() {
        addPending();
    }

    private void addPending() {
        pending.touch(slots);
        for (int i = 0; i < pending.count() && !isDropped; i++) {
            addLink(i);
        }
        pending.clear();
    }

    private void addLink(int index) {
        // While the slots grow, the old ones take memory, too.
        if ((slots.isFull() && isTooMuch(2 * slots.takenBytes()))
                || (links.isFull() && isTooMuch(IndexLinks.CHUNK_BYTES))) {
            drop();
            return;
        }
        int slot = slots.slotOf(pending.hash(index));
        int length = pending.length(index);
        boolean replaces = pending.replaces(index);
        int link = links.add(pending.lsn(index), pending.place(index), replaces ? ~length : length, slots.newest(slot));
        int chainLength = slots.length(slot) + 1;
        long changed = (replaces ? 0L : slots.changed(slot)) + pending.changed(index);
        boolean isWorthwhile = chainLength >= CUT_LINKS || length - pending.changed(index) >= CUT_BYTES;
        if (replaces && isWorthwhile && cut(link)) {
            chainLength = 1;
        }
        longCount -= isLong(slot) ? 1 : 0;
        slots.set(slot, link, chainLength, changed);
        longCount += isLong(slot) ? 1 : 0;
    }

    /**
     * Removes the links before the newest one, which replaces its key, unless one of them is of another key. Returns
     * whether they have been removed.
     */
    private boolean cut(int newest) {
        EffectReader keys = new EffectReader();
        byte[] range = range(newest);
        keys.reset(range, 0, range.length).next();
        byte[] key = keys.argument(0);
        int database = database(newest);
        for (int link = links.older(newest); link != NONE; link = links.older(link)) {
            if (!isOf(link, range(link), database, key, keys)) {
                return false;
            }
        }
        links.cutOlder(newest);
        return true;
    }

    /** Returns whether the index takes more than its limit, once it takes {@code moreBytes} more. */
    private boolean isTooMuch(long moreBytes) {
        return slots.takenBytes() + links.takenBytes() + copiedBytes + moreBytes > limitBytes;
    }

    private void drop() {
        isDropped = true;
        slots.clear();
        links.clear();
        pending.clear();
        longCount = 0;
        copiedBytes = 0;
        sources.clear();
    }

    private static long place(int source, int database, int offset) {
        return ((long) source << DATABASE_BITS | database) << Integer.SIZE | offset;
    }

    private int database(int link) {
        return (int) (links.place(link) >> Integer.SIZE) & DATABASE_MASK;
    }

    /** Returns the LSN of the last FLUSHDB of a database, 0 if there is none. */
    long flushLsn(int database) {
        return flushLsns[database];
    }

    private boolean isLong(int slot) {
        return slots.length(slot) > longestChain || slots.changed(slot) > mostChangedBytes;
    }

    /** Returns whether any chain is long. */
    boolean hasLong() {
        return longCount > 0;
    }

    /** Returns the LSN up to which the table must have everything before a key is looked up here, 0 for most keys. */
    long neededLsn(long hash, int database) {
        int slot = slots.find(hash);
        int newest = slots.newest(slot);
        return isLong(slot) && newest >= flushLinks[database] ? links.lsn(newest) : 0;
    }

    /** Returns the LSN that is needed for all keys with hashes in a range like that of {@link #forEachBetween}. */
    long neededLsnBetween(long from, long to) {
        long[] needed = {0};
        if (hasLong()) {
            forEachSlot(from, to, slot -> {
                if (isLong(slot)) {
                    needed[0] = Math.max(needed[0], links.lsn(slots.newest(slot)));
                }
            });
        }
        return needed[0];
    }

    /**
     * Adds the ranges of effects on a key that matter to {@code target}, the oldest first: those above an LSN and after
     * the last FLUSHDB, beginning with the last one that replaces the key.
     */
    void effects(long hash, int database, byte[] key, long aboveLsn, KeyEffects target) {
        List<byte[]> ranges = new ArrayList<>();
        List<Long> lsns = new ArrayList<>();
        EffectReader keys = new EffectReader();
        int link = slots.newest(slots.find(hash));
        while (link >= flushLinks[database] && links.lsn(link) > aboveLsn) {
            byte[] range = range(link);
            if (isOf(link, range, database, key, keys)) {
                ranges.add(range);
                lsns.add(links.lsn(link));
                if (links.replaces(link)) {
                    break;
                }
            }
            link = links.older(link);
        }
        for (int i = ranges.size() - 1; i >= 0; i--) {
            target.add(lsns.get(i), ranges.get(i), 0, ranges.get(i).length);
        }
    }

    /** Returns whether there is an effect on a key above an LSN and after the last FLUSHDB. */
    boolean has(long hash, int database, byte[] key, long aboveLsn) {
        EffectReader keys = new EffectReader();
        int link = slots.newest(slots.find(hash));
        while (link >= flushLinks[database] && links.lsn(link) > aboveLsn) {
            if (isOf(link, range(link), database, key, keys)) {
                return true;
            }
            link = links.older(link);
        }
        return false;
    }

    private byte[] range(int link) {
        long place = links.place(link);
        return sources.get((int) (place >> (Integer.SIZE + DATABASE_BITS))).copy((int) place, links.length(link));
    }

    private boolean isOf(int link, byte[] range, int database, byte[] key, EffectReader keys) {
        if (database(link) != database) {
            return false;
        }
        keys.reset(range, 0, range.length).next();
        int offset = keys.offset(0);
        return Arrays.equals(range, offset, offset + keys.length(0), key, 0, key.length);
    }

    /**
     * Returns the first hash whose home is {@code distance} slots behind the home of another; 0, which stands for 2^64, at
     * the end.
     */
    long hashAfter(long hash, int distance) {
        int slot = slots.home(hash) + distance;
        return slot >= slots.capacity()
                ? 0
                : (long) slot << (Long.SIZE - Integer.numberOfTrailingZeros(slots.capacity()));
    }

    /** Receives keys. */
    interface Visitor {
        void key(int database, byte[] key);
    }

    int slotCount() {
        return slots.capacity();
    }

    /** Returns the hash in a slot that is not empty. */
    long hash(int slot) {
        return slots.hash(slot);
    }

    boolean isEmpty(int slot) {
        return slots.isEmpty(slot);
    }

    /**
     * Shows the keys with effects above an LSN that matter and with hashes from {@code from} up to, and not including,
     * {@code to}, where 0 stands for 2^64.
     */
    void forEachBetween(long from, long to, long aboveLsn, Visitor visitor) {
        forEachSlot(from, to, slot -> forEachIn(slot, aboveLsn, visitor));
    }

    private void forEachSlot(long from, long to, IntConsumer receiver) {
        int first = slots.home(from);
        int last = slots.home(to - 1);
        int mask = slots.capacity() - 1;
        // Behind the last home, a slot may hold a hash whose home was taken.
        for (int i = 0; i < slots.capacity(); i++) {
            int slot = (first + i) & mask;
            if (isEmpty(slot)) {
                if (first + i > last) {
                    return;
                }
            } else if (Long.compareUnsigned(slots.hash(slot), from) >= 0
                    && Long.compareUnsigned(slots.hash(slot), to - 1) <= 0) {
                receiver.accept(slot);
            }
        }
    }

    /** Shows the keys of a slot, each once. There is one key, unless several share a hash. */
    void forEachIn(int slot, long aboveLsn, Visitor visitor) {
        EffectReader keys = new EffectReader();
        List<byte[]> seen = new ArrayList<>();
        List<Integer> seenDatabases = new ArrayList<>();
        int link = slots.newest(slot);
        for (; link >= 0 && links.lsn(link) > aboveLsn; link = links.older(link)) {
            int database = database(link);
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

package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.Sums;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares the slots of the index with their stored count and sum. This finds an older copy of a page, in which every
 * word checks.
 *
 * <p>A small index is compared when it is opened, before anything is changed; see {@link #AT_ONCE}. A large one is
 * compared bucket by bucket, in the order of hashes, in steps of the cleaning. A change at a hash that has been passed
 * is added to the sum; a change at a later hash will be met.
 *
 * <p>Where a slot is damaged, nothing can be compared: the first damage is logged, and a lookup of a key in a damaged
 * bucket is answered with an error. Where a record cannot be read, its slot may be in two buckets since a split, and
 * must count once: so if the sum does not fit, all slots are added up again, and every record is read. Only the writer
 * uses it.
 */
final class IndexCheck {
    /**
     * Greatest number of buckets that are compared when the index is opened: those of about 2.5 million keys, in less
     * than 100 ms.
     */
    static final long AT_ONCE = 1 << 19;

    private final TableCore core;
    private final HeapRecord seen = new HeapRecord();
    private final Set<Long> unreadable = new HashSet<>();
    private boolean readsRecords;
    private long count;
    private long sum;
    private long cursor;
    private boolean isOver;
    private @Nullable PersistenceException damage;

    IndexCheck(TableCore core) {
        this.core = core;
    }

    private void begin(boolean withRecords) {
        readsRecords = withRecords;
        count = 0;
        sum = 0;
        cursor = 0;
        damage = null;
        unreadable.clear();
    }

    private boolean add(long slot) {
        if (readsRecords && !isReadable(slot) && !unreadable.add(slot)) {
            return false;
        }
        count++;
        sum = Sums.add(sum, Sums.ofSlot(slot));
        return false;
    }

    private boolean isReadable(long slot) {
        try {
            core.heap().read(SlotDescriptor.position(slot), seen);
            // A split puts a slot into both buckets if the record does not tell to which one it belongs.
            Located.requireTag(slot, seen, core.hash(seen));
            return true;
        } catch (PersistenceException e) {
            return false;
        }
    }

    private void noteDamage(PersistenceException found) {
        if (damage == null) {
            damage = found;
        }
    }

    /**
     * Compares all slots, as they will be when the batch of the journal has been redone. Changes nothing.
     *
     * @param told receives damage, with which nothing can be compared
     * @throws DamageException if the count or the sum does not fit
     */
    void requireAll(@Nullable BatchJournal redone, Consumer<PersistenceException> told) {
        isOver = true;
        addAll(redone, false);
        if (damage == null && !isRight()) {
            addAll(redone, true);
        }
        if (damage != null) {
            told.accept(damage);
        } else if (!isRight()) {
            throw mismatch();
        }
        unreadable.clear();
    }

    /** Adds up all slots as they are. */
    long sumOfAll() {
        addAll(null, false);
        if (count != core.words().slotCount()) {
            // Some slots are in two buckets.
            addAll(null, true);
        }
        return sum;
    }

    private void addAll(@Nullable BatchJournal redone, boolean withRecords) {
        begin(withRecords);
        core.index()
                .visitAll(
                        this::add,
                        this::noteDamage,
                        () -> damage != null && !core.state().isOld());
        if (redone != null && damage == null) {
            redone.visitSlots(this::addRedone);
        }
    }

    /** Adds a change as {@link TableIndex#replace} will make it. */
    private void addRedone(long hash, long oldSlot, long newSlot) {
        boolean isReplaced = oldSlot != SlotDescriptor.EMPTY && core.index().containsSlot(hash, oldSlot);
        if (isReplaced) {
            changeBy(oldSlot, newSlot);
        } else if (newSlot != SlotDescriptor.EMPTY && !core.index().containsSlot(hash, newSlot)) {
            changeBy(SlotDescriptor.EMPTY, newSlot);
        }
    }

    private void changeBy(long oldSlot, long newSlot) {
        count += (newSlot == SlotDescriptor.EMPTY ? 0 : 1) - (oldSlot == SlotDescriptor.EMPTY ? 0 : 1);
        sum = Sums.add(Sums.subtract(sum, Sums.ofSlot(oldSlot)), Sums.ofSlot(newSlot));
    }

    private boolean isRight() {
        // The first version has no sum.
        return count == core.words().slotCount()
                && (core.state().isOld() || sum == core.words().slotSum());
    }

    private DamageException mismatch() {
        boolean isCount = count != core.words().slotCount();
        return Damage.damaged(
                core.state().region().path(),
                isCount ? TableDescriptor.SLOT_COUNT_OFFSET : TableDescriptor.SLOT_SUM_OFFSET,
                isCount
                        ? core.words().slotCount() + " slots in the files of buckets"
                        : "slots in the files of buckets that add up to "
                                + Damage.hex(core.words().slotSum()),
                isCount
                        ? count + ": a page of theirs is an older one"
                        : Damage.hex(sum) + ": a page of theirs is an older one");
    }

    /** Returns whether there are slots left to compare. */
    boolean isNeeded() {
        return !isOver;
    }

    /** Notes that one slot replaces another. */
    void slotChanges(long hash, long oldSlot, long newSlot) {
        if (!isOver && Long.compareUnsigned(hash, cursor) < 0) {
            changeBy(oldSlot, newSlot);
        }
    }

    /**
     * Compares buckets of about {@code budgetBytes}. The batch must be published.
     *
     * @param told receives damage, as with {@link #requireAll}
     * @throws DamageException if all have been added up, and the count or the sum does not fit
     */
    void step(long budgetBytes, Consumer<PersistenceException> told) {
        long cost = 0;
        while (!isOver && cost < budgetBytes) {
            List<Long> slots = new ArrayList<>();
            cursor = core.index()
                    .visitBucket(
                            cursor,
                            slots::clear,
                            slot -> {
                                slots.add(slot);
                                return false;
                            },
                            this::noteDamage);
            slots.forEach(this::add);
            cost += Sweeper.costOf(readsRecords ? slots.size() : 0);
            if (cursor == 0 || damage != null) {
                finishRound(told);
            }
        }
    }

    private void finishRound(Consumer<PersistenceException> told) {
        isOver = damage != null || isRight() || readsRecords;
        if (damage != null) {
            told.accept(damage);
        } else if (!isOver) {
            begin(true);
        } else if (!isRight()) {
            throw mismatch();
        }
        if (isOver) {
            unreadable.clear();
        }
    }
}

package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.pmem.NoSpaceException;

/**
 * Gives the space of the index back when keys have gone: merges buckets, then compacts overflow buckets, then deletes the
 * files that are not needed any more, each in steps that take no longer than a round of splits.
 *
 * <p>It begins when an index that is compared with its sum bit by bit has been compared: that comparison goes on behind the
 * last bucket that it has seen, and a merge would move the bounds. Where a bucket is damaged, nothing is merged or moved
 * any more until the table is opened again.
 *
 * <p>A file is unmapped when every reader has left that may have read an earlier layout. Only the writer uses it.
 */
final class IndexCompactor {
    /** Bytes looked at per merge: two buckets, read twice. */
    private static final int MERGE_COST = 4 * BucketDescriptor.LENGTH;
    /** Bytes looked at in a step of a compaction: the buckets, and as many overflow buckets. */
    private static final int COMPACTION_COST = 2 * OverflowCompaction.BUCKETS * BucketDescriptor.LENGTH;

    private final TableCore core;
    private final TableIndex index;
    private final IndexMerging merging;
    private final OverflowCompaction compaction;
    private boolean isStopped;
    private boolean isCompactionDue;

    IndexCompactor(TableCore core) {
        this.core = core;
        this.index = core.index();
        this.merging = index.merging();
        this.compaction = index.compaction();
        // Growth leaves about one overflow bucket per two buckets. More are what an earlier process had no time to give
        // back.
        this.isCompactionDue = index.overflowCount() > index.bucketCount();
    }

    /** Returns whether there is something to merge or to compact now. */
    boolean isNeeded() {
        return !isStopped
                && !core.isCheckNeeded()
                && (merging.isNeeded(core.words().slotCount()) || isCompactionDue || compaction.isUnderWay());
    }

    /**
     * Looks at buckets of about {@code budgetBytes}, and gives back what readers have left. The batch must be published.
     *
     * @return whether there is more to do now
     */
    boolean step(long budgetBytes) {
        try {
            long cost = 0;
            while (cost < budgetBytes && isNeeded()) {
                cost += stepOnce();
            }
            merging.giveBack();
            compaction.giveBack();
            return isNeeded();
        } catch (NoSpaceException e) {
            // Nothing has changed, and the next call tries again.
            return false;
        } catch (DamageException e) {
            // Nothing has changed, and lookups of the keys meet the damage.
            core.damage().noteFound(e);
            isStopped = true;
            return false;
        } catch (RuntimeException | Error e) {
            // A persist may have failed: the content of the medium is unknown.
            throw core.fail(e);
        }
    }

    private long stepOnce() {
        long slotCount = core.words().slotCount();
        if (merging.isNeeded(slotCount)) {
            return merge(slotCount);
        }
        if (isCompactionDue) {
            isCompactionDue = false;
            compaction.begin();
            return 0;
        }
        compaction.step();
        return COMPACTION_COST;
    }

    private long merge(long slotCount) {
        if (!merging.isAnnounced(slotCount)) {
            core.wordsChanged();
            core.publish();
        }
        isCompactionDue = true;
        return merging.merge(slotCount) * MERGE_COST;
    }
}

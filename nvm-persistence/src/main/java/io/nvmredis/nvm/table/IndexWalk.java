package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.FindingList;
import io.nvmredis.nvm.format.SlotDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import java.util.BitSet;

/**
 * Walk over all buckets of an index, in the order of the files, which checks every word of them, and that each link
 * leads to an overflow bucket that there is and that nothing else links to: so no chain is a circle.
 *
 * <p>One thread.
 */
final class IndexWalk {
    private final TableParts parts;
    private final FindingList findings;
    private final Visitor visitor;
    private final long overflowCount;
    private final BitSet linked = new BitSet();
    private final IndexShape shape = new IndexShape();
    private boolean isWhole = true;

    /** Receives slots. */
    interface Visitor {
        void slot(long slot, long bucket, BucketReader array, long at, int index);
    }

    IndexWalk(TableParts parts, FindingList findings, Visitor visitor) {
        this.parts = parts;
        this.findings = findings;
        this.visitor = visitor;
        this.overflowCount = parts.word(TableDescriptor.OVERFLOW_COUNT_OFFSET);
    }

    /** Walks. Returns whether every word could be read, so that every slot was shown. */
    boolean walk() {
        long count = parts.word(TableDescriptor.BUCKET_COUNT_OFFSET);
        for (long bucket = 0; bucket < count; bucket++) {
            if (parts.buckets().contains(bucket)) {
                walk(bucket);
            } else {
                isWhole = false;
            }
        }
        return isWhole;
    }

    /** Returns what the walk has seen of the chains of buckets. */
    IndexShape shape() {
        return shape;
    }

    private void walk(long bucket) {
        BucketReader array = parts.buckets();
        int length = 0;
        int slots = 0;
        for (long at = bucket; at >= 0; array = parts.overflow()) {
            slots += visitSlots(bucket, array, at);
            length++;
            at = next(array, at);
        }
        shape.add(length, slots);
    }

    private int visitSlots(long bucket, BucketReader array, long at) {
        int count = 0;
        for (int index = 0; index < BucketDescriptor.SLOT_COUNT; index++) {
            try {
                long slot = array.slot(at, index);
                if (slot != SlotDescriptor.EMPTY) {
                    count++;
                    visitor.slot(slot, bucket, array, at, index);
                }
            } catch (DamageException e) {
                isWhole = false;
                findings.add(e, "slot", null);
            }
        }
        return count;
    }

    /** Returns the overflow bucket that goes on, or -1: as well where the link cannot be followed. */
    private long next(BucketReader array, long at) {
        long link;
        try {
            link = array.link(at);
        } catch (DamageException e) {
            isWhole = false;
            findings.add(e, "link", null);
            return -1;
        }
        if (link < 0) {
            return -1;
        }
        String expected = link >= overflowCount || link > Integer.MAX_VALUE
                ? "a link to one of " + overflowCount + " overflow buckets"
                : linked.get((int) link) ? "a link to an overflow bucket that no other link leads to" : "";
        if (expected.isEmpty()) {
            linked.set((int) link);
            isWhole &= parts.overflow().contains(link);
            return parts.overflow().contains(link) ? link : -1;
        }
        isWhole = false;
        findings.add(
                Damage.damaged(
                        array.path(at),
                        array.wordOffset(at, BucketDescriptor.SLOT_COUNT),
                        expected,
                        Long.toString(link)),
                "link",
                null);
        return -1;
    }
}

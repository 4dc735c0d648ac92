package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import io.nvmredis.spi.Effect;
import io.nvmredis.spi.Effects;
import org.jspecify.annotations.Nullable;

/** A sorted set that records each member scored or removed. */
final class ObservedSortedSet extends RMZSet implements Observed {
    private @Nullable Entry owner;
    private long bytes;

    static ObservedSortedSet of(RMZSet content) {
        ObservedSortedSet copy = new ObservedSortedSet();
        for (ZSetEntry entry : content.entries(false)) {
            copy.put(entry.getValue(), entry.getScore());
        }
        return copy;
    }

    @Override
    public @Nullable Double put(Slice member, double score) {
        Double previous = getScore(member);
        if (previous != null && Double.compare(previous, score) == 0) {
            return previous;
        }
        if (owner != null) {
            owner.beforeChange();
        }
        if (owner != null && owner.recordsChanges()) {
            if (isEmpty()) {
                owner.database.recorder().markFresh(owner);
            } else {
                record(owner, member, score);
            }
        }
        if (previous == null) {
            bytes += bytesOf(member);
        }
        return super.put(member, score);
    }

    private static long bytesOf(Slice member) {
        return Weights.SORTED_SET_NODE_BYTES + Weights.of(member);
    }

    private static void record(Entry entry, Slice member, double score) {
        Effects effect = entry.database.recorder().effect(entry, Effect.ZADD, 3);
        if (effect != null) {
            effect.argument(score).argument(RawBytes.of(member));
        }
    }

    @Override
    public boolean remove(Slice member) {
        if (owner != null) {
            owner.beforeChange();
        }
        if (!super.remove(member)) {
            return false;
        }
        bytes -= bytesOf(member);
        if (owner != null && owner.recordsChanges()) {
            Effects effect = owner.database.recorder().effect(owner, Effect.ZREM, 2);
            if (effect != null) {
                effect.argument(RawBytes.of(member));
            }
            if (isEmpty()) {
                owner.database.recorder().markEmptied(owner);
            }
        }
        return true;
    }

    @Override
    public @Nullable Entry owner() {
        return owner;
    }

    @Override
    public void attach(@Nullable Entry newOwner) {
        owner = newOwner;
    }

    @Override
    public boolean isEmptyCollection() {
        return isEmpty();
    }

    @Override
    public long contentBytes() {
        return bytes;
    }

    @Override
    public Observed copy() {
        return of(this);
    }
}

package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.datastructures.ZSetEntryBound;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sorted set that records each member scored or removed.
 *
 * <p>Upstream's order has one member that is beyond all others. So this class keeps a map and an order of its own and
 * overrides every method that reads or changes them.
 */
public final class ObservedSortedSet extends RMZSet implements Observed {
    private static final Comparator<ZSetEntry> ORDER =
            Comparator.comparingDouble(ZSetEntry::getScore).thenComparing(ZSetEntry::getValue);

    private final Map<Slice, Double> scores = new HashMap<>();
    private final NavigableSet<ZSetEntry> entries = new TreeSet<>(ORDER);
    private @Nullable Entry owner;
    private long bytes;

    static ObservedSortedSet of(RMZSet content) {
        ObservedSortedSet copy = new ObservedSortedSet();
        for (ZSetEntry entry : content.entries(false)) {
            copy.put(entry.getValue(), entry.getScore());
        }
        return copy;
    }

    /** Sets the score of a member. A score of -0 is kept as 0, as in a small sorted set of Redis. */
    @Override
    public @Nullable Double put(Slice member, double given) {
        double score = given + 0.0;
        Double previous = getScore(member);
        if (previous != null && previous == score) {
            return previous;
        }
        if (owner != null) {
            owner.beforeChange();
        }
        if (owner != null && owner.recordsChanges()) {
            if (isEmpty()) {
                owner.sink.markFresh(owner);
            } else {
                record(owner, member, score);
            }
        }
        if (previous == null) {
            bytes += bytesOf(member);
        }
        scores.put(member, score);
        if (previous != null) {
            entries.remove(new ZSetEntry(previous, member));
        }
        entries.add(new ZSetEntry(score, member));
        return previous;
    }

    @Override
    public @Nullable Double getScore(Slice member) {
        return scores.get(member);
    }

    @Override
    public boolean hasMember(Slice member) {
        return scores.containsKey(member);
    }

    @Override
    public int size() {
        return scores.size();
    }

    @Override
    public NavigableSet<ZSetEntry> subset(ZSetEntryBound start, ZSetEntryBound end) {
        return ORDER.compare(start.getBound(), end.getBound()) > 0
                ? Collections.emptyNavigableSet()
                : Collections.unmodifiableNavigableSet(
                        entries.subSet(start.getBound(), start.isInclusive(), end.getBound(), end.isInclusive()));
    }

    @Override
    public NavigableSet<ZSetEntry> entries(boolean isReversed) {
        return Collections.unmodifiableNavigableSet(isReversed ? entries.descendingSet() : entries);
    }

    @Override
    public int indexOf(Double score, Slice member) {
        return entries.headSet(new ZSetEntry(score + 0.0, member)).size();
    }

    private static long bytesOf(Slice member) {
        return Weights.SORTED_SET_NODE_BYTES + Weights.of(member);
    }

    private static void record(Entry entry, Slice member, double score) {
        Effects effect = entry.sink.effect(entry, Effect.ZADD, 3);
        if (effect != null) {
            effect.argument(score).argument(RawBytes.of(member));
        }
    }

    @Override
    public boolean remove(Slice member) {
        if (owner != null) {
            owner.beforeChange();
        }
        Double score = scores.remove(member);
        if (score == null) {
            return false;
        }
        entries.remove(new ZSetEntry(score, member));
        bytes -= bytesOf(member);
        if (owner != null && owner.recordsChanges()) {
            Effects effect = owner.sink.effect(owner, Effect.ZREM, 2);
            if (effect != null) {
                effect.argument(RawBytes.of(member));
            }
            if (isEmpty()) {
                owner.sink.markEmptied(owner);
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

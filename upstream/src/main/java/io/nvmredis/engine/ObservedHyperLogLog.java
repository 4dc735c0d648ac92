package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMHyperLogLog;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.spi.Effect;
import io.nvmredis.spi.Effects;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A HyperLogLog, which upstream keeps as the exact set of its elements, that records what is added to it.
 *
 * <p>To the log it is a string, as in Redis: the one that {@link HyperLogLogFormat} makes. Adding elements changes the
 * count in its head and appends one block at its end, two small effects whatever its size.
 */
final class ObservedHyperLogLog extends RMHyperLogLog implements Observed {
    private static final long serialVersionUID = 1L;

    private transient @Nullable Entry owner;
    /** Length of the string that the log holds, 0 if it holds none that could be added to. */
    private transient int loggedLength;

    private transient long elementBytes;

    static ObservedHyperLogLog of(RMHyperLogLog content) {
        ObservedHyperLogLog copy = new ObservedHyperLogLog();
        copy.addAll(content.getStoredData());
        return copy;
    }

    /** The whole of it as a string, which the log will then hold. */
    byte[] image() {
        byte[] image = HyperLogLogFormat.encode(getStoredData());
        loggedLength = image.length;
        return image;
    }

    /**
     * Others keep a string of their own making that holds its elements, and will be told of further changes as the log
     * is: so the next one is written as a new string.
     */
    void isKeptElsewhere() {
        loggedLength = 0;
    }

    /** The log holds it as a string of this length. */
    void loadedFrom(int length) {
        loggedLength = length;
    }

    @Override
    public void addAll(Collection<Slice> elements) {
        if (owner != null) {
            owner.beforeChange();
        }
        List<Slice> added = new ArrayList<>();
        for (Slice element : elements) {
            if (getStoredData().add(element)) {
                added.add(element);
                elementBytes += Weights.HASH_NODE_BYTES + Weights.of(element);
            }
        }
        if (!added.isEmpty() && owner != null && owner.recordsChanges()) {
            record(owner, added);
        }
    }

    private void record(Entry entry, List<Slice> added) {
        if (loggedLength == 0) {
            entry.database.recorder().markFresh(entry);
            return;
        }
        byte[] tail = HyperLogLogFormat.encodeTail(added);
        // If nothing was recorded, then what was logged before cannot be added to any more.
        boolean isRecorded = setRange(entry, HyperLogLogFormat.COUNT_OFFSET, HyperLogLogFormat.encodeCount(size()))
                && setRange(entry, loggedLength - HyperLogLogFormat.END_LENGTH, tail);
        loggedLength = isRecorded ? loggedLength + tail.length - HyperLogLogFormat.END_LENGTH : 0;
    }

    private static boolean setRange(Entry entry, int offset, byte[] bytes) {
        Effects effect = entry.database.recorder().effect(entry, Effect.SETRANGE, 3);
        if (effect != null) {
            effect.argument((long) offset).argument(bytes);
        }
        return effect != null;
    }

    /** Serialised, as GET shows it, it is upstream's own class and not this one. */
    private Object writeReplace() {
        RMHyperLogLog plain = new RMHyperLogLog();
        plain.addAll(getStoredData());
        return plain;
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
        return false;
    }

    @Override
    public long contentBytes() {
        return elementBytes;
    }

    @Override
    public Observed copy() {
        return of(this);
    }
}

package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stream that records each entry added or removed. */
public final class ObservedStream extends RMStream implements Observed {
    private final Entries entries = new Entries();

    static ObservedStream of(RMStream content) {
        ObservedStream copy = new ObservedStream();
        content.getStoredData().forEach(copy.entries::append);
        copy.updateLastId(content.getLastId());
        return copy;
    }

    @Override
    public SequencedMap<StreamId, SequencedMap<Slice, Slice>> getStoredData() {
        return entries;
    }

    /** Returns the fields and values of an entry, alternating, in their order. */
    static byte[][] fieldsAndValues(SequencedMap<Slice, Slice> fields) {
        List<byte[]> flat = new ArrayList<>(2 * fields.size());
        fields.forEach((field, value) -> {
            flat.add(RawBytes.of(field));
            flat.add(RawBytes.of(value));
        });
        return flat.toArray(new byte[0][]);
    }

    /** Sets and records the last id, for {@code XSETID}. */
    public void setLastId(StreamId id) {
        Entry entry = entries.owner;
        if (entry != null) {
            entry.beforeChange();
        }
        updateLastId(id);
        if (entry != null && entry.recordsChanges()) {
            Effects effect = entry.sink.effect(entry, Effect.XSETID, 2);
            if (effect != null) {
                effect.streamId(id.getFirstPart(), id.getSecondPart());
            }
        }
    }

    private static long bytesOf(SequencedMap<Slice, Slice> fields) {
        long[] bytes = {Weights.STREAM_ENTRY_BYTES};
        fields.forEach(
                (field, value) -> bytes[0] += Weights.STREAM_FIELD_BYTES + Weights.of(field) + Weights.of(value));
        return bytes[0];
    }

    @Override
    public @Nullable Entry owner() {
        return entries.owner;
    }

    @Override
    public void attach(@Nullable Entry owner) {
        entries.owner = owner;
    }

    /** Returns false, because a stream without entries is still a stream. */
    @Override
    public boolean isEmptyCollection() {
        return false;
    }

    @Override
    public long contentBytes() {
        return entries.bytes;
    }

    @Override
    public Observed copy() {
        return of(this);
    }

    private static final class Entries extends SequencedMap<StreamId, SequencedMap<Slice, Slice>> {
        private @Nullable Entry owner;
        private long bytes;

        @Override
        public void append(StreamId id, SequencedMap<Slice, Slice> fields) {
            beforeChange();
            super.append(id, fields);
            bytes += bytesOf(fields);
            if (owner == null || !owner.recordsChanges()) {
                return;
            }
            byte[][] arguments = fieldsAndValues(fields);
            Effects effect = owner.sink.effect(owner, Effect.XADD, 2 + arguments.length);
            if (effect != null) {
                effect.streamId(id.getFirstPart(), id.getSecondPart());
                for (byte[] argument : arguments) {
                    effect.argument(argument);
                }
            }
        }

        @Override
        public Map.@Nullable Entry<StreamId, SequencedMap<Slice, Slice>> remove(StreamId id) {
            beforeChange();
            Map.Entry<StreamId, SequencedMap<Slice, Slice>> removed = super.remove(id);
            if (removed != null) {
                bytes -= bytesOf(removed.getValue());
            }
            if (removed != null && owner != null && owner.recordsChanges()) {
                Effects effect = owner.sink.effect(owner, Effect.XDEL, 2);
                if (effect != null) {
                    effect.streamId(id.getFirstPart(), id.getSecondPart());
                }
            }
            return removed;
        }

        private void beforeChange() {
            if (owner != null) {
                owner.beforeChange();
            }
        }

        /**
         * Removes the head from the map as well. Upstream's method leaves it there, where a later XDEL would find it.
         */
        @Override
        public void removeHead() {
            StreamId head = getHead();
            if (head != null) {
                remove(head);
            }
        }
    }
}

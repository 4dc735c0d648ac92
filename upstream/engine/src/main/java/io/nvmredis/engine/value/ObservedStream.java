package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stream that records each change of its entries and of what it has beside them: its last id, how many entries were ever
 * added, the highest id that was deleted, and its consumer groups. Guarded by the engine's lock.
 */
public final class ObservedStream extends RMStream implements Observed {
    private static final byte[] MAXLEN = {'M', 'A', 'X', 'L', 'E', 'N'};

    private final Entries entries = new Entries();
    private final StreamGroups groups = new StreamGroups(this);
    private @Nullable Entry owner;
    private long bytes;
    private long entriesAdded;
    private StreamId maxDeletedId = new StreamId(0, 0);

    static ObservedStream of(RMStream content) {
        ObservedStream copy = new ObservedStream();
        content.getStoredData().forEach(copy.entries::append);
        copy.become(stateOf(content));
        if (content instanceof ObservedStream observed) {
            copy.groups.addAll(observed.groups);
        }
        return copy;
    }

    /** Returns what a stream has beside its entries and groups. Upstream's streams have lost no entries. */
    static StreamState stateOf(RMStream stream) {
        StreamId last = stream.getLastId();
        return stream instanceof ObservedStream observed
                ? new StreamState(
                        last.getFirstPart(),
                        last.getSecondPart(),
                        observed.entriesAdded,
                        observed.maxDeletedId.getFirstPart(),
                        observed.maxDeletedId.getSecondPart())
                : StreamState.whole(
                        last.getFirstPart(),
                        last.getSecondPart(),
                        stream.getStoredData().size());
    }

    @Override
    public SequencedMap<StreamId, SequencedMap<Slice, Slice>> getStoredData() {
        return entries;
    }

    public StreamGroups groups() {
        return groups;
    }

    /** Returns how many entries were ever added. */
    public long entriesAdded() {
        return entriesAdded;
    }

    /** Returns the highest id that was deleted with XDEL; 0-0 if none was. */
    public StreamId maxDeletedId() {
        return maxDeletedId;
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

    /** Takes over what a stream has beside its entries and groups, and records nothing. */
    public void become(StreamState state) {
        updateLastId(new StreamId(state.lastMillis(), state.lastSequence()));
        entriesAdded = state.entriesAdded();
        maxDeletedId = new StreamId(state.maxDeletedMillis(), state.maxDeletedSequence());
    }

    /** Sets and records what XSETID sets. The highest deleted id may become a lower one, but not 0-0. */
    public void setState(StreamId lastId, long newEntriesAdded, StreamId newMaxDeletedId) {
        beforeChange();
        updateLastId(lastId);
        entriesAdded = newEntriesAdded;
        maxDeletedId = newMaxDeletedId;
        Effects effect = effect(Effect.XSETID, 6);
        if (effect != null) {
            effect.streamState(stateOf(this));
        }
    }

    /** Removes the oldest entries, as many as are told, and records that as one change. */
    public void removeOldest(long count) {
        for (long i = 0; i < count; i++) {
            entries.forget(entries.getHead());
        }
        if (count > 0) {
            Effects effect = effect(Effect.XTRIM, 3);
            if (effect != null) {
                effect.argument(MAXLEN).argument((long) entries.size());
            }
        }
    }

    /** Has the commands that wait for the stream look at it again. */
    void wakeWaiters() {
        if (owner != null) {
            owner.sink.wakeWaiters(owner);
        }
    }

    void beforeChange() {
        if (owner != null) {
            owner.beforeChange();
        }
    }

    /** Begins an effect on the stream's key; returns null if nothing is recorded now. */
    @Nullable
    Effects effect(Effect effect, int argumentCount) {
        return owner != null && owner.recordsChanges() ? owner.sink.effect(owner, effect, argumentCount) : null;
    }

    private static long bytesOf(SequencedMap<Slice, Slice> fields) {
        long[] bytes = {Weights.STREAM_ENTRY_BYTES};
        fields.forEach(
                (field, value) -> bytes[0] += Weights.STREAM_FIELD_BYTES + Weights.of(field) + Weights.of(value));
        return bytes[0];
    }

    @Override
    public @Nullable Entry owner() {
        return owner;
    }

    @Override
    public void attach(@Nullable Entry newOwner) {
        owner = newOwner;
    }

    /** Returns false, because a stream without entries is still a stream. */
    @Override
    public boolean isEmptyCollection() {
        return false;
    }

    @Override
    public long contentBytes() {
        return bytes + groups.bytes();
    }

    @Override
    public Observed copy() {
        return of(this);
    }

    private final class Entries extends SequencedMap<StreamId, SequencedMap<Slice, Slice>> {

        @Override
        public void append(StreamId id, SequencedMap<Slice, Slice> fields) {
            beforeChange();
            super.append(id, fields);
            bytes += bytesOf(fields);
            entriesAdded++;
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
            Map.Entry<StreamId, SequencedMap<Slice, Slice>> removed = forget(id);
            if (removed == null) {
                return null;
            }
            if (id.compareTo(maxDeletedId) > 0) {
                maxDeletedId = id;
            }
            Effects effect = effect(Effect.XDEL, 2);
            if (effect != null) {
                effect.streamId(id.getFirstPart(), id.getSecondPart());
            }
            return removed;
        }

        /** Removes an entry without recording it. */
        private Map.@Nullable Entry<StreamId, SequencedMap<Slice, Slice>> forget(StreamId id) {
            beforeChange();
            Map.Entry<StreamId, SequencedMap<Slice, Slice>> removed = super.remove(id);
            if (removed != null) {
                bytes -= bytesOf(removed.getValue());
            }
            return removed;
        }

        /**
         * Removes the head from the map as well. Upstream's method leaves it there, where a later XDEL would find it.
         */
        @Override
        public void removeHead() {
            removeOldest(Math.min(1, size()));
        }
    }
}

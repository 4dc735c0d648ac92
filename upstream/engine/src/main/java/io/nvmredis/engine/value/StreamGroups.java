package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.GroupChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Consumer groups of a stream, each change of which is recorded. Guarded by the engine's lock. */
public final class StreamGroups {
    private final ObservedStream stream;
    private final TreeMap<Slice, StreamGroup> byName = new TreeMap<>();
    private long bytes;
    private int pendingCount;

    StreamGroups(ObservedStream stream) {
        this.stream = stream;
    }

    /** Returns the groups in the order of their names' bytes. */
    public Collection<StreamGroup> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    public @Nullable StreamGroup find(Slice name) {
        return byName.get(name);
    }

    /** Returns the number of entries that are pending in all groups. */
    int pendingCount() {
        return pendingCount;
    }

    long bytes() {
        return bytes;
    }

    /** Makes a group, in the place of one of this name. */
    public StreamGroup create(Slice name, StreamId lastId, long entriesRead) {
        stream.beforeChange();
        StreamGroup replaced = byName.get(name);
        if (replaced != null) {
            forget(replaced);
        }
        StreamGroup group = new StreamGroup(name, lastId, entriesRead);
        byName.put(name, group);
        bytes += Weights.STREAM_GROUP_BYTES + Weights.of(name);
        record(6, GroupChange.CREATE, name, effect -> state(effect, lastId, entriesRead));
        return group;
    }

    /** Sets which entries count as delivered to a group. */
    public void setId(StreamGroup group, StreamId lastId, long entriesRead) {
        stream.beforeChange();
        group.lastId = lastId;
        group.entriesRead = entriesRead;
        record(6, GroupChange.SETID, group.name(), effect -> state(effect, lastId, entriesRead));
    }

    private static void state(Effects effect, StreamId lastId, long entriesRead) {
        effect.groupState(lastId.getFirstPart(), lastId.getSecondPart(), entriesRead);
    }

    public void destroy(StreamGroup group) {
        stream.beforeChange();
        forget(group);
        record(3, GroupChange.DESTROY, group.name(), effect -> {});
        stream.wakeWaiters();
    }

    private void forget(StreamGroup group) {
        List.copyOf(group.consumers.values()).forEach(consumer -> forget(group, consumer));
        byName.remove(group.name());
        bytes -= Weights.STREAM_GROUP_BYTES + Weights.of(group.name());
    }

    /** Makes a consumer, which the group does not have. */
    public StreamConsumer createConsumer(StreamGroup group, Slice name, long seenMillis) {
        stream.beforeChange();
        StreamConsumer consumer = new StreamConsumer(name, seenMillis);
        group.consumers.put(name, consumer);
        bytes += Weights.STREAM_CONSUMER_BYTES + Weights.of(name);
        record(
                5,
                GroupChange.CREATECONSUMER,
                group.name(),
                effect -> effect.argument(RawBytes.of(name)).argument(seenMillis));
        return consumer;
    }

    /** Removes a consumer with what is pending for it. */
    public void deleteConsumer(StreamGroup group, StreamConsumer consumer) {
        stream.beforeChange();
        forget(group, consumer);
        record(4, GroupChange.DELCONSUMER, group.name(), effect -> effect.argument(RawBytes.of(consumer.name())));
    }

    private void forget(StreamGroup group, StreamConsumer consumer) {
        List.copyOf(consumer.pending.keySet()).forEach(id -> forgetPending(group, id));
        group.consumers.remove(consumer.name());
        bytes -= Weights.STREAM_CONSUMER_BYTES + Weights.of(consumer.name());
    }

    private boolean forgetPending(StreamGroup group, StreamId id) {
        PendingEntry entry = group.pending.remove(id);
        if (entry == null) {
            return false;
        }
        entry.consumer.pending.remove(id);
        pendingCount--;
        bytes -= Weights.STREAM_PENDING_BYTES;
        return true;
    }

    /** Notes that entries are not pending any more, if they are. Returns how many were. */
    public int acknowledge(StreamGroup group, List<StreamId> ids) {
        stream.beforeChange();
        List<StreamId> acknowledged = new ArrayList<>();
        for (StreamId id : ids) {
            if (forgetPending(group, id)) {
                acknowledged.add(id);
            }
        }
        if (!acknowledged.isEmpty()) {
            Effects effect = stream.effect(Effect.XACK, 2 + acknowledged.size());
            if (effect != null) {
                effect.argument(RawBytes.of(group.name()));
                acknowledged.forEach(id -> effect.streamId(id.getFirstPart(), id.getSecondPart()));
            }
        }
        return acknowledged.size();
    }

    /** Notes in memory alone that an entry is pending for a consumer: {@link Deliveries} record it. */
    void setPending(StreamGroup group, StreamConsumer consumer, StreamId id, long deliveredMillis, long deliveryCount) {
        PendingEntry entry = group.pending.get(id);
        if (entry == null) {
            entry = new PendingEntry(id, consumer);
            group.pending.put(id, entry);
            consumer.pending.put(id, entry);
            pendingCount++;
            bytes += Weights.STREAM_PENDING_BYTES;
        } else if (entry.consumer != consumer) {
            entry.consumer.pending.remove(id);
            entry.consumer = consumer;
            consumer.pending.put(id, entry);
        }
        entry.deliveredMillis = deliveredMillis;
        entry.deliveryCount = deliveryCount;
    }

    /** Returns deliveries to a consumer at one time, which record what they are given until they end. */
    public Deliveries deliver(StreamGroup group, StreamConsumer consumer, long deliveredMillis) {
        return new Deliveries(stream, group, consumer, deliveredMillis);
    }

    /** Copies all groups of another stream. This stream has none, and nothing is recorded. */
    void addAll(StreamGroups others) {
        for (StreamGroup other : others.byName.values()) {
            StreamGroup group = create(other.name(), other.lastId, other.entriesRead);
            for (StreamConsumer each : other.consumers.values()) {
                StreamConsumer consumer = createConsumer(group, each.name(), each.seenMillis());
                each.pending.forEach(
                        (id, entry) -> setPending(group, consumer, id, entry.deliveredMillis, entry.deliveryCount));
            }
        }
    }

    /** Writer of the arguments that an effect has behind the name of the group. */
    @FunctionalInterface
    private interface Rest {
        void write(Effects effect);
    }

    private void record(int argumentCount, GroupChange change, Slice group, Rest rest) {
        Effects effect = stream.effect(Effect.XGROUP, argumentCount);
        if (effect != null) {
            rest.write(effect.groupChange(change, RawBytes.of(group)));
        }
    }
}

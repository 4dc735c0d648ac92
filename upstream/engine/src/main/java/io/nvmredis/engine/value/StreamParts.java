package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import com.github.fppt.jedismock.datastructures.streams.SequencedMap;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Iterates over all of a stream in the order in which a {@link ValueVisitor} takes it: its entries, its state, and each
 * group with its consumers, each with what is pending for it. The stream must not change meanwhile.
 */
final class StreamParts implements Iterator<Object> {
    private final RMStream stream;
    private final Iterator<?> entries;
    private final Iterator<StreamGroup> groups;
    private Iterator<StreamConsumer> consumers = Collections.emptyIterator();
    private Iterator<PendingEntry> pending = Collections.emptyIterator();
    private boolean hasShownState;

    StreamParts(RMStream stream) {
        this.stream = stream;
        entries = stream.getStoredData().iterator();
        groups = stream instanceof ObservedStream observed
                ? observed.groups().all().iterator()
                : Collections.emptyIterator();
    }

    @Override
    public boolean hasNext() {
        return !hasShownState || pending.hasNext() || consumers.hasNext() || groups.hasNext();
    }

    @Override
    public Object next() {
        if (entries.hasNext()) {
            return entries.next();
        }
        if (!hasShownState) {
            hasShownState = true;
            return ObservedStream.stateOf(stream);
        }
        if (pending.hasNext()) {
            return pending.next();
        }
        if (consumers.hasNext()) {
            StreamConsumer consumer = consumers.next();
            pending = consumer.pending.values().iterator();
            return consumer;
        }
        if (groups.hasNext()) {
            StreamGroup group = groups.next();
            consumers = group.consumers.values().iterator();
            return group;
        }
        throw new NoSuchElementException();
    }

    /** Shows what {@link #next} has returned. */
    @SuppressWarnings("unchecked")
    static void show(Object part, ValueVisitor visitor) {
        if (part instanceof Map.Entry<?, ?> entry) {
            StreamId id = (StreamId) entry.getKey();
            SequencedMap<Slice, Slice> fields = (SequencedMap<Slice, Slice>) entry.getValue();
            visitor.streamEntry(id.getFirstPart(), id.getSecondPart(), ObservedStream.fieldsAndValues(fields));
        } else if (part instanceof StreamState state) {
            visitor.streamState(state);
        } else if (part instanceof StreamGroup group) {
            visitor.streamGroup(
                    RawBytes.of(group.name()),
                    group.lastId.getFirstPart(),
                    group.lastId.getSecondPart(),
                    group.entriesRead);
        } else if (part instanceof StreamConsumer consumer) {
            visitor.streamConsumer(RawBytes.of(consumer.name()), consumer.seenMillis());
        } else {
            PendingEntry entry = (PendingEntry) part;
            visitor.streamPending(
                    entry.id().getFirstPart(), entry.id().getSecondPart(), entry.deliveredMillis, entry.deliveryCount);
        }
    }
}

package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builder of a value from an image that is shown. The value belongs to no key yet, so nothing is recorded.
 * Used once, by any one thread.
 */
public final class ValueBuilder implements ValueVisitor {
    private final Supplier<Clock> clockSupplier;
    private RMDataStructure value = new RMString();
    /** Group and consumer that were shown last. */
    private @Nullable StreamGroup group;

    private @Nullable StreamConsumer consumer;

    public ValueBuilder(Supplier<Clock> clockSupplier) {
        this.clockSupplier = clockSupplier;
    }

    /** Returns the value that has been shown. */
    public RMDataStructure value() {
        return value;
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        value = switch (type) {
            case STRING -> new RMString();
            case LIST -> new ObservedList();
            case SET -> new ObservedSet();
            case HASH -> new ObservedHash(clockSupplier);
            case ZSET -> new ObservedSortedSet();
            case STREAM -> new ObservedStream();
        };
    }

    @Override
    public void string(byte[] bytes) {
        value = new RMString(bytes);
    }

    @Override
    public void listElement(byte[] element) {
        List<Slice> elements = ((ObservedList) value).getStoredData();
        elements.add(Slice.create(element));
    }

    @Override
    public void setMember(byte[] member) {
        ((ObservedSet) value).getStoredData().add(Slice.create(member));
    }

    @Override
    public void hashField(byte[] field, byte[] fieldValue, long deadlineMillis) {
        ObservedHash hash = (ObservedHash) value;
        Slice name = Slice.create(field);
        hash.put(name, Slice.create(fieldValue));
        if (deadlineMillis != NO_DEADLINE) {
            hash.storeDeadline(name, deadlineMillis);
        }
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        ((ObservedSortedSet) value).put(Slice.create(member), score);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        ((ObservedStream) value)
                .getStoredData()
                .append(new StreamId(idMillis, idSequence), StreamFields.of(fieldsAndValues));
    }

    @Override
    public void streamState(StreamState state) {
        ((ObservedStream) value).become(state);
    }

    @Override
    public void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead) {
        group = ((ObservedStream) value)
                .groups()
                .create(Slice.create(name), new StreamId(lastMillis, lastSequence), entriesRead);
    }

    @Override
    public void streamConsumer(byte[] name, long seenMillis) {
        consumer = ((ObservedStream) value)
                .groups()
                .createConsumer(Objects.requireNonNull(group), Slice.create(name), seenMillis);
    }

    /** Tells whether the group that was shown last has a consumer of this name. */
    boolean hasConsumer(byte[] name) {
        return Objects.requireNonNull(group).consumer(Slice.create(name)) != null;
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        ((ObservedStream) value)
                .groups()
                .setPending(
                        Objects.requireNonNull(group),
                        Objects.requireNonNull(consumer),
                        new StreamId(idMillis, idSequence),
                        deliveredMillis,
                        deliveryCount);
    }
}

package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.errors.ValueTooLargeException;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * Value that is made of what a client has sent, which is not trusted: it may not be empty, nor have an element twice,
 * nor grow beyond what a value may take. Used once, by any one thread.
 */
public final class RestoredValue implements ValueVisitor {
    private final ValueBuilder builder;
    private final long maxWordBytes;
    private final long maxBytes;
    private int count;

    /**
     * Creates a value of which nothing has been shown.
     *
     * @param maxWordBytes length of the longest string, or element
     * @param maxBytes most that the value may weigh
     */
    public RestoredValue(Supplier<Clock> clockSupplier, long maxWordBytes, long maxBytes) {
        builder = new ValueBuilder(clockSupplier);
        this.maxWordBytes = maxWordBytes;
        this.maxBytes = maxBytes;
    }

    /**
     * Returns the value, all of which has been shown.
     *
     * @throws PersistenceException if it is an empty collection
     */
    public RMDataStructure value() {
        RMDataStructure value = builder.value();
        if (Values.isEmptyCollection(value)) {
            throw new PersistenceException("an empty collection");
        }
        return value;
    }

    /** Returns the bytes of memory that the value takes so far, without its key. */
    public long bytes() {
        RMDataStructure value = builder.value();
        return value instanceof RMString string ? string.size() : ((Observed) value).contentBytes();
    }

    private byte[] word(byte[] word) {
        require(word.length, maxWordBytes);
        return word;
    }

    private static void require(long bytes, long most) {
        if (bytes > most) {
            throw new ValueTooLargeException(bytes + " bytes, and " + most + " are allowed");
        }
    }

    /** Checks that the element shown last was a new one, and what all take. */
    private void added(int newCount) {
        if (newCount == count) {
            throw new PersistenceException("an element that is there twice");
        }
        count = newCount;
        require(bytes(), maxBytes);
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        builder.begin(type, elementCount);
    }

    @Override
    public void string(byte[] value) {
        builder.string(word(value));
    }

    @Override
    public void listElement(byte[] element) {
        builder.listElement(word(element));
        added(count + 1);
    }

    @Override
    public void setMember(byte[] member) {
        builder.setMember(word(member));
        added(((ObservedSet) builder.value()).getStoredData().size());
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        builder.hashField(word(field), word(value), deadlineMillis);
        added(((ObservedHash) builder.value()).sizeIncludingExpired());
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        builder.zsetMember(word(member), score);
        added(((ObservedSortedSet) builder.value()).size());
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        for (byte[] word : fieldsAndValues) {
            word(word);
        }
        builder.streamEntry(idMillis, idSequence, fieldsAndValues);
        require(bytes(), maxBytes);
    }

    @Override
    public void streamState(StreamState state) {
        builder.streamState(state);
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        if (((ObservedStream) builder.value()).groups().find(Slice.create(word(group))) != null) {
            throw new PersistenceException("a consumer group that is there twice");
        }
        builder.streamGroup(group, lastMillis, lastSequence, entriesRead);
        require(bytes(), maxBytes);
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        if (builder.hasConsumer(word(consumer))) {
            throw new PersistenceException("a consumer that is there twice");
        }
        builder.streamConsumer(consumer, seenMillis);
        require(bytes(), maxBytes);
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        builder.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount);
        require(bytes(), maxBytes);
    }
}

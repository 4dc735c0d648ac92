package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.value.ValueBuilder;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.StreamState;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** What a snapshot has shown, in the form of {@link Contents}; and that it was shown as it should be. */
public final class SnapshotContents implements SnapshotVisitor {
    private final Map<String, Object> shown = new TreeMap<>();
    private final Map<String, Long> deadlines = new TreeMap<>();
    private int lastDatabase;
    private String key;
    private long deadline;
    private ValueBuilder builder;
    private int announced;
    private int seen;

    public Map<String, Object> shown() {
        assertThat(key).as("a key whose value did not end").isNull();
        return shown;
    }

    /** The deadline of a key that has been shown. */
    Map<String, Long> deadlines() {
        return deadlines;
    }

    @Override
    public void key(int database, byte[] bytes, long deadlineMillis) {
        assertThat(key).as("a key before the end of another").isNull();
        assertThat(database).as("databases in their order").isGreaterThanOrEqualTo(lastDatabase);
        lastDatabase = database;
        key = database + ":" + Slice.create(bytes);
        deadline = deadlineMillis;
        builder = new ValueBuilder(Clock::systemUTC);
    }

    @Override
    public void end() {
        assertThat(seen).as("elements of %s", key).isEqualTo(announced);
        Object image = Contents.of(builder.value(), deadline);
        assertThat(shown.put(key, image)).as("%s shown before", key).isNull();
        deadlines.put(key, deadline);
        key = null;
    }

    @Override
    public void begin(ValueType type, int elementCount) {
        announced = elementCount;
        seen = 0;
        builder.begin(type, elementCount);
    }

    @Override
    public void string(byte[] value) {
        seen++;
        builder.string(value);
    }

    @Override
    public void listElement(byte[] element) {
        seen++;
        builder.listElement(element);
    }

    @Override
    public void setMember(byte[] member) {
        seen++;
        builder.setMember(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        seen++;
        builder.hashField(field, value, deadlineMillis);
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        seen++;
        builder.zsetMember(member, score);
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        seen++;
        builder.streamEntry(idMillis, idSequence, fieldsAndValues);
    }

    @Override
    public void streamState(StreamState state) {
        builder.streamState(state);
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        builder.streamGroup(group, lastMillis, lastSequence, entriesRead);
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        builder.streamConsumer(consumer, seenMillis);
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        builder.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount);
    }
}

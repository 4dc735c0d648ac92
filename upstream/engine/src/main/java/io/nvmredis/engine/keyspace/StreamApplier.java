package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.value.Deliveries;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.StreamConsumer;
import io.nvmredis.engine.value.StreamFields;
import io.nvmredis.engine.value.StreamGroup;
import io.nvmredis.engine.value.StreamGroups;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.GroupChange;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Applies effects to a stream. Whether that is recorded is a matter of the stream's key. */
public final class StreamApplier {
    private static final int GROUP = 1;
    private static final int CONSUMER = 2;
    /** Positions in an XGROUP, whose second word is the change. */
    private static final int CHANGED_GROUP = 2;

    private static final int CHANGED_CONSUMER = 3;

    private StreamApplier() {}

    /**
     * Applies the effect that has been read.
     *
     * @param clock tells when a consumer was seen that comes from a file without that time
     */
    public static void apply(EffectReader reader, ObservedStream stream, Clock clock) {
        switch (reader.effect()) {
            case XADD -> {
                StreamId id = id(reader, 1);
                stream.getStoredData().append(id, StreamFields.of(slices(reader, 2)));
                stream.updateLastId(id);
            }
            case XDEL ->
                ids(reader, 1, reader.argumentCount())
                        .forEach(id -> stream.getStoredData().remove(id));
            case XTRIM -> stream.removeOldest(stream.getStoredData().size() - reader.number(2));
            case XSETID -> setState(reader, stream);
            case XGROUP -> changeGroup(reader, stream.groups(), clock);
            case XCLAIM -> claim(reader, stream.groups());
            default -> {
                StreamGroup group = stream.groups().find(slice(reader, GROUP));
                if (group != null) {
                    stream.groups().acknowledge(group, ids(reader, 2, reader.argumentCount()));
                }
            }
        }
    }

    private static void setState(EffectReader reader, ObservedStream stream) {
        StreamId lastId = id(reader, 1);
        if (reader.argumentCount() == 2) {
            stream.updateLastId(lastId);
            return;
        }
        StreamId maxDeletedId = id(reader, 5);
        stream.setState(lastId, reader.number(3), maxDeletedId.isZero() ? stream.maxDeletedId() : maxDeletedId);
    }

    private static void changeGroup(EffectReader reader, StreamGroups groups, Clock clock) {
        Slice name = slice(reader, CHANGED_GROUP);
        GroupChange change = GroupChange.of(reader);
        if (change == GroupChange.CREATE) {
            groups.create(name, id(reader, 3), reader.number(5));
            return;
        }
        StreamGroup group = existing(groups, name);
        switch (change) {
            case SETID -> groups.setId(group, id(reader, 3), reader.number(5));
            case CREATECONSUMER -> {
                long seenMillis = reader.argumentCount() > 4 ? reader.number(4) : clock.millis();
                consumer(groups, group, slice(reader, CHANGED_CONSUMER), seenMillis);
            }
            case DELCONSUMER -> {
                StreamConsumer consumer = group.consumer(slice(reader, CHANGED_CONSUMER));
                if (consumer != null) {
                    groups.deleteConsumer(group, consumer);
                }
            }
            default -> groups.destroy(group);
        }
    }

    private static void claim(EffectReader reader, StreamGroups groups) {
        int end = reader.argumentCount() - Effects.CLAIM_END;
        long deliveryCount = reader.number(end + 1);
        long deliveredMillis = reader.number(end + 3);
        StreamGroup group = existing(groups, slice(reader, GROUP));
        StreamConsumer consumer = consumer(groups, group, slice(reader, CONSUMER), deliveredMillis);
        Deliveries deliveries = groups.deliver(group, consumer, deliveredMillis);
        ids(reader, Effects.CLAIM_START, end).forEach(id -> deliveries.add(id, deliveryCount));
        deliveries.end();
    }

    private static StreamGroup existing(StreamGroups groups, Slice name) {
        StreamGroup group = groups.find(name);
        if (group == null) {
            throw new IllegalArgumentException("the stream has no group '" + name + "'");
        }
        return group;
    }

    /** Returns a consumer, seen at this time at the earliest; it is made if there is none. */
    private static StreamConsumer consumer(StreamGroups groups, StreamGroup group, Slice name, long seenMillis) {
        @Nullable StreamConsumer consumer = group.consumer(name);
        if (consumer == null) {
            return groups.createConsumer(group, name, seenMillis);
        }
        consumer.seenAt(Math.max(seenMillis, consumer.seenMillis()));
        return consumer;
    }

    private static Slice slice(EffectReader reader, int argument) {
        return Slice.create(reader.argument(argument));
    }

    private static List<Slice> slices(EffectReader reader, int from) {
        List<Slice> slices = new ArrayList<>(reader.argumentCount() - from);
        for (int i = from; i < reader.argumentCount(); i++) {
            slices.add(slice(reader, i));
        }
        return slices;
    }

    private static List<StreamId> ids(EffectReader reader, int from, int to) {
        List<StreamId> ids = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            ids.add(id(reader, i));
        }
        return ids;
    }

    private static StreamId id(EffectReader reader, int argument) {
        String id = reader.text(argument);
        int dash = id.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("'" + id + "' is not a stream id");
        }
        return new StreamId(
                Long.parseUnsignedLong(id, 0, dash, 10), Long.parseUnsignedLong(id, dash + 1, id.length(), 10));
    }
}

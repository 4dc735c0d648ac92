package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.GroupChange;
import java.util.Map;
import java.util.TreeMap;

/** Consumer groups of a stream, made by applying XGROUP, XCLAIM and XACK. One thread. */
final class GroupImage {
    private final Map<Bytes, Group> groups = new TreeMap<>();

    private static final class Group {
        private final Map<Bytes, Consumer> consumers = new TreeMap<>();
        /** Owner of each pending id; the consumers have the rest of it. */
        private final Map<StreamEntryId, Consumer> owners = new TreeMap<>();

        private StreamEntryId lastId = StreamEntryId.ZERO;
        private long entriesRead;

        private void set(StreamEntryId newLastId, long newEntriesRead) {
            lastId = newLastId;
            entriesRead = newEntriesRead;
        }

        private void remove(StreamEntryId id) {
            Consumer owner = owners.remove(id);
            if (owner != null) {
                owner.pending.remove(id);
            }
        }

        private Consumer consumer(Bytes name, long seenMillis) {
            Consumer consumer = consumers.computeIfAbsent(name, n -> new Consumer());
            consumer.seenMillis = Math.max(consumer.seenMillis, seenMillis);
            return consumer;
        }
    }

    private static final class Consumer {
        private final Map<StreamEntryId, Delivery> pending = new TreeMap<>();
        private long seenMillis;
    }

    private record Delivery(long millis, long count) {}

    /** Applies an XGROUP. */
    void change(EffectReader reader) {
        GroupChange change = GroupChange.of(reader);
        Bytes name = Bytes.of(reader.argument(2));
        if (change == GroupChange.CREATE) {
            groups.put(name, new Group());
        }
        if (change == GroupChange.DESTROY) {
            groups.remove(name);
            return;
        }
        Group group = existing(name);
        switch (change) {
            case CREATECONSUMER -> group.consumer(Bytes.of(reader.argument(3)), seenMillis(reader));
            case DELCONSUMER -> {
                Consumer consumer = group.consumers.remove(Bytes.of(reader.argument(3)));
                if (consumer != null) {
                    group.owners.keySet().removeAll(consumer.pending.keySet());
                }
            }
            default -> group.set(StreamEntryId.of(reader, 3), reader.number(5));
        }
    }

    /** Returns the time in an XGROUP CREATECONSUMER, or 0: a log of another persister may lack it. */
    private static long seenMillis(EffectReader reader) {
        return reader.argumentCount() > 4 ? reader.number(4) : 0;
    }

    private Group existing(Bytes name) {
        Group group = groups.get(name);
        if (group == null) {
            throw new IllegalArgumentException("the stream has no such group");
        }
        return group;
    }

    /** Applies an XCLAIM. */
    void claim(EffectReader reader) {
        int end = reader.argumentCount() - Effects.CLAIM_END;
        Delivery delivery = new Delivery(reader.number(end + 3), reader.number(end + 1));
        Group group = existing(Bytes.of(reader.argument(1)));
        Consumer consumer = group.consumer(Bytes.of(reader.argument(2)), delivery.millis());
        for (int i = Effects.CLAIM_START; i < end; i++) {
            StreamEntryId id = StreamEntryId.of(reader, i);
            Consumer owner = group.owners.put(id, consumer);
            if (owner != null && owner != consumer) {
                owner.pending.remove(id);
            }
            consumer.pending.put(id, delivery);
        }
    }

    /** Applies an XACK. */
    void acknowledge(EffectReader reader) {
        Group group = groups.get(Bytes.of(reader.argument(1)));
        for (int i = 2; group != null && i < reader.argumentCount(); i++) {
            group.remove(StreamEntryId.of(reader, i));
        }
    }

    void accept(ValueVisitor visitor) {
        groups.forEach((name, group) -> {
            visitor.streamGroup(name.value(), group.lastId.millis(), group.lastId.sequence(), group.entriesRead);
            group.consumers.forEach((consumerName, consumer) -> {
                visitor.streamConsumer(consumerName.value(), consumer.seenMillis);
                consumer.pending.forEach((id, delivery) ->
                        visitor.streamPending(id.millis(), id.sequence(), delivery.millis(), delivery.count()));
            });
        });
    }

    /** Shows an XGROUP that makes a group or a consumer. */
    static void showChange(EffectReader reader, ValueVisitor visitor) {
        if (GroupChange.of(reader) == GroupChange.CREATE) {
            StreamEntryId lastId = StreamEntryId.of(reader, 3);
            visitor.streamGroup(reader.argument(2), lastId.millis(), lastId.sequence(), reader.number(5));
        } else {
            visitor.streamConsumer(reader.argument(3), seenMillis(reader));
        }
    }

    /** Shows an XCLAIM behind that of its consumer. */
    static void showPending(EffectReader reader, ValueVisitor visitor) {
        int end = reader.argumentCount() - Effects.CLAIM_END;
        for (int i = Effects.CLAIM_START; i < end; i++) {
            StreamEntryId id = StreamEntryId.of(reader, i);
            visitor.streamPending(id.millis(), id.sequence(), reader.number(end + 3), reader.number(end + 1));
        }
    }
}

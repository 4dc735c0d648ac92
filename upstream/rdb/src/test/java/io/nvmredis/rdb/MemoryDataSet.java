package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.GroupChange;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A data set of plain maps: what an engine does with effects, and the snapshot of it, a copy. Strings hold bytes, one
 * character each. Every method locks it.
 */
public final class MemoryDataSet implements DataSet, TransactionSink {
    private static final int ELEMENTS_PER_CALL = 100;

    private final TreeMap<Integer, Map<String, Value>> databases = new TreeMap<>();
    private long lsn;

    /** A value; one that has the same content in the same order, where that matters, is equal. */
    public static final class Value {
        final ValueType type;
        long deadline = ValueVisitor.NO_DEADLINE;
        public String string = "";
        final List<String> list = new ArrayList<>();
        /** Members of a set (to ""), fields of a hash. */
        final TreeMap<String, String> map = new TreeMap<>();

        final TreeMap<String, Long> fieldDeadlines = new TreeMap<>();
        final TreeMap<String, Double> scores = new TreeMap<>();
        final TreeMap<StreamId, List<String>> entries = new TreeMap<>();
        StreamId lastId = new StreamId(0, 0);
        /** Entries that a stream has lost. */
        long lostEntries;

        StreamId maxDeletedId = new StreamId(0, 0);
        final TreeMap<String, Group> groups = new TreeMap<>();

        Value(ValueType type) {
            this.type = type;
        }

        int size() {
            return switch (type) {
                case STRING -> 1;
                case LIST -> list.size();
                case SET, HASH -> map.size();
                case ZSET -> scores.size();
                case STREAM -> entries.size();
            };
        }

        private List<Object> content() {
            return List.of(
                    type,
                    deadline,
                    string,
                    list,
                    map,
                    fieldDeadlines,
                    scores,
                    entries,
                    lastId,
                    lostEntries,
                    maxDeletedId,
                    groups);
        }

        /** The first thing that is not the same, or null. */
        @Nullable
        String differenceTo(Value other) {
            List<Object> ours = content();
            List<Object> theirs = other.content();
            for (int i = 0; i < ours.size(); i++) {
                if (!ours.get(i).equals(theirs.get(i))) {
                    return type + ": " + shortened(ours.get(i)) + " and not " + shortened(theirs.get(i));
                }
            }
            return null;
        }

        private static String shortened(Object part) {
            String text = part.toString().replaceAll("[^ -~]", "?");
            return text.length() > 600 ? text.substring(0, 600) + "…" : text;
        }

        Value copy() {
            Value copy = new Value(type);
            copy.deadline = deadline;
            copy.string = string;
            copy.list.addAll(list);
            copy.map.putAll(map);
            copy.fieldDeadlines.putAll(fieldDeadlines);
            copy.scores.putAll(scores);
            copy.entries.putAll(entries);
            copy.lastId = lastId;
            copy.lostEntries = lostEntries;
            copy.maxDeletedId = maxDeletedId;
            groups.forEach((name, group) -> copy.groups.put(name, group.copy()));
            return copy;
        }

        private StreamState state() {
            return new StreamState(
                    lastId.millis,
                    lastId.sequence,
                    entries.size() + lostEntries,
                    maxDeletedId.millis,
                    maxDeletedId.sequence);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value value && content().equals(value.content());
        }

        @Override
        public int hashCode() {
            return Objects.hash(content());
        }

        @Override
        public String toString() {
            return content().toString();
        }
    }

    /** A consumer group. */
    record Group(StreamId lastId, long entriesRead, TreeMap<String, Consumer> consumers) {
        Group copy() {
            TreeMap<String, Consumer> copies = new TreeMap<>();
            consumers.forEach((name, consumer) ->
                    copies.put(name, new Consumer(consumer.seenMillis, new TreeMap<>(consumer.pending))));
            return new Group(lastId, entriesRead, copies);
        }
    }

    record Consumer(long seenMillis, TreeMap<StreamId, Delivery> pending) {}

    record Delivery(long millis, long count) {}

    record StreamId(long millis, long sequence) implements Comparable<StreamId> {
        @Override
        public int compareTo(StreamId other) {
            int order = Long.compareUnsigned(millis, other.millis);
            return order != 0 ? order : Long.compareUnsigned(sequence, other.sequence);
        }

        StreamId atMost(StreamId limit) {
            return compareTo(limit) <= 0 ? this : limit;
        }

        static StreamId parse(String text) {
            int dash = text.indexOf('-');
            return new StreamId(
                    Long.parseUnsignedLong(text.substring(0, dash)), Long.parseUnsignedLong(text.substring(dash + 1)));
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    public synchronized Map<String, Value> database(int index) {
        return databases.computeIfAbsent(index, ignored -> new LinkedHashMap<>());
    }

    /** What it holds: databases that have keys, by their indexes. */
    public synchronized Map<Integer, Map<String, Value>> content() {
        Map<Integer, Map<String, Value>> content = new TreeMap<>();
        databases.forEach((index, keys) -> {
            if (!keys.isEmpty()) {
                content.put(index, new TreeMap<>(keys));
            }
        });
        return content;
    }

    /** Compares key by key, so that the message can be read. */
    public void assertHolds(MemoryDataSet expected) {
        Map<Integer, Map<String, Value>> found = content();
        Map<Integer, Map<String, Value>> wanted = expected.content();
        assertThat(found.keySet()).isEqualTo(wanted.keySet());
        wanted.forEach((database, keys) -> {
            assertThat(found.get(database).keySet()).isEqualTo(keys.keySet());
            keys.forEach((key, value) -> assertThat(
                            value.differenceTo(found.get(database).get(key)))
                    .as("key %s of database %d", Shown.key(bytes(key)), database)
                    .isNull());
        });
    }

    public synchronized void clear() {
        databases.clear();
    }

    synchronized Value put(int database, String key, ValueType type) {
        Value value = new Value(type);
        database(database).put(key, value);
        return value;
    }

    public synchronized void set(String key, String content) {
        put(0, key, ValueType.STRING).string = content;
    }

    synchronized long lsn() {
        return lsn;
    }

    @Override
    public synchronized void apply(long newLsn, byte[] bytes, int offset, int length) {
        lsn = newLsn;
        EffectReader reader = new EffectReader().reset(bytes, offset, length);
        int database = 0;
        while (reader.next()) {
            if (reader.effect() == Effect.SELECT) {
                database = (int) reader.number(0);
            } else {
                apply(database(database), reader);
            }
        }
    }

    private static void apply(Map<String, Value> keys, EffectReader reader) {
        if (reader.effect() == Effect.FLUSHDB) {
            keys.clear();
            return;
        }
        String key = text(reader.argument(0));
        switch (reader.effect()) {
            case SET -> {
                Value value = new Value(ValueType.STRING);
                value.string = text(reader.argument(1));
                keys.put(key, value);
            }
            case DEL -> keys.remove(key);
            case PEXPIREAT -> keys.get(key).deadline = reader.number(1);
            case RPUSH -> eachArgument(reader, 1, of(keys, key, ValueType.LIST).list::add);
            case SADD ->
                eachArgument(
                        reader, 1, member -> of(keys, key, ValueType.SET).map.put(member, ""));
            case HSET -> putFields(of(keys, key, ValueType.HASH), reader);
            case HPEXPIREAT ->
                of(keys, key, ValueType.HASH).fieldDeadlines.put(text(reader.argument(4)), reader.number(1));
            case ZADD -> putScores(of(keys, key, ValueType.ZSET), reader);
            case XADD -> addEntry(of(keys, key, ValueType.STREAM), reader);
            case XDEL -> deleteEntry(of(keys, key, ValueType.STREAM), StreamId.parse(reader.text(1)));
            case XTRIM -> trim(of(keys, key, ValueType.STREAM), reader.number(2));
            case XSETID -> setState(of(keys, key, ValueType.STREAM), reader);
            case XGROUP -> make(of(keys, key, ValueType.STREAM).groups, reader);
            case XCLAIM -> claim(of(keys, key, ValueType.STREAM).groups, reader);
            default -> throw new PersistenceException("effect " + reader.effect() + " was not expected");
        }
    }

    private static void deleteEntry(Value stream, StreamId id) {
        stream.entries.remove(id);
        stream.lostEntries++;
        stream.maxDeletedId = id;
    }

    private static void trim(Value stream, long length) {
        while (stream.entries.size() > length) {
            stream.entries.pollFirstEntry();
            stream.lostEntries++;
        }
    }

    private static void setState(Value stream, EffectReader reader) {
        stream.lastId = StreamId.parse(reader.text(1));
        if (reader.argumentCount() > 2) {
            stream.lostEntries = reader.number(3) - stream.entries.size();
            stream.maxDeletedId = StreamId.parse(reader.text(5));
        }
    }

    /** Makes a group or a consumer, as a whole value has them. */
    private static void make(Map<String, Group> groups, EffectReader reader) {
        String name = text(reader.argument(2));
        if (GroupChange.of(reader) == GroupChange.CREATE) {
            groups.put(name, new Group(StreamId.parse(reader.text(3)), reader.number(5), new TreeMap<>()));
        } else {
            groups.get(name).consumers.put(text(reader.argument(3)), new Consumer(reader.number(4), new TreeMap<>()));
        }
    }

    private static void claim(Map<String, Group> groups, EffectReader reader) {
        Consumer consumer = groups.get(text(reader.argument(1))).consumers.get(text(reader.argument(2)));
        int end = reader.argumentCount() - Effects.CLAIM_END;
        for (int i = Effects.CLAIM_START; i < end; i++) {
            Delivery delivery = new Delivery(reader.number(end + 3), reader.number(end + 1));
            consumer.pending.put(StreamId.parse(reader.text(i)), delivery);
        }
    }

    private static Value of(Map<String, Value> keys, String key, ValueType type) {
        Value value = keys.computeIfAbsent(key, ignored -> new Value(type));
        if (value.type != type) {
            throw new PersistenceException("WRONGTYPE");
        }
        return value;
    }

    private static void eachArgument(EffectReader reader, int first, java.util.function.Consumer<String> action) {
        for (int i = first; i < reader.argumentCount(); i++) {
            action.accept(text(reader.argument(i)));
        }
    }

    private static void putFields(Value hash, EffectReader reader) {
        for (int i = 1; i < reader.argumentCount(); i += 2) {
            hash.map.put(text(reader.argument(i)), text(reader.argument(i + 1)));
        }
    }

    private static void putScores(Value sortedSet, EffectReader reader) {
        for (int i = 1; i < reader.argumentCount(); i += 2) {
            sortedSet.scores.put(text(reader.argument(i + 1)), reader.score(i));
        }
    }

    private static void addEntry(Value stream, EffectReader reader) {
        StreamId id = StreamId.parse(reader.text(1));
        if (id.compareTo(stream.lastId) <= 0) {
            throw new PersistenceException("ERR The ID specified in XADD is equal or smaller");
        }
        List<String> fields = new ArrayList<>();
        eachArgument(reader, 2, fields::add);
        stream.entries.put(id, fields);
        stream.lastId = id;
    }

    @Override
    public synchronized Snapshot cut(LongConsumer atCut) {
        TreeMap<Integer, Map<String, Value>> copy = new TreeMap<>();
        databases.forEach((index, keys) -> {
            Map<String, Value> copiedKeys = new LinkedHashMap<>();
            keys.forEach((key, value) -> copiedKeys.put(key, value.copy()));
            copy.put(index, copiedKeys);
        });
        atCut.accept(lsn);
        return new CopySnapshot(lsn, copy);
    }

    /** Shows a copy a few elements at a time. */
    private static final class CopySnapshot implements Snapshot {
        private final long lsn;
        private final Map<Integer, Map<String, Value>> databases;
        private final List<Step> steps = new ArrayList<>();
        private Iterator<Step> next = steps.iterator();

        /** Shows one element. */
        private interface Step {
            void show(SnapshotVisitor visitor);
        }

        CopySnapshot(long lsn, Map<Integer, Map<String, Value>> databases) {
            this.lsn = lsn;
            this.databases = databases;
            databases.forEach((index, keys) -> keys.forEach((key, value) -> addSteps(index, key, value)));
            next = steps.iterator();
        }

        private void addSteps(int database, String key, Value value) {
            steps.add(visitor -> visitor.key(database, bytes(key), value.deadline));
            steps.add(visitor -> visitor.begin(value.type, value.size()));
            switch (value.type) {
                case STRING -> steps.add(visitor -> visitor.string(bytes(value.string)));
                case LIST -> value.list.forEach(element -> steps.add(visitor -> visitor.listElement(bytes(element))));
                case SET ->
                    value.map.keySet().forEach(member -> steps.add(visitor -> visitor.setMember(bytes(member))));
                case HASH ->
                    value.map.forEach((field, content) -> steps.add(visitor -> visitor.hashField(
                            bytes(field),
                            bytes(content),
                            value.fieldDeadlines.getOrDefault(field, ValueVisitor.NO_DEADLINE))));
                case ZSET ->
                    value.scores.forEach(
                            (member, score) -> steps.add(visitor -> visitor.zsetMember(bytes(member), score)));
                case STREAM -> {
                    value.entries.forEach((id, fields) -> steps.add(visitor -> visitor.streamEntry(
                            id.millis,
                            id.sequence,
                            fields.stream().map(MemoryDataSet::bytes).toArray(byte[][]::new))));
                    steps.add(visitor -> visitor.streamState(value.state()));
                    value.groups.forEach(this::addGroup);
                }
            }
            steps.add(SnapshotVisitor::end);
        }

        private void addGroup(String name, Group group) {
            steps.add(visitor ->
                    visitor.streamGroup(bytes(name), group.lastId.millis, group.lastId.sequence, group.entriesRead));
            group.consumers.forEach((consumerName, consumer) -> {
                steps.add(visitor -> visitor.streamConsumer(bytes(consumerName), consumer.seenMillis));
                consumer.pending.forEach((id, delivery) -> steps.add(
                        visitor -> visitor.streamPending(id.millis, id.sequence, delivery.millis, delivery.count)));
            });
        }

        @Override
        public long lsn() {
            return lsn;
        }

        @Override
        public long keyCount(int database) {
            return databases.getOrDefault(database, Map.of()).size();
        }

        @Override
        public long deadlineCount(int database) {
            return databases.getOrDefault(database, Map.of()).values().stream()
                    .filter(value -> value.deadline != ValueVisitor.NO_DEADLINE)
                    .count();
        }

        @Override
        public boolean advance(SnapshotVisitor visitor) {
            for (int i = 0; i < ELEMENTS_PER_CALL && next.hasNext(); i++) {
                next.next().show(visitor);
            }
            return next.hasNext();
        }

        @Override
        public void close() {
            next = List.<Step>of().iterator();
        }
    }
}

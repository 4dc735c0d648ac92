package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Observed;
import io.nvmredis.engine.value.Values;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All there is in some databases, deadlines included, in a form that can be compared and read. It is a copy: what a
 * command changes in place later does not change it.
 */
public final class Contents {
    private Contents() {}

    public static Map<String, Object> of(Databases databases) {
        Map<String, Object> all = new TreeMap<>();
        for (RedisBase base : databases.values()) {
            Database database = (Database) base;
            for (Entry entry : database.content().resident().all()) {
                requireAttached(entry);
                all.put(database.index() + ":" + entry.key, of(entry.value, entry.deadline));
            }
        }
        return all;
    }

    /** A value that its key does not own changes without a record, and is what it was after a restart. */
    private static void requireAttached(Entry entry) {
        if (!entry.isFresh && entry.value instanceof Observed observed && observed.owner() != entry) {
            throw new AssertionError("the value of " + entry.key + " records its changes as none of its key");
        }
    }

    /** An engine may show the bytes of a value themselves. */
    private static Slice copy(byte[] bytes) {
        return Slice.create(bytes.clone());
    }

    /** One key. */
    static Object of(RMDataStructure value, long deadline) {
        return List.of(content(value), deadline);
    }

    private static Object content(RMDataStructure value) {
        Collector collector = new Collector();
        Values.visit(value, collector);
        return collector.result();
    }

    /** Value of a field of a hash, and its deadline. */
    record Field(Slice value, long deadlineMillis) {}

    /** The fields of a hash. */
    static Map<Slice, Field> fields(RMDataStructure hash) {
        Collector collector = new Collector();
        Values.visit(hash, collector);
        Map<Slice, Field> fields = new HashMap<>();
        collector.unordered.forEach((name, field) -> fields.put((Slice) name, (Field) field));
        return fields;
    }

    private static final class Collector implements ValueVisitor {
        private ValueType type;
        private int announced;
        private int seen;
        private final List<Object> ordered = new ArrayList<>();
        private final Map<Object, Object> unordered = new HashMap<>();

        Object result() {
            if (seen != announced) {
                throw new AssertionError(type + " announced " + announced + " elements and showed " + seen);
            }
            return List.of(type, ordered, unordered);
        }

        @Override
        public void begin(ValueType newType, int elementCount) {
            type = newType;
            announced = elementCount;
        }

        @Override
        public void string(byte[] value) {
            seen++;
            ordered.add(copy(value));
        }

        @Override
        public void listElement(byte[] element) {
            seen++;
            ordered.add(copy(element));
        }

        @Override
        public void setMember(byte[] member) {
            seen++;
            unordered.put(copy(member), true);
        }

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {
            seen++;
            unordered.put(copy(field), new Field(copy(value), deadlineMillis));
        }

        @Override
        public void zsetMember(byte[] member, double score) {
            seen++;
            unordered.put(copy(member), score);
        }

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
            seen++;
            List<Slice> words = new ArrayList<>();
            for (byte[] word : fieldsAndValues) {
                words.add(copy(word));
            }
            ordered.add(List.of(idMillis, idSequence, words));
        }

        @Override
        public void streamState(StreamState state) {
            unordered.put("state", state);
        }

        @Override
        public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
            ordered.add(List.of("group", copy(group), lastMillis, lastSequence, entriesRead));
        }

        @Override
        public void streamConsumer(byte[] consumer, long seenMillis) {
            // When a consumer was seen is not always recorded: see StreamConsumer.
            ordered.add(List.of("consumer", copy(consumer)));
        }

        @Override
        public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
            ordered.add(List.of("pending", idMillis, idSequence, deliveredMillis, deliveryCount));
        }
    }
}

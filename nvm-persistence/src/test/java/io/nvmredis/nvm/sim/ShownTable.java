package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.HashField;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a table, or what a server is shown of it, the way a {@link TableWorkload} shows its model. */
public final class ShownTable {
    /** Each takes as long as the hash is large. */
    private static final int MOST_FIELDS_ASKED = 16;

    private ShownTable() {}

    /** Every key with its value, found by scanning and looked up one by one. */
    public static Map<String, String> of(Table table) {
        Map<String, String> shown = of(new Alone(table));
        PersistenceException damage = table.damage();
        if (damage != null) {
            // Not everything was shown.
            throw damage;
        }
        return shown;
    }

    /** The same of what a server is shown; the counts are compared if they are known. */
    public static Map<String, String> of(ColdStore table) {
        Map<String, String> shown = new TreeMap<>();
        long cursor = 0;
        do {
            long from = cursor;
            List<Long> hashes = new ArrayList<>();
            cursor = table.scan(cursor, (database, key, info) -> {
                assertThat(database).as("database of a key that clients see").isLessThan(LibraryEffects.DATABASE);
                hashes.add(table.hash(database, key));
                String name = database + "/" + text(key);
                assertThat(shown.put(name, value(table, database, key)))
                        .as("%s shown twice", name)
                        .isNull();
                assertThat(table.find(database, key)).isEqualTo(info);
            });
            long to = cursor;
            assertThat(to & 0xffff).as("low bits of a cursor").isZero();
            assertThat(hashes).allMatch(hash -> isWithin(hash, from, to));
        } while (cursor != 0);
        String libraries = value(table, LibraryEffects.DATABASE, LibraryEffects.key());
        if (libraries != null) {
            shown.put(LibraryEffects.DATABASE + "/" + text(LibraryEffects.key()), libraries);
        }
        for (int database = 0; database < 2 && table.isCounted(); database++) {
            String prefix = database + "/";
            assertThat(table.count(database))
                    .as("count of database %d", database)
                    .isEqualTo(shown.keySet().stream()
                            .filter(name -> name.startsWith(prefix))
                            .count());
            assertThat(table.deadlineCount(database))
                    .as("deadlines of database %d", database)
                    .isEqualTo(shown.entrySet().stream()
                            .filter(key -> key.getKey().startsWith(prefix)
                                    && !key.getValue().endsWith(" until -1"))
                            .count());
        }
        return shown;
    }

    private static boolean isWithin(long hash, long from, long to) {
        return Long.compareUnsigned(hash, from) >= 0 && (to == 0 || Long.compareUnsigned(hash, to) < 0);
    }

    /** One value, or null. */
    public static String value(Table table, int database, byte[] key) {
        return value(new Alone(table), database, key);
    }

    /** The same of what a server is shown. */
    public static String value(ColdStore table, int database, byte[] key) {
        Show show = new Show();
        KeyInfo info = table.load(database, key, show);
        if (info != null && info.type() == ValueType.HASH) {
            requireEqualFields(table, database, key, info, show.map);
        }
        return info == null ? null : show + " until " + info.deadlineMillis();
    }

    /** Looks up some fields, each by itself, and one that is not there. */
    private static void requireEqualFields(
            ColdStore table, int database, byte[] key, KeyInfo info, Map<String, String> fields) {
        Map<String, String> asked = new TreeMap<>();
        asked.put("no such field", null);
        int every = 1 + fields.size() / MOST_FIELDS_ASKED;
        int number = 0;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            if (number++ % every == 0) {
                asked.put(field.getKey(), field.getValue());
            }
        }
        asked.forEach((field, value) -> {
            HashField found =
                    table.findField(database, key, field.getBytes(StandardCharsets.ISO_8859_1), Long.MAX_VALUE);
            if (found != null) {
                assertThat(found.hash()).isEqualTo(info);
                assertThat(found.value() == null ? null : text(found.value()))
                        .as("field %s of %s", field, text(key))
                        .isEqualTo(value);
            }
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** A table by itself. */
    private record Alone(Table table) implements ColdStore {
        @Override
        public long appliedLsn() {
            return table.checkpointLsn();
        }

        @Override
        public KeyInfo find(int database, byte[] key) {
            return table.info(database, key);
        }

        @Override
        public KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
            return table.lookup(database, key, maxStoredBytes, visitor);
        }

        @Override
        public HashField findField(int database, byte[] key, byte[] field, long maxStoredBytes) {
            return table.field(database, key, field, 0, maxStoredBytes);
        }

        @Override
        public long count(int database) {
            return table.count(database);
        }

        @Override
        public long deadlineCount(int database) {
            return table.deadlineCount(database);
        }

        @Override
        public long hash(int database, byte[] key) {
            return table.hash(database, key);
        }

        @Override
        public long scan(long cursor, KeyVisitor visitor) {
            return table.scan(cursor, (database, key, info) -> {
                if (database != LibraryEffects.DATABASE) {
                    visitor.key(database, key, info);
                }
            });
        }
    }

    private static final class Show implements ValueVisitor {
        private ValueType type;
        private int expected;
        private int elements;
        private String string;
        private StreamState state;
        private final List<String> groups = new ArrayList<>();
        private final List<String> list = new ArrayList<>();
        private final TreeSet<String> set = new TreeSet<>();
        private final Map<String, String> map = new TreeMap<>();
        private final Map<String, String> deadlines = new TreeMap<>();
        private final Map<String, Double> scores = new TreeMap<>();
        private final Map<String, String> stream = new LinkedHashMap<>();

        @Override
        public void begin(ValueType newType, int elementCount) {
            type = newType;
            expected = elementCount;
        }

        @Override
        public void string(byte[] value) {
            elements++;
            string = text(value);
        }

        @Override
        public void listElement(byte[] element) {
            elements++;
            list.add(text(element));
        }

        @Override
        public void setMember(byte[] member) {
            elements++;
            set.add(text(member));
        }

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {
            elements++;
            map.put(text(field), text(value));
            if (deadlineMillis != NO_DEADLINE) {
                deadlines.put(text(field), Long.toString(deadlineMillis));
            }
        }

        @Override
        public void zsetMember(byte[] member, double score) {
            elements++;
            scores.put(text(member), score);
        }

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
            elements++;
            stream.put(
                    idMillis + "-" + idSequence,
                    Arrays.stream(fieldsAndValues)
                            .map(ShownTable::text)
                            .toList()
                            .toString());
        }

        @Override
        public void streamState(StreamState newState) {
            state = newState;
        }

        @Override
        public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
            groups.add("group " + text(group) + " " + lastMillis + "-" + lastSequence + " " + entriesRead);
        }

        @Override
        public void streamConsumer(byte[] consumer, long seenMillis) {
            groups.add("consumer " + text(consumer) + " " + seenMillis);
        }

        @Override
        public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
            groups.add(idMillis + "-" + idSequence + " " + deliveredMillis + " " + deliveryCount);
        }

        /** What a stream has beside its entries. A table of an older build does not tell what a stream has lost. */
        private String streamEnd() {
            String lastId = state.lastMillis() + "-" + state.lastSequence();
            return groups.isEmpty()
                    ? lastId
                    : lastId + " " + state.entriesAdded() + " " + state.maxDeletedMillis() + "-"
                            + state.maxDeletedSequence() + " " + groups;
        }

        @Override
        public String toString() {
            assertThat(elements).as("elements shown").isEqualTo(expected);
            return type + " "
                    + switch (type) {
                        case STRING -> string;
                        case LIST -> list.toString();
                        case SET -> set.toString();
                        case HASH -> map + " " + deadlines;
                        case ZSET -> scores.toString();
                        case STREAM -> stream + " " + streamEnd();
                    };
        }
    }
}

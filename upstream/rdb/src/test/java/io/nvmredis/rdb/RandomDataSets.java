package io.nvmredis.rdb;

import io.nvmredis.rdb.MemoryDataSet.Consumer;
import io.nvmredis.rdb.MemoryDataSet.Delivery;
import io.nvmredis.rdb.MemoryDataSet.Group;
import io.nvmredis.rdb.MemoryDataSet.StreamId;
import io.nvmredis.rdb.MemoryDataSet.Value;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Makes data sets of every type that go for the edges of the format. */
final class RandomDataSets {
    /** Lengths around which a spelling changes: of lengths, of integers, of compression. */
    private static final int[] LENGTHS = {
        0, 1, 2, 3, 11, 12, 19, 20, 21, 31, 32, 33, 62, 63, 64, 65, 127, 128, 253, 254, 255, 256, 511, 512, 513, 4095,
        4096, 16_382, 16_383, 16_384, 16_385, 70_000
    };

    private static final String[] NUMBERS = {
        "0",
        "-0",
        "00",
        "1",
        "-1",
        "+1",
        "-",
        "127",
        "128",
        "-128",
        "-129",
        "255",
        "256",
        "32767",
        "32768",
        "-32768",
        "-32769",
        "8388607",
        "8388608",
        "-8388608",
        "-8388609",
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "9999999999999999999",
        "12345678901234567890",
        "4095",
        "4096",
        "-4096",
        "-4097",
        "1.5",
        "1e3",
        "01",
        " 1"
    };

    private static final List<ValueType> TYPES = List.of(ValueType.values());

    private static final double[] SCORES = {
        0,
        -0.0,
        1,
        -1,
        1.5,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MAX_VALUE,
        Double.MIN_VALUE,
        1L << 53,
        3.0000000000000004,
        1e300
    };

    private final Random random;
    private final boolean hasFieldDeadlines;

    RandomDataSets(long seed, boolean hasFieldDeadlines) {
        this.random = new Random(seed);
        this.hasFieldDeadlines = hasFieldDeadlines;
    }

    MemoryDataSet make(int keyCount) {
        MemoryDataSet data = new MemoryDataSet();
        for (int i = 0; i < keyCount; i++) {
            ValueType type = TYPES.get(random.nextInt(TYPES.size()));
            String key = random.nextInt(10) == 0 ? string() : "key" + i;
            Value value = data.put(random.nextInt(4) == 0 ? 9 : 0, key, type);
            fill(value, random.nextInt(20) == 0 ? 300 : 1 + random.nextInt(8));
            if (random.nextInt(4) == 0) {
                value.deadline = System.currentTimeMillis() + 1_000_000 + random.nextInt(1_000_000_000);
            }
        }
        return data;
    }

    private void fill(Value value, int count) {
        switch (value.type) {
            case STRING -> value.string = string();
            case STREAM -> fillStream(value, count);
            default -> {
                for (int i = 0; i < count; i++) {
                    addElement(value);
                }
            }
        }
    }

    private void addElement(Value value) {
        String element = string();
        switch (value.type) {
            case LIST -> value.list.add(element);
            case SET -> value.map.put(element, "");
            case ZSET ->
                value.scores.put(
                        element,
                        random.nextBoolean() ? SCORES[random.nextInt(SCORES.length)] : random.nextGaussian() * 1000);
            case HASH -> {
                value.map.put(element, string());
                if (hasFieldDeadlines && random.nextInt(3) == 0) {
                    value.fieldDeadlines.put(
                            element, System.currentTimeMillis() + 1_000_000 + random.nextInt(1_000_000));
                }
            }
            default -> throw new AssertionError(value.type);
        }
    }

    private void fillStream(Value value, int count) {
        long millis = random.nextInt(5) == 0 ? -1000 : random.nextInt(1_000_000_000);
        long sequence = random.nextInt(3);
        String[] usualFields = {string(), string()};
        for (int i = 0; i < count; i++) {
            sequence++;
            if (random.nextInt(3) == 0) {
                millis += 1 + random.nextInt(2);
                sequence = random.nextInt(5) == 0 ? Long.MIN_VALUE : 0;
            }
            value.entries.put(new StreamId(millis, sequence), fields(usualFields));
        }
        value.lastId = random.nextBoolean() ? value.entries.lastKey() : new StreamId(millis, sequence + 5);
        if (random.nextInt(10) == 0) {
            value.entries.clear();
        }
        if (random.nextInt(3) == 0) {
            value.lostEntries = random.nextInt(100_000);
            value.maxDeletedId = new StreamId(random.nextInt(1_000_000_000), random.nextInt(2)).atMost(value.lastId);
        }
        for (int i = random.nextInt(4) - 1; i > 0; i--) {
            value.groups.put(string(), group(value));
        }
    }

    private Group group(Value stream) {
        List<StreamId> left = new ArrayList<>(stream.entries.keySet());
        // Entries that the stream has lost may be pending, too.
        left.add(new StreamId(1, random.nextInt(1000)));
        Collections.shuffle(left, random);
        TreeMap<String, Consumer> consumers = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            TreeMap<StreamId, Delivery> pending = new TreeMap<>();
            long seen = System.currentTimeMillis() - random.nextInt(1_000_000);
            for (int j = random.nextInt(left.size() + 1); j > 0; j--) {
                pending.put(
                        left.remove(left.size() - 1), new Delivery(seen - random.nextInt(3), 1 + random.nextInt(300)));
            }
            if (consumers.putIfAbsent(string(), new Consumer(seen, pending)) != null) {
                left.addAll(pending.keySet());
            }
        }
        long read = random.nextInt(3) == 0 ? -1 : random.nextInt(100_000);
        StreamId last = random.nextBoolean() ? stream.lastId : new StreamId(random.nextInt(1000), 0);
        return new Group(last, read, consumers);
    }

    private List<String> fields(String[] usualFields) {
        List<String> fields = new ArrayList<>();
        boolean isUsual = random.nextInt(3) != 0;
        int count = isUsual ? usualFields.length : 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            fields.add(isUsual ? usualFields[i] : string());
            fields.add(string());
        }
        return fields;
    }

    /** A number, bytes that can be compressed, or bytes that cannot. */
    String string() {
        int kind = random.nextInt(3);
        if (kind == 0) {
            return random.nextBoolean()
                    ? NUMBERS[random.nextInt(NUMBERS.length)]
                    : Long.toString(random.nextInt(1 << 20));
        }
        int length = random.nextInt(15) == 0 ? LENGTHS[random.nextInt(LENGTHS.length)] : LENGTHS[random.nextInt(21)];
        byte[] bytes = new byte[length];
        if (kind == 1) {
            random.nextBytes(bytes);
        } else {
            int period = 1 + random.nextInt(40);
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) ('a' + i % period);
            }
        }
        return MemoryDataSet.text(bytes);
    }
}

package io.nvmredis.bench.load;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of operations that servers are compared by. */
public enum Workload {
    SET("SET of keys chosen evenly") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return even(keys, 0, seed);
        }
    },
    GET("GET of keys chosen evenly") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return even(keys, 100, seed);
        }
    },
    GET_SET("GET and SET, half each, of keys chosen evenly") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return even(keys, 50, seed);
        }
    },
    ZIPF("95 % GET and 5 % SET of keys chosen by Zipf's law, exponent 0.99") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return zipf(keys, 95, seed);
        }
    },
    INCR("INCR of counters chosen evenly") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return new CounterOperations(keys, seed);
        }
    },
    HSET("HSET of one field of many, in ten large hashes") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return new CollectionOperations("HSET", "hash", "fld:", keys, seed);
        }
    },
    LIST("LPUSH and RPOP in turn, on ten lists") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return new ListOperations(keys, seed);
        }
    },
    ZADD("ZADD of one member of many, in ten large sorted sets") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return new CollectionOperations("ZADD", "zset", "", keys, seed);
        }
    },
    MULTI("MULTI, ten SETs, EXEC; counted as one operation") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            return new TransactionOperations(SET.operations(keys, seed), 10);
        }
    },
    LARGE("SET of large values") {
        @Override
        public Operations operations(DataShape keys, long seed) {
            int count = Math.max(1, (int) ((64L << 20) / keys.largeValueLength()));
            DataShape large = new DataShape(count, keys.largeValueLength(), keys.largeValueLength());
            return new StringOperations(large, "big:", new EvenChoice(count, seed), 0, seed);
        }
    };

    private final String description;

    Workload(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }

    /** As it is given on the command line: {@code get-set}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Workload> of(String word) {
        return Arrays.stream(values())
                .filter(workload -> workload.word().equals(word))
                .findFirst();
    }

    /** Operations of this kind, the same for the same seed. */
    public abstract Operations operations(DataShape keys, long seed);

    /** GET, so many of a hundred, and SET, of keys chosen by Zipf's law. */
    public static Operations zipf(DataShape keys, int readPercent, long seed) {
        return new StringOperations(keys, new ZipfChoice(keys.keyCount(), seed), readPercent, seed);
    }

    /** SETs of all keys, one after another, and again. */
    public static Operations fill(DataShape keys) {
        return fill(keys, 0);
    }

    /** The same, beginning with a certain one. */
    public static Operations fill(DataShape keys, long firstKey) {
        return new StringOperations(keys, new InTurn(keys.keyCount(), firstKey), 0, 1);
    }

    /** HGET, so many of a hundred, and HSET, of the fields of one hash, which are as many as there are keys. */
    public static Operations hash(DataShape shape, int readPercent, long seed) {
        return StringOperations.ofHash(shape, new EvenChoice(shape.keyCount(), seed), readPercent, seed);
    }

    /** HSETs of all fields of this hash, one after another, and again. */
    public static Operations fillHash(DataShape shape) {
        return StringOperations.ofHash(shape, new InTurn(shape.keyCount(), 0), 0, 1);
    }

    /** GET, so many of a hundred, and SET, of keys chosen evenly. */
    public static Operations even(DataShape keys, int readPercent, long seed) {
        return new StringOperations(keys, new EvenChoice(keys.keyCount(), seed), readPercent, seed);
    }

    /** HGET, so many of a hundred, and HSET, of fields chosen evenly from hashes of 1,000 fields each. */
    public static Operations fields(DataShape fields, int readPercent, long seed) {
        return new FieldOperations(fields, new EvenChoice(fields.keyCount(), seed), readPercent, seed);
    }

    /** HSETs of all fields of those hashes, one after another, and again. */
    public static Operations fillFields(DataShape fields) {
        return new FieldOperations(fields, new InTurn(fields.keyCount(), 0), 0, 1);
    }

    /** The name of a key that {@link #fill} sets. */
    public static String keyName(long key) {
        return String.format(Locale.ROOT, "key:%012d", key);
    }

    /** The value that {@link #fill} gives it. */
    public static String value(DataShape keys, long key) {
        String number = String.format(Locale.ROOT, "%012d", key);
        return number + "x".repeat(keys.valueLength() - number.length());
    }
}

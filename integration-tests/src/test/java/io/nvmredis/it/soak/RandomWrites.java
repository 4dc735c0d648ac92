package io.nvmredis.it.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random writes to all types. The name of a key begins with its type; a string whose name begins with {@code brief} has
 * a deadline that comes soon, and is never written otherwise.
 */
final class RandomWrites {
    /** Of the year 2100, and so never reached. */
    private static final long FAR_AHEAD = 4_102_444_800_000L;

    private static final int LARGE_LENGTH = 100_000;
    /** Longer than the smallest log segment: such a write cannot be one record. */
    private static final int HUGE_LENGTH = 1_500_000;

    private static final int FIELDS = 1_500;
    private static final int BURST = 100;

    private final Random random;
    private final int names;
    /** In how many writes of a thousand there is a large value. */
    private final int largePerThousand;

    private final int largeNames;
    private final boolean hasRoom;

    private long sequence;

    RandomWrites(Random random, Arm arm) {
        this.random = random;
        this.names = arm.names();
        this.largePerThousand = arm.largePerThousand();
        this.largeNames = arm.largeNames();
        this.hasRoom = !arm.mayRefuse();
    }

    Write next() {
        sequence++;
        int kind = random.nextInt(1_000);
        if (kind < largePerThousand) {
            int length = random.nextInt(20) == 0 ? HUGE_LENGTH : LARGE_LENGTH;
            return Write.of(
                    "SET", "string:large" + random.nextInt(largeNames), number().repeat(length / number().length()));
        }
        return switch (random.nextInt(24)) {
            case 0, 1 -> new Write(Write.Form.MULTI, several());
            // Each command of a script is refused by itself: nobody could tell then what one in doubt has done.
            case 2 -> new Write(hasRoom ? Write.Form.SCRIPT : Write.Form.MULTI, several());
            case 3 -> Write.of("SET", "brief:" + number(), number(), "PX", "" + (1 + random.nextInt(3_000)));
            case 4 -> random.nextInt(150) == 0 ? Write.of("FLUSHDB") : Write.of(burst());
            default -> Write.of(command());
        };
    }

    private List<String[]> several() {
        List<String[]> commands = new ArrayList<>();
        // Two keys that are only ever written together.
        commands.add(new String[] {"SET", "string:left", number()});
        for (int i = random.nextInt(3); i >= 0; i--) {
            commands.add(command());
        }
        commands.add(new String[] {"SET", "string:right", number()});
        return commands;
    }

    /** Many new keys at once: the index grows. */
    private String[] burst() {
        List<String> words = new ArrayList<>(List.of("MSET"));
        int first = random.nextInt(names);
        for (int i = first; i < first + BURST; i++) {
            words.add("string:" + i);
            words.add(number());
        }
        return words.toArray(String[]::new);
    }

    private String[] command() {
        sequence++;
        return switch (random.nextInt(12)) {
            case 0, 1 -> text();
            case 2 -> keyCommand();
            case 3 -> new String[] {"INCRBY", "counter:" + random.nextInt(20), "" + (1 + random.nextInt(9))};
            case 4 -> bits();
            case 5, 6 -> list();
            case 7, 8 -> hash();
            case 9 -> set();
            case 10 -> sortedSet();
            // To read a HyperLogLog takes room for a copy.
            default -> hasRoom && random.nextInt(4) == 0 ? hyperLogLog() : stream();
        };
    }

    private String[] text() {
        return switch (random.nextInt(6)) {
            case 0 -> new String[] {"SET", name("string", names), number(), "PXAT", deadline()};
            case 1 -> new String[] {"APPEND", name("string", 30), number()};
            case 2 -> new String[] {"GETDEL", name("string", 30)};
            case 3 -> new String[] {"SETRANGE", name("string", 30), "" + random.nextInt(40), number()};
            default -> new String[] {"SET", name("string", names), number()};
        };
    }

    private String[] keyCommand() {
        String type = List.of("string", "list", "hash", "set", "zset", "stream").get(random.nextInt(6));
        int count = type.equals("string") ? 60 : 4;
        return switch (random.nextInt(8)) {
            case 0 -> new String[] {"DEL", name("string", names)};
            case 1 -> new String[] {"UNLINK", name(type, count)};
            case 2 -> new String[] {"RENAME", name("string", 60), name("string", 60)};
            case 3 -> new String[] {"COPY", type + ":0", type + ":1", "REPLACE"};
            case 4, 5 -> new String[] {"PEXPIREAT", name(type, count), deadline()};
            default -> new String[] {"PERSIST", name(type, count)};
        };
    }

    private String[] bits() {
        return new String[] {"SETBIT", name("bits", 4), "" + random.nextInt(4_000), "" + random.nextInt(2)};
    }

    private String[] list() {
        String key = name("list", 4);
        return switch (random.nextInt(9)) {
            case 0, 1 -> new String[] {"LPUSH", key, number(), "x"};
            case 2, 3 -> new String[] {"RPUSH", key, number()};
            case 4 -> new String[] {"LPOP", key};
            case 5 -> new String[] {"RPOP", key};
            case 6 -> new String[] {"LMOVE", key, name("list", 4), side(), side()};
            case 7 -> new String[] {"LREM", key, "0", "x"};
            default -> new String[] {"LTRIM", key, "0", "399"};
        };
    }

    private String[] hash() {
        String key = name("hash", 4);
        return switch (random.nextInt(8)) {
            case 0 -> new String[] {"HDEL", key, field()};
            case 1 -> new String[] {"HINCRBY", key, "number", "1"};
            case 2 -> new String[] {"HSET", key, field(), number(), "last", number()};
            default -> new String[] {"HSET", key, field(), number()};
        };
    }

    private String[] set() {
        String key = name("set", 4);
        return switch (random.nextInt(5)) {
            case 0 -> new String[] {"SREM", key, field()};
            case 1 -> new String[] {"SMOVE", key, "set:other", field()};
            default -> new String[] {"SADD", key, field(), "m" + random.nextInt(10)};
        };
    }

    private String[] sortedSet() {
        String key = name("zset", 4);
        return switch (random.nextInt(7)) {
            case 0 -> new String[] {"ZREM", key, field()};
            case 1 -> new String[] {"ZPOPMIN", key};
            case 2, 3 -> new String[] {"ZINCRBY", key, "" + (1 + random.nextInt(5)), field()};
            default -> new String[] {"ZADD", key, number(), field()};
        };
    }

    private String[] stream() {
        String key = name("stream", 4);
        String id = number() + "-1";
        return switch (random.nextInt(7)) {
            case 0 -> new String[] {"XTRIM", key, "MAXLEN", "10"};
            case 1 -> new String[] {"XDEL", key, Math.max(1, sequence - random.nextInt(200)) + "-1"};
            case 2, 3 -> new String[] {"XADD", key, "MAXLEN", "30", id, "f", number()};
            default -> new String[] {"XADD", key, id, "f", number(), "g", field()};
        };
    }

    private String[] hyperLogLog() {
        String key = name("hyperloglog", 2);
        return random.nextInt(30) == 0
                ? new String[] {"DEL", key}
                : new String[] {"PFADD", key, StoredData.PROBES.get(random.nextInt(StoredData.PROBES.size()))};
    }

    private String name(String type, int count) {
        return type + ":" + random.nextInt(count);
    }

    private String field() {
        return "f" + random.nextInt(FIELDS);
    }

    private String side() {
        return random.nextBoolean() ? "LEFT" : "RIGHT";
    }

    private String deadline() {
        return Long.toString(FAR_AHEAD + random.nextInt(1_000_000));
    }

    private String number() {
        return Long.toString(sequence);
    }
}

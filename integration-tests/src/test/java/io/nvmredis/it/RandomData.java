package io.nvmredis.it;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A data set of every type that both servers have, in several databases, made by Redis's commands: values of all
 * encodings, small and large, text, numbers and binary, with and without deadlines. The same for the same seed.
 */
final class RandomData {
    /** Strings that have their own encoding in an RDB file, or nearly. */
    private static final String[] NUMBERS = {
        "0",
        "-1",
        "127",
        "128",
        "-129",
        "32767",
        "32768",
        "-2147483648",
        "2147483647",
        "2147483648",
        "9223372036854775807",
        "-9223372036854775808",
        "007",
        "+1",
        "1.5"
    };

    private static final int[] DATABASES = {0, 3, 15};
    private static final int KEYS_PER_DATABASE = 60;
    private static final long FAR_AHEAD_MILLIS = 4_102_444_800_000L;

    private final Random random;
    private final String prefix;
    private final String infinity;
    private int keyNumber;

    RandomData(long seed) {
        this(seed, "key", "inf");
    }

    private RandomData(long seed, String prefix, String infinity) {
        random = new Random(seed);
        this.prefix = prefix;
        this.infinity = infinity;
    }

    /** Other keys. */
    static RandomData later(long seed) {
        return new RandomData(seed, "later", "inf");
    }

    /** The same with keys that begin with this word, in commands that clients can send to either server. */
    static RandomData named(long seed, String prefix) {
        return new RandomData(seed, prefix, "+inf");
    }

    /** Adds it to what a server holds. */
    void fill(RespClient client) throws IOException {
        for (int database : DATABASES) {
            client.call("SELECT", Integer.toString(database));
            for (int i = 0; i < KEYS_PER_DATABASE; i++) {
                addKey(client, i);
            }
        }
        client.call("SELECT", "0");
    }

    private void addKey(RespClient client, int index) throws IOException {
        // The colon keeps key 1 with bytes apart from key 12.
        String key = prefix + ":" + keyNumber++ + (random.nextInt(5) == 0 ? ":" + bytes(1 + random.nextInt(20)) : "");
        switch (index % 10) {
            case 0 -> call(client, "SET", key, string());
            case 1 -> call(client, "SET", key, NUMBERS[random.nextInt(NUMBERS.length)]);
            case 2 -> grow(client, "RPUSH", key, size(), this::element);
            case 3 -> grow(client, "SADD", key, size(), this::element);
            case 4 -> grow(client, "SADD", key, size(), this::integer);
            case 5 -> grow(client, "HSET", key, size(), () -> element() + "\u0000" + element());
            case 6 -> grow(client, "ZADD", key, size(), () -> score() + "\u0000" + element());
            case 7 -> addStream(client, key);
            case 8 -> grow(client, "PFADD", key, size(), this::element);
            default -> {
                for (int i = 0; i < 20; i++) {
                    call(client, "SETBIT", key, Integer.toString(random.nextInt(10_000)), "1");
                }
            }
        }
        if (random.nextInt(3) == 0) {
            call(client, "PEXPIREAT", key, Long.toString(FAR_AHEAD_MILLIS + random.nextInt(1_000_000)));
        }
    }

    /** Makes arguments; what belongs together is parted by a zero byte. */
    private interface Arguments {
        String next();
    }

    private void grow(RespClient client, String command, String key, int count, Arguments arguments)
            throws IOException {
        for (int done = 0; done < count; ) {
            List<String> words = new ArrayList<>(List.of(command, key));
            for (int i = 0; i < 100 && done < count; i++, done++) {
                words.addAll(
                        command.equals("HSET") || command.equals("ZADD")
                                ? List.of(arguments.next().split("\u0000", 2))
                                : List.of(arguments.next()));
            }
            call(client, words.toArray(String[]::new));
        }
    }

    private void addStream(RespClient client, String key) throws IOException {
        int count = random.nextInt(4) == 0 ? 300 : 1 + random.nextInt(10);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> words = new ArrayList<>(List.of("XADD", key, (1_000 + 10L * i) + "-" + random.nextInt(5)));
            int fields = 1 + random.nextInt(3);
            for (int field = 0; field < fields; field++) {
                // No field twice in one entry: the engine keeps one value of each.
                words.add(random.nextInt(3) == 0 ? element() + field : "field" + field);
                words.add(element());
            }
            ids.add((String) call(client, words.toArray(String[]::new)));
        }
        if (random.nextBoolean()) {
            call(client, "XDEL", key, ids.get(random.nextInt(count)));
            call(client, "XDEL", key, ids.get(count - 1));
        }
    }

    private static Object call(RespClient client, String... command) throws IOException {
        Object reply = client.call(command);
        if (reply instanceof RespClient.RespError error) {
            throw new AssertionError(String.join(" ", command) + ": " + error.message());
        }
        return reply;
    }

    /** Most are small; some are too large for the compact encodings. */
    private int size() {
        return switch (random.nextInt(6)) {
            case 0 -> 129 + random.nextInt(1_000);
            case 1 -> 600 + random.nextInt(2_000);
            default -> 1 + random.nextInt(20);
        };
    }

    private String string() {
        return switch (random.nextInt(5)) {
            case 0 -> "";
            case 1 -> bytes(1 + random.nextInt(100));
            case 2 -> "compressible ".repeat(1 + random.nextInt(2_000));
            case 3 -> bytes(20_000 + random.nextInt(100_000));
            default -> "value " + random.nextInt();
        };
    }

    private String element() {
        return switch (random.nextInt(8)) {
            case 0 -> bytes(1 + random.nextInt(30)).replace('\u0000', '0');
            case 1 -> integer();
            case 2 -> "long ".repeat(random.nextInt(40)) + random.nextInt();
            case 3 -> NUMBERS[random.nextInt(NUMBERS.length)];
            default -> "element:" + random.nextInt(1_000_000);
        };
    }

    private String integer() {
        return switch (random.nextInt(4)) {
            case 0 -> Integer.toString(random.nextInt(100));
            case 1 -> Integer.toString(random.nextInt());
            case 2 -> Long.toString(random.nextLong());
            default -> Integer.toString(-random.nextInt(40_000));
        };
    }

    private String score() {
        return switch (random.nextInt(6)) {
            case 0 -> infinity;
            case 1 -> "-inf";
            case 2 -> Integer.toString(random.nextInt(1_000));
            case 3 -> Double.toString(random.nextGaussian() * 1e-9);
            case 4 -> Long.toString(random.nextLong() >> 12);
            default -> Double.toString(random.nextDouble());
        };
    }

    private String bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, RespClient.BYTES);
    }
}

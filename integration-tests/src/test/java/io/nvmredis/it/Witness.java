package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A client that means well, among others that do not: writes, and knows what has been acknowledged. Each command must be
 * answered in time, if only with an error that Redis has for such times; a script that keeps everybody waiting it kills,
 * as an operator would, and now and then it throws away what the others have written.
 */
final class Witness {
    private static final int KEYS = 300;
    private static final int COMMANDS = 100;
    private static final int HOSTILE_DATABASE = 1;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Random random;
    /** What is there, by key; null if nothing is. */
    private final Map<String, String> acknowledged = new HashMap<>();

    private final Map<String, Integer> errors = new TreeMap<>();
    private long acknowledgedCount;
    private long longestNanos;
    private int counter;

    Witness(long seed) {
        random = new Random(seed);
    }

    long acknowledged() {
        return acknowledgedCount;
    }

    String report() {
        return "witness: " + acknowledgedCount + " writes acknowledged, longest wait " + longestNanos / 1_000_000
                + " ms, errors " + errors;
    }

    /** Writes and reads a little, on a connection of its own. */
    void work(int port) throws IOException {
        try (RespClient client = new RespClient(port)) {
            for (int i = 0; i < COMMANDS; i++) {
                String key = "witness:" + random.nextInt(KEYS);
                switch (random.nextInt(8)) {
                    case 0 -> delete(client, key);
                    case 1, 2, 3 -> read(client, key);
                    default -> write(client, key);
                }
            }
            makeRoom(client);
        }
    }

    /** The others write to databases that are not this one's. */
    private void makeRoom(RespClient client) throws IOException {
        call(client, "SELECT", "" + HOSTILE_DATABASE);
        call(client, "FLUSHDB");
    }

    private void write(RespClient client, String key) throws IOException {
        String value = "v" + counter++ + "." + "w".repeat(random.nextInt(2_000));
        if (call(client, "SET", key, value).equals("OK")) {
            acknowledged.put(key, value);
            acknowledgedCount++;
        }
    }

    private void delete(RespClient client, String key) throws IOException {
        if (call(client, "DEL", key) instanceof Long count) {
            assertThat(count).as("deleted %s", key).isEqualTo(acknowledged.remove(key) == null ? 0L : 1L);
            acknowledgedCount++;
        }
    }

    private void read(RespClient client, String key) throws IOException {
        Object reply = call(client, "GET", key);
        if (!(reply instanceof RespClient.RespError)) {
            assertThat(reply).as(key).isEqualTo(acknowledged.getOrDefault(key, NOTHING));
        }
    }

    /** Stands for nil. */
    private static final String NOTHING = "(nil)";

    private Object call(RespClient client, String... command) throws IOException {
        long begin = System.nanoTime();
        Object reply = attempt(client, command);
        while (isBusy(reply) && System.nanoTime() - begin < PATIENCE_NANOS) {
            client.call("SCRIPT", "KILL");
            reply = attempt(client, command);
        }
        longestNanos = Math.max(longestNanos, System.nanoTime() - begin);
        if (reply instanceof RespClient.RespError error) {
            String code = error.message().split(" ", 2)[0];
            errors.merge(code, 1, Integer::sum);
            assertThat(code).as("error to %s: %s", command[0], error.message()).isIn("OOM", "BUSY", "LOADING");
        }
        assertThat(System.nanoTime() - begin)
                .as("nanoseconds until %s was answered", command[0])
                .isLessThan(PATIENCE_NANOS);
        return reply;
    }

    private static Object attempt(RespClient client, String... command) throws IOException {
        Object reply = client.call(command);
        return reply == null ? NOTHING : reply;
    }

    private static boolean isBusy(Object reply) {
        return reply instanceof RespClient.RespError error && error.message().startsWith("BUSY");
    }

    /** Compares everything. */
    void verify(int port) throws IOException {
        try (RespClient client = new RespClient(port)) {
            for (int i = 0; i < KEYS; i++) {
                String key = "witness:" + i;
                assertThat(call(client, "GET", key)).as(key).isEqualTo(acknowledged.getOrDefault(key, NOTHING));
            }
        }
    }

    /** How many clients are connected beside the one that asks. */
    long connectedClients(int port) throws IOException {
        try (RespClient client = new RespClient(port)) {
            // The last script of the attack may still run.
            String info = (String) call(client, "INFO", "clients");
            return info.lines()
                            .filter(line -> line.startsWith("connected_clients:"))
                            .mapToLong(line -> Long.parseLong(line.substring("connected_clients:".length())))
                            .findFirst()
                            .orElseThrow()
                    - 1;
        }
    }
}

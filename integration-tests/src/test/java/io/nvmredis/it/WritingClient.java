package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * Writes to keys of its own until the connection breaks, and can tell afterwards what must be there.
 *
 * <p>It sends its writes in order, some of them pipelined. So the server must hold the state after some number of them,
 * no fewer than were acknowledged: any other state is a lost, half or invented write. One thread at a time.
 */
final class WritingClient {
    private static final int LARGEST_BATCH = 8;
    private static final int LARGE_LENGTH = 100_000;
    /** Longer than the smallest log segment: such a write cannot be one record. */
    private static final int HUGE_LENGTH = 1_500_000;

    /** One command, or the commands of one MULTI. */
    private record Write(List<String[]> commands) {
        static Write of(String... command) {
            return new Write(List.<String[]>of(command));
        }

        boolean isTransaction() {
            return commands.size() > 1;
        }
    }

    private final int id;
    private final Random random;
    /** What the acknowledged writes have made of the data. */
    private final ModelRedis acknowledged = new ModelRedis();
    /** Sent, and not answered yet. */
    private final Deque<Write> pending = new ArrayDeque<>();

    private long sequence;

    WritingClient(int id, long seed) {
        this.id = id;
        this.random = new Random(seed);
    }

    /** The counter that tells an onlooker how far this client is. */
    static String counterOf(int id) {
        return "string:" + id + ":counter";
    }

    /** Two keys that are only ever written together, and with the same value. */
    static String[] pairOf(int id) {
        return new String[] {"string:" + id + ":left", "string:" + id + ":right"};
    }

    /** Writes until the server is gone. */
    void writeUntilCut(int port, AtomicLong acknowledgedWrites) {
        try (RespClient client = new RespClient(port)) {
            while (true) {
                sendBatch(client);
                while (!pending.isEmpty()) {
                    Object reply = receiveReply(client, pending.peek());
                    assertThat(reply)
                            .as("reply to %s of client %d", describe(pending.peek()), id)
                            .isEqualTo(apply(pending.remove()));
                    acknowledgedWrites.incrementAndGet();
                }
            }
        } catch (IOException e) {
            // The server has been killed: what is pending now may or may not have happened.
        }
    }

    /**
     * Compares all that this client has written with what the server holds.
     *
     * @return the number of keys
     */
    int verify(RespClient server) throws IOException {
        Map<String, Object> found = read(server, touchedKeys());
        List<String> differences = differences(found);
        while (!found.equals(acknowledged.contents())) {
            assertThat(pending)
                    .as(
                            "client %d: the server holds neither what was acknowledged nor what the next writes made of"
                                    + " it; against the acknowledged state: %s",
                            id, differences)
                    .isNotEmpty();
            apply(pending.remove());
        }
        pending.clear();
        return found.size();
    }

    private void sendBatch(RespClient client) throws IOException {
        int count = 1 + random.nextInt(LARGEST_BATCH);
        for (int i = 0; i < count; i++) {
            Write write = nextWrite();
            pending.add(write);
            send(client, write);
        }
        client.flush();
    }

    private Write nextWrite() {
        String n = Long.toString(++sequence);
        String field = "f" + random.nextInt(40);
        int large = random.nextInt(4_000);
        if (large < 10) {
            return Write.of("SET", key("string", "large"), repeat(n, large == 0 ? HUGE_LENGTH : LARGE_LENGTH));
        }
        return switch (random.nextInt(12)) {
            case 0, 1 -> Write.of("SET", key("string", n), n);
            case 2 -> Write.of("DEL", key("string", Long.toString(1 + random.nextInt((int) sequence))));
            case 3 -> Write.of("INCR", counterOf(id));
            case 4 -> Write.of("LPUSH", key("list", ""), n);
            case 5 -> Write.of("LTRIM", key("list", ""), "0", "49");
            case 6 -> Write.of("HSET", key("hash", ""), field, n);
            case 7 -> Write.of("HDEL", key("hash", ""), field);
            case 8 -> Write.of("SADD", key("set", ""), field);
            case 9 -> Write.of("SREM", key("set", ""), field);
            case 10 -> Write.of("ZADD", key("zset", ""), n, field);
            default -> transaction(n);
        };
    }

    private Write transaction(String n) {
        String[] pair = pairOf(id);
        return new Write(List.of(
                new String[] {"SET", pair[0], n},
                new String[] {"INCR", counterOf(id)},
                new String[] {"LPUSH", key("list", ""), n},
                new String[] {"SET", pair[1], n}));
    }

    private String key(String type, String name) {
        return type + ":" + id + ":" + name;
    }

    private static String repeat(String text, int length) {
        return text.repeat(length / text.length());
    }

    private static void send(RespClient client, Write write) throws IOException {
        if (write.isTransaction()) {
            client.send("MULTI");
        }
        for (String[] command : write.commands()) {
            client.send(command);
        }
        if (write.isTransaction()) {
            client.send("EXEC");
        }
    }

    private static Object receiveReply(RespClient client, Write write) throws IOException {
        if (!write.isTransaction()) {
            return client.receive();
        }
        assertThat(client.receive()).isEqualTo("OK");
        for (int i = 0; i < write.commands().size(); i++) {
            assertThat(client.receive()).isEqualTo("QUEUED");
        }
        return client.receive();
    }

    private Object apply(Write write) {
        List<Object> replies = new ArrayList<>();
        for (String[] command : write.commands()) {
            replies.add(acknowledged.execute(command));
        }
        return write.isTransaction() ? replies : replies.get(0);
    }

    private Set<String> touchedKeys() {
        Set<String> keys = new TreeSet<>(acknowledged.contents().keySet());
        pending.forEach(write -> write.commands().forEach(command -> keys.add(command[1])));
        return keys;
    }

    private static Map<String, Object> read(RespClient server, Set<String> keys) throws IOException {
        Map<String, Object> found = new TreeMap<>();
        List<String> all = List.copyOf(keys);
        for (int from = 0; from < all.size(); from += 100) {
            List<String> chunk = all.subList(from, Math.min(all.size(), from + 100));
            for (String key : chunk) {
                server.send(TypedKeys.readCommand(key));
            }
            server.flush();
            for (String key : chunk) {
                Object value = valueOf(key, server.receive());
                if (value != null) {
                    found.put(key, value);
                }
            }
        }
        return found;
    }

    /** The value as {@link ModelRedis} keeps it; null if there is none. */
    private static Object valueOf(String key, Object reply) {
        if (!(reply instanceof List<?> elements)) {
            return reply;
        }
        if (elements.isEmpty()) {
            return null;
        }
        return switch (TypedKeys.typeOf(key)) {
            case "list" -> elements;
            case "set" -> new TreeSet<>(elements);
            default -> TypedKeys.pairs(elements);
        };
    }

    private List<String> differences(Map<String, Object> found) {
        Set<String> keys = new TreeSet<>(found.keySet());
        keys.addAll(acknowledged.contents().keySet());
        return keys.stream()
                .filter(key ->
                        !Objects.equals(found.get(key), acknowledged.contents().get(key)))
                .limit(10)
                .map(key -> key + ": acknowledged "
                        + shorten(acknowledged.contents().get(key)) + ", found " + shorten(found.get(key)))
                .toList();
    }

    private static String describe(Write write) {
        return write.commands().stream()
                .map(command -> shorten(String.join(" ", command)))
                .collect(Collectors.joining("; "));
    }

    private static String shorten(Object value) {
        String text = String.valueOf(value);
        return text.length() <= 200 ? text : text.substring(0, 200) + "… (" + text.length() + " chars)";
    }
}

package io.nvmredis.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** Uses objects that others use as well, and records what it does. One thread at a time. */
final class RecordingClient {
    private static final String SWAP_IF_EQUAL =
            "local held = redis.call('get', KEYS[1]) or ''; if held ~= ARGV[1] then return 0 end;"
                    + " redis.call('set', KEYS[1], ARGV[2]); return 1";
    private static final List<SharedObject> OBJECTS = List.of(SharedObject.values());
    private static final int LARGEST_BATCH = 4;

    /** An operation that has been sent. */
    private record Begun(SharedObject object, String name, List<String> arguments, UnaryOperator<Object> result) {}

    private final int number;
    private final Random random;
    private final Map<SharedObject, List<Operation>> histories = new EnumMap<>(SharedObject.class);
    /** What the register held when this client last heard of it. */
    private String lastSeen = "";

    private String prefix = "";
    private long sequence;
    private long sentNanos;

    RecordingClient(int number, Random random) {
        this.number = number;
        this.random = random;
        begin("");
    }

    /** Begins new histories, of objects whose keys begin with this and do not exist. */
    void begin(String newPrefix) {
        prefix = newPrefix;
        lastSeen = "";
        for (SharedObject object : SharedObject.values()) {
            histories.put(object, new ArrayList<>());
        }
    }

    List<Operation> history(SharedObject object) {
        return histories.get(object);
    }

    /** Goes on until the server is gone, which may not happen before this is set. */
    void runUntilKilled(int port, AtomicBoolean isKilled) throws IOException {
        try (RespClient client = new RespClient(port)) {
            while (!isKilled.get()) {
                work(client);
            }
        } catch (IOException e) {
            if (!isKilled.get()) {
                throw e;
            }
        }
    }

    /** Reads every object once. */
    void readAll(RespClient client) throws IOException {
        for (SharedObject object : SharedObject.values()) {
            sentNanos = System.nanoTime();
            receive(client, List.of(read(client, object)));
        }
    }

    private void work(RespClient client) throws IOException {
        if (random.nextInt(8) == 0) {
            swapWatched(client);
            return;
        }
        sentNanos = System.nanoTime();
        List<Begun> begun = new ArrayList<>();
        for (int i = random.nextInt(LARGEST_BATCH); i >= 0; i--) {
            SharedObject object = OBJECTS.get(random.nextInt(OBJECTS.size()));
            begun.add(random.nextInt(3) == 0 ? read(client, object) : write(client, object));
        }
        receive(client, begun);
    }

    private void receive(RespClient client, List<Begun> begun) throws IOException {
        client.flush();
        int answered = 0;
        try {
            for (Begun each : begun) {
                Object reply = client.receive();
                for (int queued = each.object() == SharedObject.PAIR ? 3 : 0; queued > 0; queued--) {
                    reply = client.receive();
                }
                assertThat(reply instanceof RespError)
                        .as("error reply to %s of %s: %s", each.name(), each.object(), reply)
                        .isFalse();
                record(each, each.result().apply(reply), true);
                answered++;
            }
        } finally {
            begun.subList(answered, begun.size()).forEach(each -> record(each, null, false));
        }
    }

    private void record(Begun begun, Object result, boolean isAnswered) {
        if (begun.object() == SharedObject.REGISTER && begun.name().equals("get") && isAnswered) {
            lastSeen = (String) result;
        }
        histories
                .get(begun.object())
                .add(new Operation(
                        number, begun.name(), begun.arguments(), result, isAnswered, sentNanos, System.nanoTime()));
    }

    private Begun read(RespClient client, SharedObject object) throws IOException {
        return switch (object) {
            case REGISTER -> send(client, object, "get", RecordingClient::orEmpty, List.of(), "GET", key("register"));
            case COUNTER -> send(client, object, "get", RecordingClient::number, List.of(), "GET", key("counter"));
            case QUEUE ->
                send(client, object, "get", UnaryOperator.identity(), List.of(), "LRANGE", key("queue"), "0", "-1");
            case PAIR -> transact(client, "get", List.of(), "GET", "GET");
        };
    }

    private Begun write(RespClient client, SharedObject object) throws IOException {
        String value = number + "." + ++sequence;
        return switch (object) {
            case REGISTER -> writeRegister(client, value);
            case COUNTER ->
                send(client, object, "add", UnaryOperator.identity(), List.of("2"), "INCRBY", key("counter"), "2");
            // Longer queues make longer histories of what they held.
            case QUEUE ->
                random.nextInt(5) < 2
                        ? send(
                                client,
                                object,
                                "push",
                                UnaryOperator.identity(),
                                List.of(value),
                                "RPUSH",
                                key("queue"),
                                value)
                        : send(client, object, "pop", UnaryOperator.identity(), List.of(), "LPOP", key("queue"));
            case PAIR ->
                random.nextBoolean()
                        ? transact(client, "set", List.of(value), "SET", "SET")
                        : transact(client, "left", List.of(value), "GETSET", "GET");
        };
    }

    private Begun writeRegister(RespClient client, String value) throws IOException {
        SharedObject object = SharedObject.REGISTER;
        String key = key("register");
        return switch (random.nextInt(3)) {
            case 0 -> send(client, object, "set", UnaryOperator.identity(), List.of(value), "SET", key, value);
            case 1 -> send(client, object, "swap", RecordingClient::orEmpty, List.of(value), "SET", key, value, "GET");
            default ->
                send(
                        client,
                        object,
                        "cas",
                        UnaryOperator.identity(),
                        List.of(lastSeen, value),
                        "EVAL",
                        SWAP_IF_EQUAL,
                        "1",
                        key,
                        lastSeen,
                        value);
        };
    }

    private static Begun send(
            RespClient client,
            SharedObject object,
            String name,
            UnaryOperator<Object> result,
            List<String> arguments,
            String... command)
            throws IOException {
        client.send(command);
        return new Begun(object, name, arguments, result);
    }

    /** A transaction of two commands, one on each key of the pair. */
    private Begun transact(RespClient client, String name, List<String> arguments, String left, String right)
            throws IOException {
        client.send("MULTI");
        client.send(words(left, key("left"), arguments));
        client.send(words(right, key("right"), arguments));
        client.send("EXEC");
        return new Begun(SharedObject.PAIR, name, arguments, replies -> {
            List<?> both = (List<?>) replies;
            return name.equals("set") ? both.get(0) : List.of(orEmpty(both.get(0)), orEmpty(both.get(1)));
        });
    }

    private static String[] words(String command, String key, List<String> arguments) {
        List<String> words = new ArrayList<>(Arrays.asList(command, key));
        words.addAll(command.equals("GET") ? List.of() : arguments);
        return words.toArray(String[]::new);
    }

    /** Reads the register and replaces what it holds, if nobody else has meanwhile. */
    private void swapWatched(RespClient client) throws IOException {
        String value = number + "." + ++sequence;
        String key = key("register");
        sentNanos = System.nanoTime();
        client.call("WATCH", key);
        String held = (String) orEmpty(client.call("GET", key));
        client.send("MULTI");
        client.send("SET", key, value);
        client.send("EXEC");
        Begun swap = new Begun(SharedObject.REGISTER, "cas", List.of(held, value), UnaryOperator.identity());
        Object reply;
        try {
            client.flush();
            client.receive();
            client.receive();
            reply = client.receive();
        } catch (IOException e) {
            record(swap, null, false);
            throw e;
        }
        if (reply == null) {
            record(new Begun(SharedObject.REGISTER, "get", List.of(), UnaryOperator.identity()), held, true);
        } else {
            assertThat(reply).as("reply to EXEC").isEqualTo(List.of("OK"));
            record(swap, 1L, true);
        }
    }

    private String key(String name) {
        return prefix + name;
    }

    private static Object orEmpty(Object reply) {
        return reply == null ? "" : reply;
    }

    private static Object number(Object reply) {
        return reply == null ? 0L : Long.valueOf((String) reply);
    }

    /** The operations of all these clients on one object. */
    static List<Operation> histories(Collection<RecordingClient> clients, SharedObject object) {
        List<Operation> all = new ArrayList<>();
        clients.forEach(client -> all.addAll(client.history(object)));
        return Collections.unmodifiableList(all);
    }
}

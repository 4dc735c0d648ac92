package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.engine.keyspace.Replica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random clients push, pop, wait, lose patience and go: a plain model says who gets which element, and that none is lost
 * or given twice. What was recorded is the same as what is there.
 */
class BlockingPropertyTest {
    private static final int STEPS = 4_000;
    private static final int CLIENTS = 12;
    private static final String[] KEYS = {"a", "b", "c", "d"};

    /** Lists, and who waits for them, with what each is to be given. */
    private static final class Model {
        final Map<String, Deque<String>> lists = new LinkedHashMap<>();
        final Map<Integer, String[]> waiting = new LinkedHashMap<>();
        final Map<Integer, String> given = new LinkedHashMap<>();

        Deque<String> list(String key) {
            return lists.computeIfAbsent(key, k -> new ArrayDeque<>());
        }

        void changed(Set<String> keys) {
            Deque<String> ready = new ArrayDeque<>(keys);
            for (String key = ready.poll(); key != null; key = ready.poll()) {
                for (Map.Entry<Integer, String[]> waiter : List.copyOf(waiting.entrySet())) {
                    String[] words = waiter.getValue();
                    if (list(key).isEmpty()) {
                        break;
                    }
                    if (keysOf(words).contains(key)) {
                        waiting.remove(waiter.getKey());
                        given.put(waiter.getKey(), take(words, key));
                        if (words[0].equals("brpoplpush") && !words[2].equals(key)) {
                            ready.add(words[2]);
                        }
                    }
                }
            }
        }

        String take(String[] words, String key) {
            if (words[0].equals("brpoplpush")) {
                String moved = list(key).removeLast();
                list(words[2]).addFirst(moved);
                return bulk(moved);
            }
            String popped = words[0].equals("brpop")
                    ? list(key).removeLast()
                    : list(key).removeFirst();
            return "*2\r\n" + bulk(key) + bulk(popped);
        }

        static List<String> keysOf(String[] words) {
            return words[0].equals("brpoplpush")
                    ? List.of(words[1])
                    : List.of(words).subList(1, words.length - 1);
        }
    }

    private static String bulk(String word) {
        return "$" + word.length() + "\r\n" + word + "\r\n";
    }

    private final Model model = new Model();
    private final List<List<String>> received = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private int elements;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldGiveEachElementOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        try (TestClient client = new TestClient()) {
            Replica replica = new Replica(client);
            for (int i = 0; i < CLIENTS; i++) {
                received.add(new ArrayList<>());
                sessions.add(client.openSession(received.get(i)));
            }
            for (int step = 0; step < STEPS; step++) {
                String done = step(client, random);
                for (int i = 0; i < CLIENTS; i++) {
                    String given = model.given.remove(i);
                    assertThat(received.get(i))
                            .as("seed %d, step %d, %s: client %d", seed, step, done, i)
                            .isEqualTo(given == null ? List.of() : List.of("<resumed>" + given));
                    received.get(i).clear();
                }
                replica.applyNew(client.persister.transactions);
            }
            for (String key : KEYS) {
                String[] left = model.list(key).toArray(new String[0]);
                assertThat(client.run("lrange", key, "0", "-1"))
                        .as("seed %d: what is left of %s", seed, key)
                        .isEqualTo("*" + left.length + "\r\n"
                                + String.join(
                                        "",
                                        Arrays.stream(left)
                                                .map(BlockingPropertyTest::bulk)
                                                .toList()));
            }
            assertThat(EffectsPropertyTest.difference(
                            Contents.of(client.engine.databases()), Contents.of(replica.databases())))
                    .as("seed %d", seed)
                    .isEmpty();
            assertThat(client.engine.waiters().count()).isEqualTo(model.waiting.size());
        }
    }

    private String step(TestClient client, Random random) {
        int index = random.nextInt(CLIENTS);
        boolean waits = model.waiting.containsKey(index);
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> {
                return waits ? "nothing" : pop(index, random);
            }
            case 4 -> {
                if (waits) {
                    assertThat(sessions.get(index).timeOut()).isEqualTo(TestClient.bytes("*-1\r\n"));
                    model.waiting.remove(index);
                }
                return "timeout of " + index;
            }
            case 5 -> {
                sessions.get(index).close();
                model.waiting.remove(index);
                sessions.set(index, client.openSession(received.get(index)));
                return "another client " + index;
            }
            case 6 -> {
                client.run("multi");
                Set<String> keys = new LinkedHashSet<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    keys.add(push(client, random));
                }
                client.run("exec");
                model.changed(keys);
                return "transaction on " + keys;
            }
            default -> {
                String key = push(client, random);
                model.changed(Set.of(key));
                return "push to " + key;
            }
        }
    }

    private String push(TestClient client, Random random) {
        String key = KEYS[random.nextInt(KEYS.length)];
        List<String> words = new ArrayList<>(List.of("rpush", key));
        for (int i = random.nextInt(3); i >= 0; i--) {
            String element = "e" + elements++;
            words.add(element);
            model.list(key).addLast(element);
        }
        client.run(words.toArray(new String[0]));
        return key;
    }

    private String pop(int index, Random random) {
        String one = KEYS[random.nextInt(KEYS.length)];
        String other = KEYS[random.nextInt(KEYS.length)];
        String[] words = switch (random.nextInt(5)) {
            case 0, 1 -> new String[] {"blpop", one, other, "0"};
            case 2 -> new String[] {"brpop", one, "0"};
            case 3 -> new String[] {"blpop", one, "0"};
            default -> new String[] {"brpoplpush", one, other, "0"};
        };
        String from = Model.keysOf(words).stream()
                .filter(key -> !model.list(key).isEmpty())
                .findFirst()
                .orElse(null);
        if (from == null) {
            model.waiting.put(index, words);
            TestClient.await(sessions.get(index), words);
        } else {
            assertThat(TestClient.run(sessions.get(index), words)).isEqualTo(model.take(words, from));
            if (words[0].equals("brpoplpush") && !from.equals(words[2])) {
                model.changed(Set.of(words[2]));
            }
        }
        return index + ": " + String.join(" ", words);
    }
}

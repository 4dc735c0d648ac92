package io.nvmredis.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** HSCAN, SSCAN and ZSCAN return every element that is there throughout, whatever else is done meanwhile. */
class ElementScanPropertyTest {

    @Property(tries = 15)
    void shouldReturnWhatIsThereThroughout(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 3_000) int size,
            @ForAll @IntRange(min = 1, max = 300) int count) {
        for (String type : List.of("h", "s", "z")) {
            try (TestClient client = new TestClient()) {
                scanWhileChanging(client, type, new Random(seed), size, count);
            }
        }
    }

    private static void scanWhileChanging(TestClient client, String type, Random random, int size, int count) {
        for (int i = 0; i < size; i++) {
            add(client, type, "e" + i);
        }
        Set<String> throughout = new HashSet<>();
        for (int i = 0; i < size; i++) {
            throughout.add("e" + i);
        }
        Set<String> ever = new HashSet<>(throughout);
        List<String> found = new ArrayList<>();
        String cursor = "0";
        do {
            cursor = scan(client, type, cursor, count, found);
            for (int i = random.nextInt(20); i > 0; i--) {
                String element = "e" + random.nextInt(size * 2 + 1);
                if (random.nextBoolean()) {
                    client.run(remove(type), type, element);
                    throughout.remove(element);
                } else {
                    add(client, type, element);
                    ever.add(element);
                }
            }
            if (random.nextInt(4) == 0) {
                // Another scan begins, and its order takes the place of this one's.
                scan(client, type, "0", count, new ArrayList<>());
            }
        } while (!cursor.equals("0"));
        assertThat(found)
                .as("seed of %s, %d elements, COUNT %d", type, size, count)
                .containsAll(throughout);
        assertThat(ever).containsAll(found);
    }

    private static void add(TestClient client, String type, String element) {
        switch (type) {
            case "h" -> client.run("hset", "h", element, "v");
            case "s" -> client.run("sadd", "s", element);
            default -> client.run("zadd", "z", "1.5", element);
        }
    }

    private static String remove(String type) {
        return type.equals("h") ? "hdel" : type.equals("s") ? "srem" : "zrem";
    }

    /** Adds the elements that are shown; returns where to go on. */
    private static String scan(TestClient client, String type, String cursor, int count, List<String> found) {
        String[] lines = client.run(type + "scan", type, cursor, "COUNT", Integer.toString(count))
                .split("\r\n", -1);
        int step = type.equals("s") ? 2 : 4;
        for (int i = 5; i < lines.length; i += step) {
            found.add(lines[i]);
            if (type.equals("z")) {
                assertThat(lines[i + 2]).isEqualTo("1.5");
            }
        }
        return lines[2];
    }

    @Test
    void shouldComeToAnEndOfAScanWithFewAtATime() {
        try (TestClient client = new TestClient()) {
            for (int i = 0; i < 2_000; i++) {
                client.run("sadd", "s", "e" + i);
            }
            List<String> found = new ArrayList<>();
            String cursor = "0";
            int calls = 0;
            do {
                cursor = scan(client, "s", cursor, 10, found);
                calls++;
            } while (!cursor.equals("0"));
            assertThat(found).doesNotHaveDuplicates().hasSize(2_000);
            assertThat(calls).isBetween(50, 201);
        }
    }

    @Test
    void shouldTakeAnyCursor() {
        try (TestClient client = new TestClient()) {
            for (int i = 0; i < 1_000; i++) {
                client.run("sadd", "s", "e" + i);
            }
            for (String cursor : List.of("9223372036854775807", "18446744073709551615", "281474976710656")) {
                assertThat(client.run("sscan", "s", cursor)).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
                assertThat(client.run("scan", cursor)).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
            }
            assertThat(client.run("sscan", "s", "18446744073709551616")).startsWith("-ERR invalid cursor");
            assertThat(client.run("sscan", "s", "-1")).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
            assertThat(client.run("sscan", "none", "+1")).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
            assertThat(client.run("sscan", "none", "")).isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
            for (String cursor : List.of("-", "-18446744073709551616", "1 ", " 1", "--1")) {
                assertThat(client.run("sscan", "none", cursor)).startsWith("-ERR invalid cursor");
            }
        }
    }

    @Test
    void shouldMatchAndLeaveValuesOut() {
        try (TestClient client = new TestClient()) {
            client.run("hset", "h", "f1", "v1", "f2", "v2", "g", "v3");
            assertThat(client.run("hscan", "h", "0", "MATCH", "f?", "NOVALUES"))
                    .isEqualTo("*2\r\n$1\r\n0\r\n*2\r\n$2\r\nf1\r\n$2\r\nf2\r\n");
            assertThat(client.run("sscan", "h", "0", "NOVALUES")).startsWith("-WRONGTYPE");
            client.run("sadd", "s", "a" + "a".repeat(100));
            // A matcher that goes back would be at it for longer than anybody waits.
            assertThat(client.run("sscan", "s", "0", "MATCH", "a*".repeat(40) + "b"))
                    .isEqualTo("*2\r\n$1\r\n0\r\n*0\r\n");
        }
    }
}

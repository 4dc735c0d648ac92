package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.keyspace.LaggingPersister;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Redis's promise: a key that is there from the first call of SCAN to the last is returned. */
class ScanPropertyTest {
    private static final int STAYING = 300;

    private final LaggingPersister persister = new LaggingPersister();
    private final TestClient.SettableClock clock = new TestClient.SettableClock();

    @Property(tries = 40)
    void shouldReturnWhatIsThereFromStartToEnd(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 500) int count, @ForAll boolean isInMemoryAlone) {
        Random random = new Random(seed);
        LaggingPersister fresh = new LaggingPersister();
        fresh.cold.scanStepBits = 50 + random.nextInt(14);
        RecordingPersister used = isInMemoryAlone ? new RecordingPersister() : fresh;
        try (TestClient client = new TestClient(used, clock, 60_000)) {
            Set<String> staying = new HashSet<>();
            Set<String> everThere = new HashSet<>();
            for (int i = 0; i < STAYING; i++) {
                client.run("set", "stays:" + i, "x".repeat(100));
                staying.add("stays:" + i);
            }
            client.run("select", "1");
            client.run("mset", "elsewhere:1", "1", "elsewhere:2", "2");
            client.run("select", "0");
            everThere.addAll(staying);
            Set<String> seen = new HashSet<>();
            String cursor = "0";
            int calls = 0;
            do {
                List<String> reply = new ArrayList<>();
                cursor = scan(client, cursor, count, reply);
                assertThat(Long.parseLong(cursor)).isBetween(0L, (1L << 48) - 1);
                seen.addAll(reply);
                disturb(client, isInMemoryAlone ? null : fresh, random, everThere);
                calls++;
            } while (!cursor.equals("0") && calls < 20_000);
            assertThat(cursor).as("the end of the scan, seed %d", seed).isEqualTo("0");
            assertThat(seen).as("seed %d", seed).containsAll(staying);
            assertThat(everThere).as("seed %d", seed).containsAll(seen);
        }
    }

    private static String scan(TestClient client, String cursor, int count, List<String> keys) {
        String[] lines =
                client.run("scan", cursor, "COUNT", Integer.toString(count)).split("\r\n", -1);
        for (int i = 5; i + 1 < lines.length; i += 2) {
            keys.add(lines[i]);
        }
        return lines[2];
    }

    /** Changes of other keys, and of what is where. */
    private static void disturb(TestClient client, LaggingPersister persister, Random random, Set<String> everThere) {
        for (int i = 0; i < 20; i++) {
            String key = "passes:" + random.nextInt(200);
            switch (random.nextInt(5)) {
                case 0 -> client.run("del", key);
                case 1 -> client.run("get", "stays:" + random.nextInt(STAYING));
                case 2 -> client.run("set", "stays:" + random.nextInt(STAYING), "y".repeat(random.nextInt(200)));
                default -> {
                    client.run("set", key, "x".repeat(100));
                    everThere.add(key);
                }
            }
        }
        if (persister != null && random.nextInt(3) > 0) {
            long contained = persister.cold.containedLsn();
            persister.contain(contained + random.nextInt((int) (persister.lastLsn() - contained) + 1));
            persister.cold.say(persister.cold.containedLsn() - random.nextInt(2));
        }
    }

    @Property(tries = 20)
    void shouldMatchAndCountAndSelectByType(@ForAll long seed) {
        try (TestClient client = new TestClient(persister, clock, 60_000)) {
            client.run("flushall");
            Random random = new Random(seed);
            for (int i = 0; i < 200; i++) {
                client.run("set", "string:" + i, "x".repeat(random.nextInt(300)));
                client.run("sadd", "set:" + i, "m");
                persister.apply(random.nextLong(persister.lastLsn() - persister.cold.appliedLsn() + 1)
                        + persister.cold.appliedLsn());
            }
            assertThat(all(client, "TYPE", "set")).hasSize(200).allMatch(key -> key.startsWith("set:"));
            assertThat(all(client, "MATCH", "*:1?", "COUNT", "37")).hasSize(20);
            assertThat(all(client, "TYPE", "hash")).isEmpty();
        }
    }

    private static Set<String> all(TestClient client, String... options) {
        Set<String> keys = new HashSet<>();
        String cursor = "0";
        do {
            List<String> words = new ArrayList<>(List.of("scan", cursor));
            words.addAll(List.of(options));
            String[] lines = client.run(words.toArray(new String[0])).split("\r\n", -1);
            for (int i = 5; i + 1 < lines.length; i += 2) {
                assertThat(keys.add(lines[i])).isTrue();
            }
            cursor = lines[2];
        } while (!cursor.equals("0"));
        return keys;
    }
}

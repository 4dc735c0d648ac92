package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.CommandGenerator;
import io.nvmredis.engine.EffectsPropertyTest;
import io.nvmredis.engine.RecordingPersister;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is evicted, applied or restarted between commands, a client sees what it would see without all that. */
class ResidencyPropertyTest {
    private static final int COMMANDS_PER_SEED = 10_000;
    /** A few keys' worth, so that the policy always has something to give up. */
    private static final long TINY_BUDGET = 4_000;

    private final TestClient.SettableClock clock = new TestClient.SettableClock();
    private final LaggingPersister persister = new LaggingPersister();
    private final TestClient model = new TestClient(new RecordingPersister(), clock, Long.MAX_VALUE / 2);
    private final Replica replica = new Replica(model);
    private final List<String> history = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldNotShow(long seed) {
        Random random = new Random(seed);
        CommandGenerator generator = new CommandGenerator(random);
        TestClient client = new TestClient(persister, clock, TINY_BUDGET);
        long evictions = 0;
        for (int i = 0; i < COMMANDS_PER_SEED; i++) {
            generator.now(clock.millis());
            String[] command = next(generator, random);
            history.add(Arrays.toString(command));
            String expected = comparable(command, model.run(command));
            assertThat(comparable(command, client.run(command)))
                    .as("seed %d, command %d, after %s", seed, i, tail())
                    .isEqualTo(expected);
            disturb(client, random);
            if (i % 100 == 0) {
                assertThatAllIsTheSame(client, seed, i);
            }
            if (random.nextInt(200) == 0 && !client.session.state().isTransactionModeOn()) {
                evictions += client.engine.statistics().evictions;
                client.engine.close();
                client = new TestClient(persister, clock, TINY_BUDGET);
                history.add("restart");
                model.reconnect();
                client.run("select", Integer.toString(model.session.state().getSelected()));
                compareFields(client, generator);
            }
            if (random.nextInt(6) == 0) {
                clock.advance(random.nextInt(700));
            }
        }
        assertThatAllIsTheSame(client, seed, COMMANDS_PER_SEED);
        assertThat(persister.cold.fieldReads)
                .as("fields looked up, seed %d", seed)
                .isGreaterThan(10);
        assertThat(evictions + client.engine.statistics().evictions)
                .as("evictions of seed %d", seed)
                .isGreaterThan(COMMANDS_PER_SEED / 10);
    }

    /** Keys come in the order of hashes that are seeded anew each time. */
    private static String comparable(String[] command, String reply) {
        return switch (command[0]) {
            case "keys", "exec" ->
                Arrays.stream(reply.split("\r\n", -1)).sorted().toList().toString();
            case "scan" -> "";
            default -> reply;
        };
    }

    private static String[] next(CommandGenerator generator, Random random) {
        return switch (random.nextInt(40)) {
            case 0 -> new String[] {"multi"};
            case 1, 2 -> new String[] {"exec"};
            case 3 -> new String[] {"dbsize"};
            case 4 -> new String[] {"set", "w" + random.nextInt(40), "x".repeat(random.nextInt(300))};
            case 5 -> new String[] {"get", "w" + random.nextInt(40)};
            case 6 -> new String[] {"watch", "s" + random.nextInt(3)};
            default -> generator.next();
        };
    }

    /**
     * Nothing is in memory. Once memory is short, fields of hashes are looked up on the cold side for the first time,
     * and not by reading in the hash.
     */
    private void compareFields(TestClient client, CommandGenerator generator) {
        for (int i = 0; i < 40; i++) {
            String[] command = i < 14 ? new String[] {"set", "w" + i, "x".repeat(300)} : generator.fieldReading();
            history.add(Arrays.toString(command));
            assertThat(client.run(command)).as("after %s", tail()).isEqualTo(model.run(command));
        }
    }

    private void disturb(TestClient client, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                // The cold side may contain more than it says.
                long contained = persister.cold.containedLsn();
                long target = contained + random.nextInt((int) (persister.lastLsn() - contained) + 1);
                persister.contain(target);
                persister.cold.say(target - random.nextInt((int) Math.min(target, 3) + 1));
            }
            case 1 -> evictSome(client, random);
            default -> {}
        }
    }

    /** Whatever may be evicted, whether the policy would or not. */
    private static void evictSome(TestClient client, Random random) {
        Residency residency = client.engine.residency();
        for (RedisBase database : client.engine.databases().values()) {
            for (Entry entry : ((Database) database).content().resident().all()) {
                if (!EvictionPolicy.knows(entry) && random.nextBoolean()) {
                    residency.evictIfClean(entry);
                }
            }
        }
    }

    private void assertThatAllIsTheSame(TestClient client, long seed, int command) {
        Map<String, Object> expected = Contents.of(model.engine.databases());
        Map<String, Object> logged =
                Contents.of(replica.applyNew(persister.transactions).databases());
        assertThat(EffectsPropertyTest.difference(expected, logged))
                .as("log, seed %d, command %d, after %s", seed, command, tail())
                .isEmpty();
        assertThat(client.engine.residency().usedBytes())
                .as("bytes, seed %d, command %d, after %s", seed, command, tail())
                .isEqualTo(residentBytes(client));
        for (RedisBase base : model.engine.databases().values()) {
            Keys modelKeys = ((Database) base).content();
            Keys keys = client.engine
                    .databases()
                    .database(((Database) base).index())
                    .content();
            assertThat(keys.count())
                    .as("keys, seed %d, command %d", seed, command)
                    .isEqualTo(modelKeys.count());
            assertThat(keys.deadlineCount())
                    .as("deadlines, seed %d, command %d", seed, command)
                    .isEqualTo(modelKeys.deadlineCount());
        }
    }

    private static long residentBytes(TestClient client) {
        long sum = 0;
        for (RedisBase database : client.engine.databases().values()) {
            for (Entry entry : ((Database) database).content().resident().all()) {
                sum += Weights.of(entry);
            }
        }
        return sum;
    }

    private List<String> tail() {
        return history.subList(Math.max(0, history.size() - 12), history.size());
    }
}

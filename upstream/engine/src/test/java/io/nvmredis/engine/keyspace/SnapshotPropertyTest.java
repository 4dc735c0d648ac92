package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.CommandGenerator;
import io.nvmredis.engine.EffectsPropertyTest;
import io.nvmredis.engine.RecordingPersister;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done while a snapshot is shown, and whatever is evicted, it shows the data set as it was at the cut. */
class SnapshotPropertyTest {
    private static final int SNAPSHOTS_PER_SEED = 30;
    private static final int BIG_ELEMENTS = 3_000;

    private final TestClient.SettableClock clock = new TestClient.SettableClock();
    private final TestClient model = new TestClient(new RecordingPersister(), clock, Long.MAX_VALUE / 2);
    private final List<String> history = new ArrayList<>();

    /** One under way: what it has shown and should show. */
    private static final class Running {
        private final Map<String, Object> expected;
        private final Snapshot snapshot;
        private final SnapshotContents contents = new SnapshotContents();
        private boolean isFlushed;

        Running(Map<String, Object> expected, Snapshot snapshot) {
            this.expected = expected;
            this.snapshot = snapshot;
        }
    }

    private static LongStream seeds() {
        return LongStream.concat(LongStream.rangeClosed(1, 6), LongStream.of(System.nanoTime(), ~System.nanoTime()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldShowTheDataSetAtTheCut(long seed) {
        RecordingPersister persister = new RecordingPersister();
        try (TestClient client = new TestClient(persister, clock, Long.MAX_VALUE / 2)) {
            assertThat(run(client, new Random(~seed), seed, () -> {})).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldShowItWhateverIsInMemory(long seed) {
        Random random = new Random(~seed);
        LaggingPersister persister = new LaggingPersister();
        try (TestClient client = new TestClient(persister, clock, 40_000)) {
            long failed = run(client, random, seed, () -> {
                disturb(client, persister, random);
                if (random.nextInt(50) == 0) {
                    persister.cold.storedBytes = random.nextBoolean() ? 0 : ColdValue.BIG_BYTES + 1L;
                }
            });
            assertThat(failed)
                    .as("seed %d: snapshots that FLUSHALL, FLUSHDB and SWAPDB ended", seed)
                    .isLessThan(SNAPSHOTS_PER_SEED * 3 / 4);
            assertThat(client.engine.statistics().evictions).isGreaterThan(10);
        }
    }

    /**
     * Returns how many snapshots failed. The commands depend on the seed alone; how far a snapshot comes between two of
     * them, and so when the next one may begin, depends on the time it takes as well.
     */
    private long run(TestClient client, Random chance, long seed, Runnable disturbance) {
        Random random = new Random(seed);
        CommandGenerator generator = new CommandGenerator(random);
        List<Running> running = new ArrayList<>();
        int begun = 0;
        long failed = 0;
        while (begun < SNAPSHOTS_PER_SEED || !running.isEmpty()) {
            boolean isTimeForOne = random.nextInt(60) == 0;
            if (isTimeForOne && begun < SNAPSHOTS_PER_SEED && running.size() < 2) {
                running.add(begin(client));
                begun++;
                history.add("cut");
            }
            generator.now(clock.millis());
            String[] command = next(generator, random);
            history.add(Arrays.toString(command));
            model.run(command);
            client.run(command);
            if (command[0].startsWith("flush")
                    || command[0].equals("swapdb")
                    || Arrays.toString(command).contains("exec")
                    || command[0].equals("eval")) {
                running.forEach(each -> each.isFlushed = true);
            }
            disturbance.run();
            for (Running each : List.copyOf(running)) {
                if (chance.nextInt(8) == 0) {
                    try {
                        if (!each.snapshot.advance(each.contents)) {
                            assertShown(each, seed);
                            each.snapshot.close();
                            running.remove(each);
                        }
                    } catch (PersistenceException e) {
                        assertThat(each.isFlushed)
                                .as("seed %d: %s after %s", seed, e, tail())
                                .isTrue();
                        assertThat(e).hasMessageContaining("was emptied while a snapshot was being taken");
                        each.snapshot.close();
                        running.remove(each);
                        failed++;
                    }
                }
            }
            if (random.nextInt(6) == 0) {
                clock.advance(random.nextInt(700));
            }
        }
        assertThat(EffectsPropertyTest.difference(
                        Contents.of(model.engine.databases()),
                        Contents.of(new Replica(client)
                                .applyNew(client.persister.transactions)
                                .databases())))
                .as("log, seed %d", seed)
                .isEmpty();
        return failed;
    }

    private Running begin(TestClient client) {
        long[] told = {-1};
        Map<String, Object> expected = Contents.of(model.engine.databases());
        Snapshot snapshot = client.engine.cut(lsn -> told[0] = lsn);
        assertThat(snapshot.lsn()).isEqualTo(told[0]).isEqualTo(client.persister.lastLsn());
        for (int index = 0; index < Databases.COUNT; index++) {
            RedisBase database = model.engine.databases().get(index);
            Keys keys = database == null ? null : ((Database) database).content();
            assertThat(snapshot.keyCount(index)).isEqualTo(keys == null ? 0 : keys.count());
            assertThat(snapshot.deadlineCount(index)).isEqualTo(keys == null ? 0 : keys.deadlineCount());
        }
        return new Running(expected, snapshot);
    }

    /** Keys that have expired by now may be missing. */
    private void assertShown(Running running, long seed) {
        Map<String, Object> shown = running.contents.shown();
        Map<String, Object> expected = new TreeMap<>(running.expected);
        expected.entrySet().removeIf(entry -> {
            long deadline = (Long) ((List<?>) entry.getValue()).get(1);
            return deadline != Entry.NO_DEADLINE && deadline <= clock.millis() && !shown.containsKey(entry.getKey());
        });
        assertThat(EffectsPropertyTest.difference(expected, shown))
                .as("seed %d, after %s", seed, tail())
                .isEmpty();
    }

    private static String[] next(CommandGenerator generator, Random random) {
        return switch (random.nextInt(60)) {
            case 0 -> new String[] {"multi"};
            case 1, 2 -> new String[] {"exec"};
            case 3 -> new String[] {"set", "w" + random.nextInt(400), "x".repeat(random.nextInt(300))};
            case 4 -> new String[] {"del", "w" + random.nextInt(400), "w" + random.nextInt(400)};
            case 5 -> big(random);
            default -> seldomFlushing(generator, random);
        };
    }

    private static String[] seldomFlushing(CommandGenerator generator, Random random) {
        String[] command = generator.next();
        return command[0].startsWith("flush") && random.nextInt(4) != 0 ? generator.next() : command;
    }

    /** A collection that is shown in several pieces, of each type. */
    private static String[] big(Random random) {
        String type = List.of("l", "t", "h", "z", "p").get(random.nextInt(5));
        List<String> words = new ArrayList<>(List.of(
                switch (type) {
                    case "l" -> "rpush";
                    case "t" -> "sadd";
                    case "h" -> "hset";
                    case "z" -> "zadd";
                    default -> "pfadd";
                },
                type + random.nextInt(3)));
        for (int i = 0; i < BIG_ELEMENTS; i++) {
            if (type.equals("z")) {
                words.add("" + i);
            }
            words.add("e" + i);
            if (type.equals("h")) {
                words.add("v" + random.nextInt(9));
            }
        }
        return words.toArray(new String[0]);
    }

    private static void disturb(TestClient client, LaggingPersister persister, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> {
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

    private List<String> tail() {
        return history.subList(Math.max(0, history.size() - 12), history.size()).stream()
                .map(line -> line.length() > 200 ? line.substring(0, 200) : line)
                .toList();
    }
}

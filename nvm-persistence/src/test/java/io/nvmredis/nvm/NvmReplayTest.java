package io.nvmredis.nvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The persister with its threads: replay behind the log, back-pressure, capacity. */
class NvmReplayTest {
    private static final TransactionSink IGNORE = (lsn, bytes, offset, length) -> {};
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String OUT_OF_MEMORY = "command not allowed when used memory > 'nvm-capacity'. ";

    @TempDir
    private Path directory;

    private final AtomicInteger rooms = new AtomicInteger();
    private final CommitListener listener = new CommitListener() {
        @Override
        public void onDurable(long durableLsn) {}

        @Override
        public void onCommitFailed(PersistenceException failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onRoom() {
            rooms.incrementAndGet();
        }
    };

    private Persister open(String domain, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("nvm-domain", domain, "nvm-segment-size", "1mb"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        Persister persister = new NvmAofPersisterProvider().create(new PersisterConfig(directory, all));
        persister.open(IGNORE, listener, LoadingListener.NONE);
        return persister;
    }

    private static void awaitRoom(Persister persister) {
        if (persister.isBackedUp()) {
            await().pollDelay(Duration.ZERO).atMost(LONG).until(() -> !persister.isBackedUp());
        }
    }

    private static Map<String, String> info(Persister persister) {
        Map<String, String> fields = new TreeMap<>();
        persister.info(fields::put);
        return fields;
    }

    private static String string(Persister persister, String key) {
        String[] found = {null};
        persister.coldStore().load(0, TestPool.bytes(key), new StringVisitor(value -> found[0] = value));
        return found[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldApplyUnderLoadAndKeepTheLogShort(String domain) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, String> model = new HashMap<>();
        int count = domain.equals("emulated") ? 100_000 : 10_000;
        try (Persister persister = open(domain, "nvm-backlog-limit", "2mb")) {
            ColdStore coldStore = persister.coldStore();
            long applied = 0;
            for (int i = 1; i <= count; i++) {
                String key = "key" + random.nextInt(2000);
                String value = i + "v".repeat(random.nextInt(150));
                model.put(key, value);
                persister.append(TestPool.transaction("SET " + key + " " + value));
                if (i % 64 == 0) {
                    persister.commit(i);
                    assertThat(coldStore.appliedLsn()).isBetween(applied, persister.durableLsn());
                    applied = coldStore.appliedLsn();
                    awaitRoom(persister);
                }
            }
            persister.commit(count);
            await().atMost(LONG).until(() -> coldStore.appliedLsn() == count);
            assertThat(coldStore.count(0)).isEqualTo(model.size());
            model.forEach((key, value) -> assertThat(string(persister, key)).isEqualTo(value));
            await().atMost(LONG).until(() -> Long.parseLong(info(persister).get("nvm_log_segments")) <= 4);
            assertThat(info(persister))
                    .containsEntry("nvm_applied_effects", Integer.toString(count))
                    .containsEntry("nvm_backlog_bytes", "0")
                    .containsEntry("nvm_replay_status", "ok");
            assertThat(Long.parseLong(info(persister).get("nvm_recycled_segments")))
                    .isPositive();
        }
        try (Persister persister = open(domain)) {
            model.forEach((key, value) -> assertThat(string(persister, key)).isEqualTo(value));
        }
    }

    @Test
    void shouldHoldWritersBackUntilTheBacklogHasFallen() {
        try (Persister persister = open("emulated", "nvm-backlog-limit", "1mb")) {
            String value = "v".repeat(1000);
            int count = 0;
            // What is not durable cannot be applied.
            while (!persister.isBackedUp()) {
                persister.append(TestPool.transaction("SET key" + count++ + " " + value));
            }
            assertThat(count).isBetween(900, 1100);
            assertThat(rooms).hasValue(0);
            persister.commit(count);
            await().atMost(LONG).until(() -> rooms.get() == 1);
            assertThat(persister.isBackedUp()).isFalse();
            assertThat(persister.refusal(1000, true)).isNull();
        }
    }

    @Test
    void shouldRefuseDataBeyondTheCapacityAndTakeThemAgainWhenSomeAreGone() {
        try (Persister persister = open("emulated", "nvm-capacity", "64mb")) {
            String value = "v".repeat(50_000);
            int count = 0;
            while (!isRefusedForGood(persister, value.length())) {
                persister.commit(persister.append(TestPool.transaction("SET key" + count++ + " " + value)));
                awaitRoom(persister);
            }
            Refusal refusal = persister.refusal(value.length(), true);
            assertThat(refusal.kind()).isEqualTo(Refusal.Kind.OUT_OF_SPACE);
            assertThat(refusal.message()).startsWith(OUT_OF_MEMORY);
            assertThat(Long.parseLong(info(persister).get("nvm_table_bytes"))).isBetween(32L << 20, 64L << 20);
            assertThat(persister.coldStore().count(0)).isEqualTo(count);
            for (int i = 0; i < count; i += 2) {
                assertThat(persister.refusal(30, false)).isNull();
                persister.commit(persister.append(TestPool.transaction("DEL key" + i)));
            }
            await().atMost(LONG).until(() -> persister.refusal(value.length(), true) == null);
            assertThat(info(persister)).containsEntry("nvm_capacity", Long.toString(64 << 20));
        }
    }

    /** What has not been applied yet may come to need more than it does in the end. */
    private static boolean isRefusedForGood(Persister persister, int length) {
        if (persister.refusal(length, true) == null) {
            return false;
        }
        long last = persister.lastLsn();
        await().atMost(LONG).until(() -> persister.coldStore().appliedLsn() == last);
        // The room that is left is looked at every now and then.
        await().during(Duration.ofMillis(150)).atMost(LONG).until(() -> true);
        return persister.refusal(length, true) != null;
    }

    @Test
    void shouldLeaveNoThreadAndNoLockBehindWhenItCannotOpen() throws IOException {
        try (Persister persister = open("emulated")) {
            persister.commit(persister.append(TestPool.transaction("SET a 1")));
        }
        Path heap = directory.resolve("heap-000000.segment");
        byte[] good = Files.readAllBytes(heap);
        byte[] bad = good.clone();
        bad[20] ^= 1;
        Files.write(heap, bad);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> open("emulated"))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("heap-000000.segment");
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("nvm-"));
        }
        Files.write(heap, good);
        try (Persister persister = open("emulated")) {
            assertThat(string(persister, "a")).isEqualTo("1");
        }
    }

    @Test
    void shouldStopReplayingAndTakingWritesWhenTheTableIsDamaged() throws IOException {
        try (Persister persister = open("emulated")) {
            persister.commit(persister.append(TestPool.transaction("HSET h f 1", "SET a 1")));
        }
        Path heap = null;
        int at = -1;
        for (int number = 0; number < 2 && at < 0; number++) {
            heap = directory.resolve("heap-00000" + number + ".segment");
            String content = Files.readString(heap, StandardCharsets.ISO_8859_1);
            at = content.indexOf("$4\r\nHSET");
        }
        byte[] bytes = Files.readAllBytes(heap);
        bytes[at] ^= 1;
        Files.write(heap, bytes);
        try (Persister persister = open("emulated")) {
            persister.commit(persister.append(TestPool.transaction("HDEL h f")));
            await().atMost(LONG).until(() -> persister.refusal(10, false) != null);
            assertThat(persister.refusal(10, false).kind()).isEqualTo(Refusal.Kind.FAILED);
            assertThat(persister.refusal(10, false).message())
                    .startsWith("Errors writing to the NVM table: replay has stopped: ")
                    .contains("heap-00000");
            assertThat(persister.isBackedUp()).isFalse();
            assertThat(info(persister).get("nvm_replay_status")).contains("heap-00000", "expected", "found");
            assertThat(string(persister, "a")).as("reads go on").isEqualTo("1");
        }
    }
}

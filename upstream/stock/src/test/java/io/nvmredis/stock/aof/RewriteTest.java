package io.nvmredis.stock.aof;

import static io.nvmredis.stock.aof.AofTesting.contentOf;
import static io.nvmredis.stock.aof.AofTesting.copy;
import static io.nvmredis.stock.aof.AofTesting.filesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteTest {
    private static final String FULL = "No space left on device";

    @TempDir
    private Path temporary;

    private final HookedFileOperations files = new HookedFileOperations();
    private final ModelData data = new ModelData();

    private AofPersister open(Path directory, String... settings) {
        AofPersister persister = AofTesting.persister(directory, files, settings);
        persister.open(data, new AofTesting.Listener(), LoadingListener.NONE);
        persister.attach(data);
        return persister;
    }

    private static Map<String, String> info(AofPersister persister) {
        Map<String, String> fields = new HashMap<>();
        persister.info(fields::put);
        return fields;
    }

    private static void awaitRewrite(AofPersister persister) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> info(persister).get("aof_rewrite_in_progress").equals("0"));
    }

    @ParameterizedTest
    @CsvSource({"yes,rdb", "no,aof"})
    void shouldLeaveABaseAndOneIncrementalFile(String usesRdb, String suffix) {
        Path directory = temporary.resolve("data");
        try (AofPersister persister = open(directory, "aof-use-rdb-preamble", usesRdb)) {
            for (int i = 0; i < 1_000; i++) {
                data.set(persister, "k" + i % 10, "v" + i);
            }
            data.transact(persister, effects -> {
                effects.begin(Effect.SELECT, 1).argument(7L);
                effects.begin(Effect.SET, 2).argument(ModelData.bytes("x")).argument(ModelData.bytes("y"));
            });
            assertThat(persister.rewrite()).isEqualTo("Background append only file rewriting started");
            awaitRewrite(persister);
            assertThat(info(persister)).containsEntry("aof_last_bgrewrite_status", "ok");
            data.set(persister, "last", "one");
        }
        assertThat(filesOf(directory.resolve("appendonlydir")))
                .containsOnlyKeys(
                        "appendonly.aof.manifest", "appendonly.aof.2.base." + suffix, "appendonly.aof.2.incr.aof");
        assertThat(contentOf(directory)).isEqualTo(data.strings()).hasSize(12);
        try (AofPersister persister = AofTesting.opened(directory, new ModelData())) {
            assertThat(persister.lastLsn()).isEqualTo(1_002);
        }
    }

    @Test
    void shouldLoseAndDoubleNothingWhileItIsWrittenTo() throws InterruptedException {
        Path directory = temporary.resolve("data");
        CountDownLatch begun = new CountDownLatch(4);
        try (AofPersister persister = open(directory)) {
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                String key = "k" + w;
                writers.add(new Thread(() -> append(persister, key, begun)));
            }
            writers.forEach(Thread::start);
            begun.await();
            for (int i = 0; i < 5; i++) {
                persister.rewrite();
                awaitRewrite(persister);
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(info(persister))
                    .containsEntry("aof_last_bgrewrite_status", "ok")
                    .containsEntry("aof_rewrites", "5");
        }
        Map<String, String> content = contentOf(directory);
        assertThat(content).isEqualTo(data.strings());
        assertThat(content.values()).allSatisfy(value -> assertThat(value).hasSize(5_000));
    }

    private void append(AofPersister persister, String key, CountDownLatch begun) {
        for (int i = 0; i < 5_000; i++) {
            long lsn = data.transact(
                    persister,
                    effects -> effects.begin(Effect.APPEND, 2)
                            .argument(ModelData.bytes(key))
                            .argument(ModelData.bytes("x")));
            persister.commit(lsn);
            if (i == 100) {
                begun.countDown();
            }
        }
    }

    /** Whatever the moment, the files hold everything acknowledged, once. */
    @ParameterizedTest
    @ValueSource(strings = {"always", "everysec", "no"})
    void shouldSurviveACrashAfterEveryStep(String appendFsync) {
        Path directory = temporary.resolve("data");
        List<Path> copies = new ArrayList<>();
        List<Map<String, String>> expected = new ArrayList<>();
        Object one = new Object();
        try (AofPersister persister = open(directory, "appendfsync", appendFsync)) {
            for (int i = 0; i < 50; i++) {
                persister.commit(appendNumber(persister, i));
            }
            AtomicInteger number = new AtomicInteger(100);
            files.hook(new HookedFileOperations.Hook() {
                @Override
                public void before(String operation) {
                    crash();
                }

                @Override
                public void after(String operation) {
                    crash();
                }

                private void crash() {
                    synchronized (one) {
                        Path copied = temporary.resolve("copy" + copies.size());
                        copy(directory, copied);
                        copies.add(copied);
                        expected.add(data.strings());
                    }
                }
            });
            data.beforeAdvance(() -> {
                // Written to after the cut, and acknowledged before the next step.
                persister.commit(appendNumber(persister, number.getAndIncrement()));
            });
            persister.rewrite();
            awaitRewrite(persister);
            assertThat(info(persister)).containsEntry("aof_last_bgrewrite_status", "ok");
            files.hook(operation -> {});
        }
        assertThat(copies).hasSizeGreaterThan(30);
        for (int i = 0; i < copies.size(); i++) {
            assertHolds(copies.get(i), expected, i);
        }
        assertThat(contentOf(directory)).isEqualTo(data.strings());
    }

    /** What was acknowledged when the copy was made is what had been written by the step before. */
    private static void assertHolds(Path copied, List<Map<String, String>> expected, int index) {
        Map<String, String> content = contentOf(copied);
        Map<String, String> atMost = expected.get(index);
        assertThat(atMost).as("copy %d: nothing doubled or made up", index).containsAllEntriesOf(content);
        // One transaction may have been appended and not yet been acknowledged.
        assertThat(content.size()).as("copy %d", index).isGreaterThanOrEqualTo(atMost.size() - 1);
    }

    private long appendNumber(AofPersister persister, int number) {
        return data.transact(
                persister,
                effects -> effects.begin(Effect.APPEND, 2)
                        .argument(ModelData.bytes("n" + number))
                        .argument(ModelData.bytes("x")));
    }

    /** Every operation of a rewrite fails in turn: the set before goes on, and the next rewrite succeeds. */
    @ParameterizedTest
    @ValueSource(strings = {"always", "everysec"})
    void shouldKeepTheOldSetWhenAStepFails(String appendFsync) {
        int count = countOperations(appendFsync);
        assertThat(count).isGreaterThan(12);
        for (int failing = 0; failing < count; failing++) {
            data.clear();
            rewriteFailing(temporary.resolve("failing" + failing), failing, appendFsync);
        }
    }

    private int countOperations(String appendFsync) {
        AtomicInteger count = new AtomicInteger();
        try (AofPersister persister = open(temporary.resolve("count"), "appendfsync", appendFsync)) {
            persister.commit(data.set(persister, "a", "1"));
            files.hook(operation -> count.incrementAndGet());
            persister.rewrite();
            awaitRewrite(persister);
            files.hook(operation -> {});
        }
        return count.get();
    }

    private void rewriteFailing(Path directory, int failing, String appendFsync) {
        AtomicInteger count = new AtomicInteger();
        List<String> failed = new ArrayList<>();
        try (AofPersister persister = open(directory, "appendfsync", appendFsync)) {
            persister.commit(data.set(persister, "a", "1"));
            files.hook(operation -> {
                if (Thread.currentThread().getName().equals("aof-rewrite") && count.getAndIncrement() == failing) {
                    failed.add(operation);
                    throw new IOException(FULL);
                }
            });
            persister.rewrite();
            awaitRewrite(persister);
            files.hook(operation -> {});
            persister.commit(data.set(persister, "b", "2"));
            Path copied = directory.resolveSibling(directory.getFileName() + "copy");
            copy(directory, copied);
            assertThat(contentOf(copied)).as("after %s failed", failed).isEqualTo(data.strings());
            persister.rewrite();
            awaitRewrite(persister);
            assertThat(info(persister)).containsEntry("aof_last_bgrewrite_status", "ok");
            persister.commit(data.set(persister, "c", "3"));
        }
        assertThat(contentOf(directory))
                .as("after %s failed", failed)
                .isEqualTo(data.strings())
                .hasSize(3);
    }

    @Test
    void shouldRewriteWhatAFlushHasEmptied() {
        Path directory = temporary.resolve("data");
        try (AofPersister persister = open(directory)) {
            for (int i = 0; i < 100; i++) {
                data.set(persister, "k" + i, "v");
            }
            AtomicInteger pieces = new AtomicInteger();
            data.beforeAdvance(() -> {
                if (pieces.getAndIncrement() == 3) {
                    data.transact(persister, effects -> effects.begin(Effect.FLUSHDB, 0));
                    data.set(persister, "after", "1");
                }
            });
            persister.rewrite();
            awaitRewrite(persister);
        }
        assertThat(contentOf(directory)).containsExactlyEntriesOf(Map.of("0:after", "1"));
    }

    @Test
    void shouldNotBeginASecondOne() throws InterruptedException {
        CountDownLatch mayGoOn = new CountDownLatch(1);
        try (AofPersister persister = open(temporary.resolve("data"))) {
            data.set(persister, "a", "1");
            data.beforeAdvance(() -> awaitUninterruptibly(mayGoOn));
            persister.rewrite();
            assertThatThrownBy(persister::rewrite)
                    .isInstanceOf(PersistenceException.class)
                    .hasMessage("ERR Background append only file rewriting already in progress");
            assertThat(info(persister)).containsEntry("aof_rewrite_in_progress", "1");
            mayGoOn.countDown();
            awaitRewrite(persister);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldGiveUpWhenItIsClosed() throws InterruptedException {
        Path directory = temporary.resolve("data");
        CountDownLatch mayGoOn = new CountDownLatch(1);
        AofPersister persister = open(directory);
        data.set(persister, "a", "1".repeat(3 << 20));
        data.set(persister, "b", "2");
        data.beforeAdvance(() -> awaitUninterruptibly(mayGoOn));
        persister.rewrite();
        Thread closing = new Thread(persister::close);
        closing.start();
        await().until(() -> closing.getState() == Thread.State.WAITING);
        mayGoOn.countDown();
        closing.join();
        assertThat(contentOf(directory)).isEqualTo(data.strings());
        assertThat(filesOf(directory).keySet()).noneMatch(name -> name.contains("temp-"));
    }

    @Test
    void shouldBeginByItselfWhenTheFilesHaveGrown() {
        try (AofPersister persister = open(
                temporary.resolve("data"), "auto-aof-rewrite-min-size", "10kb", "auto-aof-rewrite-percentage", "100")) {
            String value = "v".repeat(1_000);
            for (int i = 0; i < 20; i++) {
                persister.commit(data.set(persister, "k", value));
            }
            await().until(() -> info(persister).get("aof_rewrites").equals("1"));
            awaitRewrite(persister);
            assertThat(Long.parseLong(info(persister).get("aof_current_size"))).isLessThan(3_000);
            assertThat(info(persister).get("aof_base_size"))
                    .isEqualTo(info(persister).get("aof_current_size"));
        }
    }

    @Test
    void shouldHoldBackAutomaticOnesThatKeepFailing() {
        RewriteLimiter limiter = new RewriteLimiter();
        long minute = Duration.ofMinutes(1).toNanos();
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.isLimited(0)).isFalse();
            limiter.failed();
        }
        assertThat(limiter.isLimited(0)).isTrue();
        assertThat(limiter.isLimited(minute - 1)).isTrue();
        assertThat(limiter.isLimited(minute)).isFalse();
        limiter.failed();
        assertThat(limiter.isLimited(minute)).isTrue();
        assertThat(limiter.isLimited(3 * minute - 1)).isTrue();
        assertThat(limiter.isLimited(3 * minute)).isFalse();
        limiter.succeeded();
        assertThat(limiter.isLimited(3 * minute)).isFalse();
        assertThat(limiter.delayMinutes()).isZero();
    }
}

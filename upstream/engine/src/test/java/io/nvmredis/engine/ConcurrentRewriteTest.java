package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.AofPersisterProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The append-only file holds what memory does, however often it is rewritten while clients change data of all types. */
public class ConcurrentRewriteTest {
    private static final int WRITERS = 3;
    private static final int REWRITES = 12;

    /** Stands still: what expires at both ends expires alike. */
    private final TestClient.SettableClock clock = new TestClient.SettableClock();

    /** A writer may have flushed everything just before the end. */
    private final AtomicInteger mostKeys = new AtomicInteger();

    @TempDir
    Path directory;

    public static final class Nobody implements CommitListener {
        @Override
        public void onDurable(long durableLsn) {}

        @Override
        public void onCommitFailed(PersistenceException failure) {}
    }

    private Engine open(boolean hasRdbBase) {
        Persister persister = new AofPersisterProvider()
                .create(new PersisterConfig(
                        directory, Map.of("appendfsync", "no", "aof-use-rdb-preamble", hasRdbBase ? "yes" : "no")));
        return Engine.open(persister, clock, new Nobody(), TestClient.context(Long.MAX_VALUE / 2));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "3, true", "4, false"})
    void shouldHoldWhatMemoryHolds(long seed, boolean hasRdbBase) {
        Map<String, Object> expected;
        try (Engine engine = open(hasRdbBase)) {
            AtomicBoolean isOver = new AtomicBoolean();
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(seed * 100 + i);
                writers.add(CompletableFuture.runAsync(() -> write(engine, random, isOver)));
            }
            try {
                Session session = session(engine);
                for (int i = 0; i < REWRITES; i++) {
                    assertThat(TestClient.run(session, "bgrewriteaof")).startsWith("+Background");
                    await().until(() ->
                            info(engine).get("aof_rewrite_in_progress").equals("0"));
                    assertThat(info(engine)).containsEntry("aof_last_bgrewrite_status", "ok");
                }
            } finally {
                isOver.set(true);
                writers.forEach(CompletableFuture::join);
            }
            synchronized (engine.lock()) {
                expected = Contents.of(engine.databases());
            }
            assertThat(mostKeys).as("seed %d", seed).hasValueGreaterThan(5);
        }
        try (Engine again = open(hasRdbBase)) {
            Map<String, Object> loaded = new HashMap<>(Contents.of(again.databases()));
            assertThat(EffectsPropertyTest.difference(expected, loaded))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    private void write(Engine engine, Random random, AtomicBoolean isOver) {
        CommandGenerator generator = new CommandGenerator(random);
        generator.now(clock.millis() + 1_000_000);
        Session session = session(engine);
        while (!isOver.get()) {
            TestClient.run(session, generator.next());
            String count = TestClient.run(session, "dbsize").strip();
            mostKeys.accumulateAndGet(Integer.parseInt(count.substring(1)), Math::max);
        }
        session.close();
    }

    private static Session session(Engine engine) {
        Session opened = engine.newSession(new SessionOutput() {
            @Override
            public void push(byte[] message) {}

            @Override
            public void resume(byte @Nullable [] reply) {}

            @Override
            public void close() {}

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public int localPort() {
                return 0;
            }
        });
        opened.open();
        return opened;
    }

    private static Map<String, String> info(Engine engine) {
        Map<String, String> info = new HashMap<>();
        engine.persister().info(info::put);
        return info;
    }
}

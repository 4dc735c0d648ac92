package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Redis's own ways to persist keep when the process is killed.
 *
 * <p>The seed is printed; {@code -Dstock.seed} chooses another. It fixes about when the server is killed.
 */
class StockPersistenceIT {
    private static final int CLIENTS = 4;
    private static final long COUNT_PER_CLIENT = 5_000;
    private static final int BATCH = 50;
    private static final int KILLS = 3;
    private static final int FILLING = 20_000;
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("stock.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeEach
    void printSeed() {
        System.out.printf(Locale.ROOT, "-Dstock.seed=%d%n", seed);
    }

    /** Counts up a key of its own; an increment that was not answered may have happened or not. */
    private static final class Counter {
        final String key;
        volatile long acknowledged;
        volatile long sent;

        Counter(int index) {
            key = "counter:" + index;
        }

        /** Until it has been counted so far, or the server is gone. */
        void countTo(long end, int port) throws IOException {
            try (RespClient client = new RespClient(port)) {
                while (acknowledged < end) {
                    long target = Math.min(end, acknowledged + BATCH);
                    for (long i = acknowledged; i < target; i++) {
                        client.send("INCR", key);
                    }
                    sent = target;
                    client.flush();
                    while (acknowledged < target) {
                        long next = acknowledged + 1;
                        assertThat(client.receive()).as(key).isEqualTo(next);
                        acknowledged = next;
                    }
                }
            }
        }

        /** Nothing that was acknowledged is missing, and nothing has happened twice. */
        void verify(RespClient client, String step) throws IOException {
            Object value = client.call("GET", key);
            long found = value == null ? 0 : Long.parseLong((String) value);
            assertThat(found).as("%s %s", key, step).isBetween(acknowledged, sent);
            acknowledged = found;
            sent = found;
        }
    }

    /** While the append-only file is rewritten again and again, and killed in the middle of it. */
    @ParameterizedTest
    @ValueSource(strings = {"always", "everysec"})
    void shouldKeepEveryAcknowledgedIncrementOnce(String appendfsync) throws Exception {
        List<Counter> counters = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            counters.add(new Counter(i));
        }
        ServerProcess.Builder builder = directory.server().with("--persistence", "aof", "--appendfsync", appendfsync);
        for (int run = 0; run <= KILLS; run++) {
            String step = "before run " + run + " with " + appendfsync + ", -Dstock.seed=" + seed;
            try (ServerProcess server = builder.start()) {
                if (run == 0) {
                    fill(server);
                }
                verify(counters, server, step);
                boolean isLast = run == KILLS;
                long end = isLast
                        ? COUNT_PER_CLIENT
                        : COUNT_PER_CLIENT * (run + 1) / (KILLS + 1) + random.nextInt(BATCH * 4);
                count(counters, end, server, isLast);
                server.kill();
            }
        }
        try (ServerProcess server = builder.start()) {
            verify(counters, server, "at last with " + appendfsync + ", -Dstock.seed=" + seed);
            assertThat(counters).allMatch(counter -> counter.acknowledged == COUNT_PER_CLIENT);
            try (RespClient client = server.connect()) {
                assertThat(client.call("DBSIZE")).isEqualTo((long) FILLING + CLIENTS);
            }
        }
    }

    private static void verify(List<Counter> counters, ServerProcess server, String step) throws Exception {
        try (RespClient client = server.connect()) {
            for (Counter counter : counters) {
                counter.verify(client, step);
            }
        }
    }

    /** All clients at once, beside rewrites; unless it is the last time, the server is killed before they are ready. */
    private void count(List<Counter> counters, long end, ServerProcess server, boolean isLast) throws Exception {
        int port = server.port();
        long limit = isLast ? end : COUNT_PER_CLIENT;
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (RespClient client = server.connect()) {
            List<Future<?>> running = new ArrayList<>();
            for (Counter counter : counters) {
                running.add(threads.submit(() -> {
                    counter.countTo(limit, port);
                    return null;
                }));
            }
            long rewrites = rewriteWhile(client, () -> counters.stream().anyMatch(each -> each.acknowledged < end));
            System.out.printf(Locale.ROOT, "%d rewrites, up to about %d%n", rewrites, end);
            if (isLast) {
                for (Future<?> each : running) {
                    each.get(1, TimeUnit.MINUTES);
                }
            } else {
                client.call("BGREWRITEAOF");
                server.runFor(Duration.ofNanos(random.nextInt(20_000_000)));
                server.kill();
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    private interface Condition {
        boolean holds();
    }

    /** At least one. */
    private static long rewriteWhile(RespClient client, Condition condition) throws IOException {
        long rewrites = 0;
        do {
            assertThat(client.call("BGREWRITEAOF")).isEqualTo("Background append only file rewriting started");
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(DEADLINE)
                    .until(() -> ServerInfo.of(client).number("aof_rewrite_in_progress") == 0);
            assertThat(ServerInfo.of(client).text("aof_last_bgrewrite_status")).isEqualTo("ok");
            rewrites++;
        } while (condition.holds());
        return rewrites;
    }

    /** A save that was given up must not put its file there, nor the one before be found. */
    @Test
    void shouldBringNothingBackThatWasFlushedDuringASave() throws Exception {
        ServerProcess.Builder builder = directory.server().with("--persistence", "rdb", "--save", "3600 1000000");
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            fill(server);
            assertThat(client.call("SAVE")).isEqualTo("OK");
            client.send("BGSAVE");
            client.send("INFO", "persistence");
            client.send("FLUSHALL");
            client.flush();
            assertThat(client.receive()).isEqualTo("Background saving started");
            assertThat(client.receive()).asString().contains("rdb_bgsave_in_progress:1");
            assertThat(client.receive()).isEqualTo("OK");
            server.kill();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertThat(client.call("DBSIZE")).isEqualTo(0L);
        }
    }

    private static void fill(ServerProcess server) throws IOException, InterruptedException {
        try (RespClient client = server.connect()) {
            for (int i = 0; i < FILLING; i++) {
                client.send("SET", "filling:" + i, "value " + i);
            }
            client.flush();
            for (int i = 0; i < FILLING; i++) {
                assertThat(client.receive()).isEqualTo("OK");
            }
        }
    }
}

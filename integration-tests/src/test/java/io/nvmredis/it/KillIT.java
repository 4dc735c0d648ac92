package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fifty clients write through kill after kill; whatever was acknowledged, or shown to a reader, is there afterwards.
 *
 * <p>The seed is printed; {@code -Dkill.seed} and {@code -Dkill.rounds} choose others. A seed fixes what is written and
 * about when the server is killed, not how the threads interleave.
 */
class KillIT {
    private static final int WRITERS = 50;
    private static final int READERS = 3;
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 12);

    private final long seed = Long.getLong("kill.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<WritingClient> writers = IntStream.range(0, WRITERS)
            .mapToObj(id -> new WritingClient(id, seed + id))
            .toList();
    private final List<ObservingClient> readers = IntStream.range(0, READERS)
            .mapToObj(id -> new ObservingClient(WRITERS, ~seed - id))
            .toList();

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldKeepEveryAcknowledgedWriteThroughKills(String domain) throws Exception {
        System.out.printf(Locale.ROOT, "%s: -Dkill.seed=%d, %d rounds%n", domain, seed, ROUNDS);
        try (TemporaryDirectory directory = TemporaryDirectory.forDomain(domain)) {
            ServerProcess.Builder server =
                    ServerProcess.in(directory.data()).domain(domain).with("--nvm-segment-size", "1mb");
            for (int round = 1; round <= ROUNDS; round++) {
                if (round % 3 == 0) {
                    killWhileStarting(server);
                }
                runRound(server, round);
            }
            try (ServerProcess last = server.start()) {
                verify(last, ROUNDS + 1);
            }
        }
    }

    private void runRound(ServerProcess.Builder builder, int round) throws Exception {
        try (ServerProcess server = builder.start()) {
            long keys = verify(server, round);
            long target = random.nextLong(200, 8_000);
            long acknowledged = writeUntilKilled(server, target);
            System.out.printf(
                    Locale.ROOT,
                    "round %d: %d keys verified (%s), %d writes acknowledged before the kill%n",
                    round,
                    keys,
                    server.banner().field("ready in"),
                    acknowledged);
        }
    }

    /** A recovery that is cut short must leave the next one everything. */
    private void killWhileStarting(ServerProcess.Builder builder) throws IOException, InterruptedException {
        try (ServerProcess server = builder.launch()) {
            server.runFor(Duration.ofMillis(random.nextLong(1_000)));
            server.kill();
        }
    }

    private long writeUntilKilled(ServerProcess server, long target) throws Exception {
        AtomicLong acknowledged = new AtomicLong();
        int port = server.port();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS);
        try {
            List<Future<?>> clients = new ArrayList<>();
            writers.forEach(writer -> clients.add(threads.submit(() -> writer.writeUntilCut(port, acknowledged))));
            readers.forEach(reader -> clients.add(threads.submit(() -> reader.readUntilCut(port))));
            await().atMost(Duration.ofSeconds(60))
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() ->
                            acknowledged.get() >= target || clients.stream().anyMatch(Future::isDone));
            server.runFor(Duration.ofNanos(random.nextLong(3_000_000)));
            server.kill();
            for (Future<?> client : clients) {
                join(client);
            }
            assertThat(acknowledged.get()).as("writes acknowledged").isGreaterThanOrEqualTo(target);
            return acknowledged.get();
        } finally {
            threads.shutdownNow();
        }
    }

    private void join(Future<?> client) throws InterruptedException, TimeoutException {
        try {
            client.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed, -Dkill.seed=" + seed, e.getCause());
        }
    }

    /** Checks everything there is, and that there is nothing else. */
    private long verify(ServerProcess server, int round) throws IOException, InterruptedException {
        try (RespClient client = server.connect()) {
            long expected = 0;
            for (WritingClient writer : writers) {
                expected += writer.verify(client);
            }
            for (ObservingClient reader : readers) {
                reader.verify(client);
            }
            assertThat(client.call("DBSIZE"))
                    .as("all keys, round %d of -Dkill.seed=%d", round, seed)
                    .isEqualTo(expected);
            assertThat(server.banner().keys()).as("keys by the banner").isEqualTo(expected);
            return expected;
        } catch (AssertionError e) {
            throw new AssertionError("round " + round + " of -Dkill.seed=" + seed + ": " + e.getMessage(), e);
        }
    }
}

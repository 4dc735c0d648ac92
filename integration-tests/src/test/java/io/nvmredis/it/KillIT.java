package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
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

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("kill.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ClientLoad load = new ClientLoad(WRITERS, READERS, seed);

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldKeepEveryAcknowledgedWriteThroughKills(String domain) throws Exception {
        run(domain);
    }

    /** Next to nothing stays in DRAM, the log is recycled all the time, and writers wait for the replay. */
    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldKeepThemWithLittleDramAndAShortLog(String domain) throws Exception {
        run(domain, "--dram-budget", "1mb", "--nvm-backlog-limit", "1mb");
    }

    private void run(String domain, String... options) throws Exception {
        System.out.printf(Locale.ROOT, "%s: -Dkill.seed=%d, %d rounds%n", domain, seed, ROUNDS);
        directory.placeFor(domain);
        ServerProcess.Builder server = directory
                .server()
                .domain(domain)
                .with("--nvm-segment-size", "1mb")
                .with(options);
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
        try {
            return load.runUntilCut(server.port(), target, () -> {
                server.runFor(Duration.ofNanos(random.nextLong(3_000_000)));
                server.kill();
            });
        } catch (AssertionError e) {
            throw new AssertionError("-Dkill.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private long verify(ServerProcess server, int round) throws IOException, InterruptedException {
        try (RespClient client = server.connect()) {
            long keys = load.verify(client);
            assertThat(server.banner().keys()).as("keys by the banner").isEqualTo(keys);
            return keys;
        } catch (AssertionError e) {
            throw new AssertionError("round " + round + " of -Dkill.seed=" + seed + ": " + e.getMessage(), e);
        }
    }
}

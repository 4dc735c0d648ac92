package io.nvmredis.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.it.kit.TestTime;
import java.time.Duration;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What several clients see of the same keys, through kill after kill, is what they would see if each operation happened
 * at one moment, and a transaction or script as a whole.
 *
 * <p>{@code -Dhistory.seconds} is how long all servers together take. The seed is printed, and {@code -Dhistory.seed}
 * chooses another: it fixes what each client does, not how they interleave.
 */
class LinearizabilityIT {
    private static final int SERVERS = 3;
    private static final int KILLS_OF_A_HISTORY = 3;
    private static final Duration TIME = Duration.ofSeconds(TestTime.seconds("history.seconds", 15, 60) / SERVERS);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("history.seed", System.nanoTime());

    @ParameterizedTest
    @CsvSource({"emulated,2", "msync,1", "aof,4"})
    void shouldExplainAllRepliesByOneOrder(String kind, String ioThreads) throws Exception {
        System.out.printf(Locale.ROOT, "%s: -Dhistory.seed=%d%n", kind, seed);
        directory.placeFor(kind);
        ServerProcess.Builder server = directory.server().with("--io-threads", ioThreads);
        if (kind.equals("aof")) {
            server.with("--persistence", "aof", "--appendfsync", "always");
        } else {
            server.domain(kind).with("--nvm-segment-size", "1mb", "--dram-budget", "1mb");
        }
        long until = System.nanoTime() + TIME.toNanos();
        try (HistoryRun run = new HistoryRun(seed)) {
            int number = 0;
            do {
                run.begin(++number);
                for (int kill = 0; kill < KILLS_OF_A_HISTORY; kill++) {
                    run.runAndKill(server);
                }
                run.readAfterwards(server);
                assertThat(run.findFault(UnaryOperator.identity()))
                        .as("a fault of %s, -Dhistory.seed=%d", kind, seed)
                        .isEmpty();
            } while (System.nanoTime() < until);
            System.out.printf(Locale.ROOT, "%s: %s, all explained%n", kind, run);
        }
    }

    /** A persistence that promises less, and is taken at its word: what is acknowledged, and what is shown, may go. */
    @Test
    void shouldNoticeAServerThatLosesWhatItHasAcknowledged() throws Exception {
        try (HistoryRun run = new HistoryRun(seed)) {
            ServerProcess.Builder server = directory.server().with("--persistence", "rdb", "--save", "");
            run.begin(1);
            run.runAndKill(server);
            run.readAfterwards(server);
            assertThat(run.findFault(UnaryOperator.identity()))
                    .as("a fault, by what was acknowledged")
                    .isPresent();
            // A reader has seen it, and that is enough even if the writer was never answered.
            assertThat(run.findFault(operation -> operation.isRead() ? operation : operation.withoutAnswer()))
                    .as("a fault, by what was read alone")
                    .isPresent();
        }
    }
}

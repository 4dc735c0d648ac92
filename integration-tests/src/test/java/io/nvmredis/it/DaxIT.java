package io.nvmredis.it;

import static io.nvmredis.it.kit.Refusals.FAILURE;
import static io.nvmredis.it.kit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Banner;
import io.nvmredis.it.kit.DaxGuest;
import io.nvmredis.it.kit.DaxMachine;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The domains of persistent memory on a real ext4 with DAX, through killed servers and power cuts.
 *
 * <p>It tells whether MAP_SYNC, the file system's metadata and recovery are right. A missing flush it cannot see, since
 * the memory of the emulated NVDIMM outlives the machine as it is. The seed is printed; {@code -Ddax.seed} and
 * {@code -Ddax.cuts} choose others.
 */
@Tag("dax")
class DaxIT {
    private static final int WRITERS = 8;
    private static final int READERS = 1;
    private static final int CUTS = Integer.getInteger("dax.cuts", 3);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    private final long seed = Long.getLong("dax.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ClientLoad load = new ClientLoad(WRITERS, READERS, seed);

    private DaxMachine machine;

    @BeforeEach
    void createMachine() throws Exception {
        DaxMachine.require();
        machine = DaxMachine.create(directory);
    }

    @Test
    void shouldRefuseNvmDomainsWhereThereIsNoDax() throws Exception {
        Path overlay = Path.of("/var/tmp/nvm-redis-no-dax");
        try (DaxGuest guest = machine.boot()) {
            assertRefused(
                    guest.run(directory.server(overlay).domain("libpmem")),
                    FAILURE,
                    "libpmem",
                    overlay.toString(),
                    "pmem_is_pmem is 0");
            assertRefused(
                    guest.run(directory.server(overlay).domain("map-sync")),
                    FAILURE,
                    "map-sync",
                    overlay.toString(),
                    "refuses MAP_SYNC");
        }
    }

    @ParameterizedTest
    @CsvSource({"auto, libpmem", "map-sync, map-sync"})
    void shouldKeepWritesOfAKilledServer(String asked, String domain) throws Exception {
        try (DaxGuest guest = machine.boot()) {
            assertSurvivesPowerLoss(guest.start(server(asked)), domain);
            try (RespClient client = guest.connect()) {
                assertThat(client.call("INFO", "persistence"))
                        .asString()
                        .contains(
                                "persistence_mechanism:" + domain + "\r\n",
                                "persistence_survives_power_loss:1\r\n",
                                "nvm_domain:" + domain + "\r\n",
                                "nvm_survives_power_loss:1\r\n");
            }
            long acknowledged = load.runUntilCut(guest.port(), 500, guest::killServer);
            assertSurvivesPowerLoss(guest.start(server(asked)), domain);
            try (RespClient client = guest.connect()) {
                print("%s: %d writes acknowledged, %d keys verified", domain, acknowledged, load.verify(client));
            }
        }
    }

    @Test
    void shouldKeepEveryAcknowledgedWriteThroughPowerCuts() throws Exception {
        print("-Ddax.seed=%d, %d power cuts", seed, CUTS);
        try {
            for (int cut = 1; cut <= CUTS; cut++) {
                writeUntilPowerCut(cut);
            }
            try (DaxGuest guest = machine.boot()) {
                verify(guest, "libpmem");
            }
        } catch (AssertionError e) {
            throw new AssertionError(
                    "-Ddax.seed=" + seed + ": " + e.getMessage() + "\nthe guest's console:\n" + machine.console(), e);
        }
    }

    private void writeUntilPowerCut(int cut) throws Exception {
        try (DaxGuest guest = machine.boot()) {
            long keys = verify(guest, cut % 2 == 0 ? "map-sync" : "libpmem");
            long acknowledged = load.runUntilCut(guest.port(), random.nextLong(200, 4_000), () -> {
                guest.runFor(Duration.ofNanos(random.nextLong(20_000_000)));
                guest.cutPower();
            });
            print("power cut %d: %d keys verified, %d writes acknowledged before it", cut, keys, acknowledged);
        }
    }

    private long verify(DaxGuest guest, String domain) throws Exception {
        Banner banner = guest.start(server(domain));
        assertSurvivesPowerLoss(banner, domain);
        try (RespClient client = guest.connect()) {
            long keys = load.verify(client);
            assertThat(banner.keys()).as("keys by the banner").isEqualTo(keys);
            return keys;
        }
    }

    private ServerProcess.Builder server(String domain) {
        return directory.server(DaxMachine.NVM.resolve("data")).domain(domain).with("--nvm-segment-size", "1mb");
    }

    private static void assertSurvivesPowerLoss(Banner banner, String domain) {
        assertThat(banner.field("durability"))
                .startsWith(domain + ": survives a process crash and power loss (persistent memory, ");
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}

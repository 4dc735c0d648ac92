package io.nvmredis.it;

import static io.nvmredis.it.kit.Refusals.FAILURE;
import static io.nvmredis.it.kit.Refusals.USAGE;
import static io.nvmredis.it.kit.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A command line that cannot be followed is refused before anything is touched. */
class OptionErrorsIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @AfterEach
    void requireNothingTouched() {
        assertThat(directory.data())
                .as("the data directory of a server that did not start")
                .doesNotExist();
    }

    @Test
    void shouldSuggestTheNearestOption() throws Exception {
        assertRefused(server().with("--nvm-domian", "msync").run(), USAGE, "--nvm-domian", "--nvm-domain");
    }

    @Test
    void shouldRefuseABadNumber() throws Exception {
        assertRefused(server().with("--maxclients", "many").run(), USAGE, "maxclients", "many");
    }

    @Test
    void shouldRefuseAPortThatIsNone() throws Exception {
        assertRefused(server().set("--port", "65536").run(), USAGE, "port", "65536");
    }

    @Test
    void shouldRefuseABadSize() throws Exception {
        assertRefused(server().with("--nvm-segment-size", "64 elephants").run(), USAGE, "nvm-segment-size", "64 elep");
    }

    @Test
    void shouldNameTheDomainsThereAre() throws Exception {
        assertRefused(
                server().domain("msnyc").run(),
                USAGE,
                "nvm-domain",
                "msnyc",
                "auto",
                "libpmem",
                "map-sync",
                "msync",
                "emulated");
    }

    @Test
    void shouldReportEveryBadValueAtOnce() throws Exception {
        ServerProcess.Exit exit = server().with("--maxclients", "-1")
                .with("--nvm-segment-size", "3")
                .domain("msnyc")
                .run();
        assertThat(exit.status()).isEqualTo(USAGE);
        assertThat(String.join("\n", exit.err()))
                .contains("maxclients", "nvm-segment-size", "nvm-domain")
                .doesNotContain("Exception");
    }

    @Test
    void shouldNameThePersistersThereAre() throws Exception {
        assertRefused(
                server().with("--persistence", "nvm-oaf").run(), USAGE, "persistence", "nvm-oaf", "nvm-aof", "none");
    }

    @Test
    void shouldRefuseASettingOfAPersisterThatIsNotChosen() throws Exception {
        assertRefused(server().with("--persistence", "none").domain("msync").run(), USAGE, "nvm-domain", "none");
    }

    @Test
    void shouldNameAPortThatIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertRefused(server().set("--port", port).run(), FAILURE, port, "in use");
        }
    }

    @Test
    void shouldTellItsVersion() throws Exception {
        ServerProcess.Exit exit = server().with("--version").run();
        assertThat(exit.out()).singleElement().asString().startsWith("nvm-redis 0.1.0");
        assertThat(exit.err()).isEmpty();
        assertThat(exit.status()).isZero();
    }

    @Test
    void shouldExplainItsOptions() throws Exception {
        ServerProcess.Exit exit = server().with("--help").run();
        assertThat(String.join("\n", exit.out()))
                .contains("--bind", "--port", "--dir", "--persistence", "--nvm-domain", "--nvm-segment-size")
                .contains("--maxclients", "--proto-max-bulk-len", "--client-query-buffer-limit", "--io-threads");
        assertThat(exit.err()).isEmpty();
        assertThat(exit.status()).isZero();
    }

    private ServerProcess.Builder server() {
        return directory.server();
    }
}

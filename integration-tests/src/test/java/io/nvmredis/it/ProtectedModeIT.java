package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.NetworkNamespace;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Without a password a server serves its own machine alone. */
class ProtectedModeIT {
    private static final String WARNING = "whoever can reach this address can read and change everything";
    private static final String ASK = "ECHO here\\r\\nQUIT\\r\\n";
    private static final String HERE = "$4\r\nhere\r\n+OK\r\n";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private NetworkNamespace network;

    @BeforeEach
    void create() throws Exception {
        network = NetworkNamespace.create();
    }

    @AfterEach
    void delete() throws Exception {
        if (network != null) {
            network.close();
        }
    }

    private ServerProcess.Builder server() {
        return directory
                .server()
                .with("--persistence", "none", "--bind", "0.0.0.0")
                .wrappedBy(network.enter());
    }

    @Test
    void shouldTurnAwayWhoComesFromElsewhere() throws Exception {
        try (ServerProcess server = server().start()) {
            String reply = network.talk(NetworkNamespace.ADDRESS, server.port(), "");
            assertThat(reply)
                    .startsWith("-DENIED Redis is running in protected mode because protected mode is enabled and no"
                            + " password is set for the default user. In this mode connections are only accepted from the"
                            + " loopback interface. ")
                    .endsWith("NOTE: You only need to do one of the above things in order for the server to start"
                            + " accepting connections from the outside.\r\n")
                    .containsOnlyOnce("\r\n");
            assertThat(network.talk("127.0.0.1", server.port(), ASK)).isEqualTo(HERE);

            network.talk("127.0.0.1", server.port(), "CONFIG SET protected-mode no\\r\\nQUIT\\r\\n");
            assertThat(network.talk(NetworkNamespace.ADDRESS, server.port(), ASK))
                    .isEqualTo(HERE);
            network.talk("127.0.0.1", server.port(), "CONFIG SET protected-mode yes\\r\\nQUIT\\r\\n");
            assertThat(network.talk(NetworkNamespace.ADDRESS, server.port(), ""))
                    .startsWith("-DENIED");
        }
    }

    @Test
    void shouldServeEverybodyWhoHasThePassword() throws Exception {
        try (ServerProcess server = server().with("--requirepass", "secret", "--enable-debug-command", "local")
                .start()) {
            assertThat(network.talk(NetworkNamespace.ADDRESS, server.port(), ASK))
                    .isEqualTo("-NOAUTH Authentication required.\r\n+OK\r\n");
            assertThat(network.talk(
                            NetworkNamespace.ADDRESS, server.port(), "AUTH secret\\r\\nDEBUG SLEEP 0\\r\\n" + ASK))
                    .startsWith("+OK\r\n-ERR DEBUG command not allowed.")
                    .endsWith(HERE);
            assertThat(network.talk("127.0.0.1", server.port(), "AUTH secret\\r\\nDEBUG SLEEP 0\\r\\nQUIT\\r\\n"))
                    .isEqualTo("+OK\r\n+OK\r\n+OK\r\n");
            assertThat(server.stderr()).noneMatch(line -> line.contains(WARNING) || line.contains("secret"));
        }
    }

    @Test
    void shouldWarnWhoOpensTheDoorToEverybody() throws Exception {
        try (ServerProcess server = server().with("--protected-mode", "no").start()) {
            assertThat(network.talk(NetworkNamespace.ADDRESS, server.port(), ASK))
                    .isEqualTo(HERE);
            assertThat(server.stderr()).anyMatch(line -> line.contains(WARNING));
        }
    }
}

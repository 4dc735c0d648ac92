package io.nvmredis.it.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the soak compares shows it a server that lies: one that loses the last acknowledged write, one that changes something. */
class SoakCanaryIT {
    private static final int BATCHES = 60;
    private static final int DATABASE = 3;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("soak.seed", System.nanoTime());
    private final SoakClient client = new SoakClient(DATABASE, new Random(seed), Arm.AOF, new Tally());

    private ServerProcess.Builder server() {
        return directory.server().with("--persistence", "aof", "--appendfsync", "always");
    }

    @Test
    void shouldNoticeThatTheLastAcknowledgedWriteHasGone() throws Exception {
        System.out.println("-Dsoak.seed=" + seed);
        try (ServerProcess server = server().start()) {
            client.write(server.port(), BATCHES);
            client.verify(server.port());
            server.kill();
        }
        try (ServerProcess server = server().start()) {
            client.verify(server.port());
            client.write(server.port(), 1);
            server.kill();
        }
        cutLastCommand();
        try (ServerProcess server = server().start()) {
            int port = server.port();
            assertThatThrownBy(() -> client.verify(port))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("neither what was acknowledged")
                    .hasMessageContaining("counter:0");
        }
    }

    @Test
    void shouldNoticeThatAKeyIsNotWhatItWas() throws Exception {
        System.out.println("-Dsoak.seed=" + seed);
        try (ServerProcess server = server().start();
                RespClient other = server.connect()) {
            int port = server.port();
            client.write(port, BATCHES);
            other.call("SELECT", Integer.toString(DATABASE));
            assertThat(other.call("PEXPIREAT", "counter:0", "4102444800001")).isEqualTo(1L);
            assertThatThrownBy(() -> client.verify(port)).hasMessageContaining("counter:0");
            assertThat(other.call("PERSIST", "counter:0")).isEqualTo(1L);
            client.verify(port);
            other.call("SET", "string:invented", "1");
            assertThatThrownBy(() -> client.verify(port)).hasMessageContaining("string:invented");
        }
    }

    private void cutLastCommand() throws IOException {
        Path last;
        try (Stream<Path> files = Files.list(directory.data().resolve("appendonlydir"))) {
            last = files.filter(file -> file.toString().endsWith(".incr.aof"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
        try (FileChannel file = FileChannel.open(last, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
        }
    }
}

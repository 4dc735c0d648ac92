package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a test leaves behind, the next one does not meet it. */
class TestDirectoryIT {
    private final TestDirectory directory = TestDirectory.onDisk();

    @Test
    void shouldEndAServerThatStillRunsAndDeleteItsFiles() throws Exception {
        directory.beforeEach(null);
        Path path = directory.path();
        ServerProcess server = directory.server().start();
        try (RespClient client = server.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
        }
        assertThat(path).isNotEmptyDirectory();

        directory.afterEach(null);
        assertThat(server.isAlive()).isFalse();
        assertThat(path).doesNotExist();
    }

    @Test
    void shouldEndARedisThatStillRuns() throws Exception {
        Requirement.requireRedis();
        directory.beforeEach(null);
        int port = directory.redis(directory.path("redis")).port();
        directory.afterEach(null);
        assertThatThrownBy(() -> new RespClient(port).close()).isInstanceOf(ConnectException.class);
    }

    @Test
    void shouldBeAnotherOneForEachTest() throws IOException {
        directory.beforeEach(null);
        Path first = directory.path();
        Files.writeString(directory.path("left"), "behind");
        directory.afterEach(null);
        directory.beforeEach(null);
        assertThat(directory.path()).isNotEqualTo(first).isEmptyDirectory();
        directory.afterEach(null);
        assertThat(first).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldLeaveNothingWhereverItHasBeenPlaced(String domain) throws IOException {
        directory.beforeEach(null);
        Path first = directory.path();
        directory.placeFor(domain);
        Path second = directory.path();
        assertThat(second).isEmptyDirectory();
        assertThat(second.equals(first)).as("the same as before").isEqualTo(domain.equals("msync"));
        directory.afterEach(null);
        assertThat(first).doesNotExist();
        assertThat(second).doesNotExist();
    }
}

package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory with data of one persistence, started with another: nothing is ignored in silence, nothing overwritten. */
class AnotherPersistenceIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess.Builder with(String persistence) {
        ServerProcess.Builder builder = directory.server().with("--persistence", persistence);
        return persistence.equals("nvm-aof") ? builder.domain("msync") : builder;
    }

    private void fill(String persistence) throws Exception {
        try (ServerProcess server = with(persistence).start()) {
            try (RespClient client = server.connect()) {
                assertThat(client.call("SET", "kept", persistence)).isEqualTo("OK");
            }
            server.signal("TERM");
            assertThat(server.awaitExit(Duration.ofSeconds(30)).status()).isZero();
        }
    }

    private void assertKept(String persistence, String value) throws Exception {
        try (ServerProcess server = with(persistence).start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "kept")).isEqualTo(value);
        }
    }

    /** Runs the commands that a message tells. */
    private void run(String commands) throws Exception {
        for (String command : commands.split(" && ", -1)) {
            List<String> words = new ArrayList<>(Arrays.asList(command.split(" ", -1)));
            assertThat(words.remove(0)).isEqualTo("./nvm-redis");
            ServerProcess.Exit exit = directory
                    .command(words.toArray(String[]::new))
                    .within(Duration.ofMinutes(1))
                    .run();
            assertThat(exit.status()).as("%s: %s", command, exit.err()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"rdb,aof", "rdb,nvm-aof", "aof,rdb", "aof,nvm-aof", "nvm-aof,rdb", "nvm-aof,aof"})
    void shouldRefuseToBeginEmptyAndSayHowToBringTheDataIn(String first, String second) throws Exception {
        fill(first);
        ServerProcess.Exit exit = with(second).run();
        assertThat(exit.status()).isEqualTo(1);
        String said = String.join("\n", exit.err());
        assertThat(said).contains(directory.data().toString(), "--persistence " + first);
        assertKept(first, first);

        int from = said.indexOf("To bring them in: ") + "To bring them in: ".length();
        run(said.substring(from, said.indexOf(". To begin without them")));
        assertKept(second, first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rdb", "aof", "nvm-aof"})
    void shouldSayWhatItLeavesAloneIfItKeepsNothing(String first) throws Exception {
        fill(first);
        try (ServerProcess server = with("none").start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "kept")).isNull();
            assertThat(String.join("\n", server.stderr())).contains("is left alone", "./nvm-redis import");
            client.call("SET", "kept", "lost");
            client.call("SAVE");
            server.signal("TERM");
            server.awaitExit(Duration.ofSeconds(30));
        }
        assertKept(first, first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aof", "rdb"})
    void shouldNotExportNothingInsteadOfOthersData(String persistence) throws Exception {
        fill("nvm-aof");
        Path target = directory.path("export.rdb");
        ServerProcess.Exit exit = directory
                .transfer(
                        "export", directory.data(), "--format", "rdb", target.toString(), "--persistence", persistence)
                .run();
        assertThat(exit.status()).isEqualTo(1);
        assertThat(exit.err().toString()).contains("--persistence nvm-aof");
        assertThat(Files.exists(target)).isFalse();
    }
}

package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.ServerProcess.Exit;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code check}, {@code stat} and {@code dump} on the data of a server that was killed, and beside one that runs. */
class InspectionIT {
    private static final int KEYS = 5_000;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    private Exit inspect(String command, String... options) throws Exception {
        String[] words = new String[options.length + 2];
        words[0] = command;
        words[1] = directory.data().toString();
        System.arraycopy(options, 0, words, 2, options.length);
        return directory.command(words).run();
    }

    private ServerProcess start() throws IOException, InterruptedException {
        return directory
                .server()
                .domain("emulated")
                .with("--nvm-segment-size", "1mb")
                .start();
    }

    private static void fill(RespClient client) throws IOException {
        for (int i = 0; i < KEYS; i++) {
            client.call("SET", "key:" + i, "value " + i);
            client.call("HSET", "hash", "field" + i, Integer.toString(i));
        }
        client.call("SELECT", "3");
        client.call("SET", "temporary", "x", "PX", "100000000");
        client.call("SELECT", "0");
    }

    /** Names, lengths, times and contents of all files. */
    private Map<String, String> state() throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory.data())) {
            for (Path file : files.toList()) {
                state.put(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file) + " " + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return state;
    }

    @Test
    void shouldFindKilledDataSoundAndForeseeTheStart() throws Exception {
        try (ServerProcess server = start();
                RespClient client = server.connect()) {
            fill(client);
            Exit beside = inspect("check");
            assertThat(beside.status()).isEqualTo(1);
            assertThat(beside.err()).singleElement().asString().contains("in use by process " + server.pid());
            server.kill();
        }
        Map<String, String> before = state();
        Exit check = inspect("check", "--json");
        Exit stat = inspect("stat", "--json");
        Exit dump = inspect("dump", "--match", "key:*");
        assertThat(check.status()).as(check.err().toString()).isZero();
        assertThat(dump.out()).hasSize(KEYS);
        assertThat(inspect("dump", "--key", "key:7", "--format", "resp").out())
                .containsExactly("*3", "$3", "SET", "$5", "key:7", "$7", "value 7");
        assertThat(state()).isEqualTo(before);
        try (ServerProcess server = start();
                RespClient client = server.connect()) {
            String replayed = "cjson.decode(ARGV[1]).start.replayed_transactions";
            assertThat(server.banner().field("keys"))
                    .contains("replayed " + client.call("EVAL", "return " + replayed, "0", only(check)) + " ");
            assertThat(client.call("EVAL", "return tostring(cjson.decode(ARGV[1]).sound)", "0", only(check)))
                    .isEqualTo("true");
            assertThat(client.call(
                            "EVAL",
                            "local d = cjson.decode(ARGV[1]).databases return {d[1].keys, d[2].db, d[2].with_deadline}",
                            "0",
                            only(stat)))
                    .isEqualTo(List.of(KEYS + 1L, 3L, 1L));
            for (int i = 0; i < KEYS; i += 97) {
                assertThat(client.call("GET", "key:" + i)).isEqualTo("value " + i);
            }
        }
    }

    private static String only(Exit exit) {
        assertThat(exit.out()).hasSize(1);
        return exit.out().get(0);
    }

    @Test
    void shouldReadWhereNothingMayBeWritten() throws Exception {
        try (ServerProcess server = start();
                RespClient client = server.connect()) {
            fill(client);
            server.terminate();
        }
        Files.setPosixFilePermissions(directory.data(), PosixFilePermissions.fromString("r-x------"));
        try {
            assertThat(inspect("check").status()).isZero();
        } finally {
            Files.setPosixFilePermissions(directory.data(), PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void shouldNameADamagedKeyAndDropItWhenToldTo() throws Exception {
        try (ServerProcess server = start();
                RespClient client = server.connect()) {
            fill(client);
            await().until(() -> ServerInfo.of(client).number("nvm_backlog_bytes") == 0);
            server.terminate();
        }
        damage("value 4321");
        Exit check = inspect("check");
        assertThat(check.status()).isEqualTo(4);
        assertThat(check.out().get(0)).startsWith("damaged: payload: ").contains("of the key 'key:4321' of database 0");
        Path copy = directory.data().resolveSibling("copy");
        Exit fix = inspect("check", "--fix", "--copy-to", copy.toString());
        assertThat(fix.status()).as(fix.out() + " " + fix.err()).isEqualTo(5);
        assertThat(fix.out()).contains("lost: the key 'key:4321' of database 0");
        assertThat(copy.resolve("table.nvm")).exists();
        try (ServerProcess server = start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "key:4321")).isNull();
            assertThat(client.call("GET", "key:4322")).isEqualTo("value 4322");
            assertThat(client.call("DBSIZE")).isEqualTo((long) KEYS);
        }
    }

    private void damage(String value) throws IOException {
        try (Stream<Path> files = Files.list(directory.data())) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("heap-"))
                    .toList()) {
                byte[] content = Files.readAllBytes(file);
                String text = new String(content, StandardCharsets.ISO_8859_1);
                if (text.contains(value)) {
                    content[text.lastIndexOf(value)] ^= 1;
                    Files.write(file, content);
                }
            }
        }
    }

    @Test
    void shouldTellFaultsOfTheCommandLine() throws Exception {
        assertThat(inspect("check", "--fix", "--truncate-to", "3").status()).isEqualTo(2);
        assertThat(inspect("dump", "--from", "3").status()).isEqualTo(2);
        assertThat(inspect("stat").status()).isEqualTo(1);
        assertThat(directory.command("check").run().status()).isEqualTo(2);
        assertThat(directory.command("completion").run().out().get(0)).startsWith("#!");
    }
}

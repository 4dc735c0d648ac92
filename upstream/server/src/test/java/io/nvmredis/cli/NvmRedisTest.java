package io.nvmredis.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.server.FakePersister;
import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.Providers;
import io.nvmredis.server.RawClient;
import io.nvmredis.spi.PersisterProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmRedisTest {
    private final FakePersister persister = new FakePersister();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private String in = "";
    private final Map<String, String> environment = new HashMap<>();
    private Consumer<NvmRedisServer> onStart = server -> {};

    @TempDir
    Path directory;

    private int run(String... arguments) {
        List<PersisterProvider> providers =
                Stream.concat(Providers.all().stream(), Stream.of(persister)).toList();
        return new NvmRedis(
                        providers,
                        new ByteArrayInputStream(in.getBytes(UTF_8)),
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        environment,
                        onStart)
                .run(arguments);
    }

    @Test
    void shouldShowTheOptionsOfEveryPersister() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(UTF_8))
                .contains("--port=", "--dir=", "--persistence=", "--maxclients=", "--io-threads=")
                .contains("Persistence fake: for tests", "--fake-mood=", "good or bad (default: good)");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void shouldTellTheVersionOfItsPom() throws Exception {
        assertThat(run("--version")).isZero();
        Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(Path.of("pom.xml")));

        assertThat(version.find()).isTrue();
        assertThat(out.toString(UTF_8)).isEqualToIgnoringNewLines("nvm-redis " + version.group(1));
    }

    @Test
    void shouldTellAllFaultsAtOnce() {
        assertThat(run("--prot", "1", "--maxclients", "x", "--dir", directory.toString(), "--persistence", "foo"))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8).lines().map(line -> line.replaceFirst("these: .*none.*, fake$", "these: …")))
                .containsExactly(
                        "nvm-redis: there is no option '--prot'; did you mean --port?",
                        "nvm-redis: maxclients 'x' is not a whole number from 1 to 2147483647",
                        "nvm-redis: persistence 'foo' is not one of these: …");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    void shouldTakeOptionsFromTheEnvironmentUnlessTheyAreArguments() {
        environment.put("NVM_REDIS_PORT", "0");
        environment.put("NVM_REDIS_DIR", directory.toString());
        environment.put("NVM_REDIS_PERSISTENCE", "none");
        environment.put("NVM_REDIS_FAKE_MOOD", "bad");
        environment.put("NVM_REDIS_REQUIREPASS", "");
        environment.put("HOME", "/");
        onStart = NvmRedisServer::shutDown;
        assertThat(run("--persistence", "fake", "--fake-mood=good")).isZero();
        assertThat(out.toString(UTF_8)).contains(directory.toString(), "persistence   fake");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void shouldPreferArgumentsToTheEnvironmentAndBothToTheFile() throws Exception {
        Path file = Files.writeString(
                directory.resolve("nvm-redis.conf"),
                "port 0\npersistence fake\nfake-mood bad\nmaxclients 5\nmaxmemory 5mb\nhz 5\n");
        environment.put("NVM_REDIS_MAXMEMORY", "6mb");
        environment.put("NVM_REDIS_FAKE_MOOD", "bad");
        in = "maxclients 6\ndir " + directory.resolve("data") + "\n";
        List<String> seen = new ArrayList<>();
        onStart = server -> {
            try (RawClient client = new RawClient(server.port())) {
                for (String name : List.of("maxclients", "maxmemory", "fake-mood", "hz")) {
                    seen.add(client.call("CONFIG", "GET", name).replaceAll("(?s).*\r\n", ""));
                }
                seen.add(client.call("INFO", "server").replaceAll("(?s).*config_file:([^\r]*)\r.*", "$1"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.shutDown();
        };
        assertThat(run(file.toString(), "-", "--fake-mood", "good"))
                .as(err.toString(UTF_8))
                .isZero();
        assertThat(seen.subList(0, 4))
                .containsExactly("[maxclients 6]", "[maxmemory 6291456]", "[fake-mood good]", "[hz 5]");
        assertThat(seen.get(4)).isEqualTo(file.toString());
        assertThat(out.toString(UTF_8)).contains(directory.resolve("data").toString());
    }

    @Test
    void shouldTellTheFaultsOfAFileWithAllOthers() throws Exception {
        Path file = Files.writeString(directory.resolve("c.conf"), "prot 1\nmaxclients x\nrequirepass hidden too\n");
        environment.put("NVM_REDIS_PROT", "1");
        assertThat(run(file.toString(), "--persistence", "fake", "--io-threads", "x"))
                .isEqualTo(2);
        assertThat(err.toString(UTF_8).lines())
                .containsExactly(
                        "nvm-redis: there is no option for the environment variable NVM_REDIS_PROT; did you mean"
                                + " NVM_REDIS_PORT?",
                        "nvm-redis: " + file + ":1: there is no setting 'prot'; did you mean port?",
                        "nvm-redis: " + file + ":3: requirepass takes one value, and has 2",
                        "nvm-redis: " + file + ":2: maxclients 'x' is not a whole number from 1 to 2147483647",
                        "nvm-redis: io-threads 'x' is not a whole number from 1 to 128");
    }

    @Test
    void shouldRefuseAFileThatIsNotThere() {
        Path file = directory.resolve("none.conf");
        assertThat(run(file.toString())).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("there is no configuration file " + file);
    }

    @Test
    void shouldRefuseAVariableThatIsNoOption() {
        environment.put("NVM_REDIS_PROT", "1");
        environment.put("NVM_REDIS_SOMETHING_ELSE", "1");
        environment.put("NVM_REDIS_MAXCLIENTS", "x");
        environment.put("NVM_REDIS_PERSISTENCE", "none");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(UTF_8).lines())
                .containsExactly(
                        "nvm-redis: there is no option for the environment variable NVM_REDIS_PROT; did you mean"
                                + " NVM_REDIS_PORT?",
                        "nvm-redis: there is no option for the environment variable NVM_REDIS_SOMETHING_ELSE; --help"
                                + " shows all options",
                        "nvm-redis: maxclients 'x' is not a whole number from 1 to 2147483647");
    }

    /** Those of the launcher and the tests, and those that Kubernetes sets for a Service called nvm-redis. */
    @Test
    void shouldLeaveVariablesOfOthersAlone() {
        environment.putAll(Map.of(
                "NVM_REDIS_JAVA_OPTS", "-Xmx1g",
                "NVM_REDIS_EXPECT", "dax",
                "NVM_REDIS_TEST_PROC", "/proc",
                "NVM_REDIS_SERVICE_HOST", "10.0.0.1",
                "NVM_REDIS_SERVICE_PORT", "6379",
                "NVM_REDIS_PORT", "tcp://10.0.0.1:6379",
                "NVM_REDIS_PORT_6379_TCP_ADDR", "10.0.0.1"));
        onStart = NvmRedisServer::shutDown;
        assertThat(run("--port", "0", "--dir", directory.toString(), "--persistence", "none"))
                .isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    /** A container that serves by its environment may import with the same. */
    @Test
    void shouldTakeWhereTheDataIsFromTheEnvironmentForAnExport() {
        environment.put("NVM_REDIS_PORT", "7000");
        environment.put("NVM_REDIS_DIR", directory.resolve("none").toString());
        environment.put("NVM_REDIS_PERSISTENCE", "rdb");
        assertThat(run("export", "--format", "rdb", directory.resolve("out.rdb").toString()))
                .isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains(directory.resolve("none").toString());
    }

    @Test
    void shouldRefuseASettingOfAPersisterThatIsNotChosen() {
        assertThat(run("--persistence", "none", "--fake-mood", "bad")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("fake-mood is a setting of persistence fake, but persistence is none");
    }

    @Test
    void shouldRefuseWhatIsNoOption() {
        assertThat(run("6390", "--persistence", "none")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("'6390' is not an option");
    }

    @Test
    void shouldRefuseAnOptionWithoutItsValue() {
        assertThat(run("--persistence", "none", "--port")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("--port");
    }

    @Test
    void shouldSayThatThePortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("--persistence", "fake", "--port", Integer.toString(taken.getLocalPort())))
                    .isEqualTo(1);
        }
        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .matches("nvm-redis: port \\d+ is in use on 127\\.0\\.0\\.1; .*--port");
    }

    @Test
    void shouldServeUntilShutDown() throws Exception {
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(
                () -> run("--persistence", "fake", "--port", "0", "--dir", directory.toString(), "--fake-mood", "bad"));
        await().until(() -> out.toString(UTF_8).contains("ready in"));

        Matcher banner = Pattern.compile("""
            nvm-redis 0\\.1\\.0 on 127\\.0\\.0\\.1:(\\d+)
              directory     (.+)
              persistence   fake
              durability    fake: survives a process crash, not power loss \\(as the test says\\)
              memory        heap [0-9.]+ [MG]B, [0-9.]+ MB of it for data
              keys          0 \\(replayed 0 transactions, 0 B\\)
              note          a note
              ready in      \\d+\\.\\d\\d s, pid \\d+
            """).matcher(out.toString(UTF_8));
        assertThat(banner.matches()).as(out.toString(UTF_8)).isTrue();
        assertThat(banner.group(2)).isEqualTo(directory.toString());
        try (RawClient client = new RawClient(Integer.parseInt(banner.group(1)))) {
            assertThat(client.call("PING")).endsWith("PONG");
            client.send("SHUTDOWN");
            assertThat(status.get(20, TimeUnit.SECONDS)).isZero();
        }
        assertThat(err.toString(UTF_8)).isEmpty();
    }
}

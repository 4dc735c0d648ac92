package io.nvmredis.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.server.FakePersister;
import io.nvmredis.server.Providers;
import io.nvmredis.server.RawClient;
import io.nvmredis.spi.PersisterProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvmRedisTest {
    private final FakePersister persister = new FakePersister();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path directory;

    private int run(String... arguments) {
        List<PersisterProvider> providers =
                Stream.concat(Providers.all().stream(), Stream.of(persister)).toList();
        return new NvmRedis(
                        providers, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), server -> {})
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

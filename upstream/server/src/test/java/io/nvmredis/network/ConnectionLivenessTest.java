package io.nvmredis.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.server.RawClient;
import io.nvmredis.server.ServerInside;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every command on a connection is answered, whatever has gone before it, wherever the limits of its buffers are. */
class ConnectionLivenessTest {
    private static final int BYTES = 1 << 20;

    @TempDir
    Path directory;

    private NvmRedisServer server;
    private final List<Kind> kinds = new ArrayList<>();

    /** A command and what is answered. */
    private record Kind(String command, String reply) {}

    @BeforeEach
    void start() throws Exception {
        server = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence("none")
                .build()
                .start();
        String large = "L".repeat(100_000);
        String[] keys = new String[1_001];
        keys[0] = "MGET";
        for (int i = 1; i < keys.length; i++) {
            keys[i] = "user:profile:" + i;
        }
        try (RawClient client = new RawClient(server.port())) {
            client.call("SET", "large", large);
            client.call("RPUSH", "list", "a", "b");
            add("[" + "(nil) ".repeat(999) + "(nil)]", keys);
        }
        add("hello", "ECHO", "hello");
        add(large, "GET", "large");
        add("+OK", "SET", "k", large);
        add("(nil)", "GET", "nothing");
        add(":1", "EVAL", "return 1", "0");
        add(":2", "EVAL", "--" + "x".repeat(8_000) + "\nreturn 2", "0");
        add(":1", "EVAL", "return 1", "1", "k", large);
        add(":2", "LLEN", "list");
        add("b", "BRPOPLPUSH", "list", "list", "5");
        add("[a b]", "SORT", "list", "ALPHA");
        add("-ERR unknown command 'nonsense', with args beginning with: ", "nonsense");
    }

    private void add(String reply, String... words) {
        kinds.add(new Kind(RawClient.encode(words), reply));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 65536", "300, 1000", "65536, 1", "65536, 65536", "1048576, 100000"})
    void shouldAnswerEachKindAloneForAMegabyte(long allowance, long waiting) throws Exception {
        ServerInside.limitsOf(server).tune(allowance, waiting);
        for (Kind kind : kinds) {
            try (RawClient client = new RawClient(server.port())) {
                int count = Math.min(2_000, 2 + BYTES / kind.command().length());
                int reads = 0;
                for (int i = 0; i < count; i++) {
                    String reply = client.sendRaw(kind.command()).reply();
                    check(kind, reply, "alone, " + reads);
                    reads++;
                }
            }
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 65536", "300, 1000", "65536, 1", "65536, 65536", "1048576, 100000"})
    void shouldAnswerAllKindsMixedAndPipelined(long allowance, long waiting) throws Exception {
        ServerInside.limitsOf(server).tune(allowance, waiting);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (RawClient client = new RawClient(server.port())) {
            for (int sent = 0; sent < 3 * BYTES; ) {
                List<Kind> pipeline = new ArrayList<>();
                StringBuilder bytes = new StringBuilder();
                for (int i = random.nextInt(40); i >= 0; i--) {
                    Kind kind = kinds.get(random.nextInt(kinds.size()));
                    pipeline.add(kind);
                    bytes.append(kind.command());
                }
                byte[] all = bytes.toString().getBytes(ISO_8859_1);
                int cut = random.nextInt(all.length);
                client.sendRaw(Arrays.copyOfRange(all, 0, cut));
                client.sendRaw(Arrays.copyOfRange(all, cut, all.length));
                for (Kind kind : pipeline) {
                    check(kind, client.reply(), "seed " + seed + ", byte " + sent);
                }
                sent += all.length;
            }
        }
        assertNothingIsLeft();
    }

    private static void check(Kind kind, String reply, String where) {
        if (kind.command().contains("BRPOPLPUSH") || kind.command().contains("SORT")) {
            assertThat(reply).as(where).isNotEmpty();
        } else {
            assertThat(reply.equals(kind.reply()))
                    .as("%s: %.40s, not %.40s", where, reply, kind.reply())
                    .isTrue();
        }
    }

    private void assertNothingIsLeft() {
        await().until(() -> server.connectedClients() == 0);
        assertThat(ServerInside.memoryOf(server).usedBytes()).isZero();
    }
}

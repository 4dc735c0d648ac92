package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.nvmredis.it.kit.Program;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import io.nvmredis.spi.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Connections over TLS, by clients of several libraries. */
class TlsIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private TestCertificate certificate;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        certificate = TestCertificate.make(directory.path("tls"), "server", "RSA");
        port = freePort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private ServerProcess.Builder server(String... options) {
        return directory
                .server()
                .with("--persistence", "none", "--tls-port", Integer.toString(port))
                .with("--tls-cert-file", certificate.certificate().toString())
                .with("--tls-key-file", certificate.key().toString())
                .with(options);
    }

    private Jedis jedis(SSLContext context) {
        return new Jedis(
                () -> socket(context),
                DefaultJedisClientConfig.builder().timeoutMillis(60_000).build());
    }

    private Socket socket(SSLContext context) {
        try {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            throw new JedisConnectionException(e.getMessage(), e);
        }
    }

    private String serial(SSLContext context) throws Exception {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            SSLSession session = socket.getSession();
            return session.getPeerPrincipal().getName() + " " + session.getProtocol();
        }
    }

    @Test
    void shouldServeClientsOfAllKinds() throws Exception {
        try (ServerProcess server = server("--tls-auth-clients", "no")
                        .set("--port", Integer.toString(freePort()))
                        .start();
                RespClient plain = server.connect();
                Jedis jedis = jedis(certificate.client())) {
            assertThat(server.port()).isNotEqualTo(port);
            assertThat(jedis.set("a", "1")).isEqualTo("OK");
            assertThat(plain.call("GET", "a")).isEqualTo("1");
            assertThat((String) plain.call("INFO", "server")).contains("tcp_port:" + server.port());
            RedisURI uri = RedisURI.builder()
                    .withHost("127.0.0.1")
                    .withPort(port)
                    .withSsl(true)
                    .withVerifyPeer(SslVerifyMode.CA)
                    .build();
            RedisClient lettuce = RedisClient.create(uri);
            lettuce.setOptions(ClientOptions.builder()
                    .sslOptions(SslOptions.builder()
                            .trustManager(certificate.certificate().toFile())
                            .build())
                    .build());
            try (StatefulRedisConnection<String, String> connection = lettuce.connect()) {
                assertThat(connection.sync().get("a")).isEqualTo("1");
            } finally {
                lettuce.shutdown();
            }
        }
    }

    @Test
    void shouldServeRedisCli() throws Exception {
        Requirement.requireRedis();
        try (ServerProcess server = server("--tls-auth-clients", "no").start()) {
            assertThat(server.port()).isPositive();
            assertThat(Program.run(
                            "redis-cli",
                            "-p",
                            Integer.toString(port),
                            "--tls",
                            "--cacert",
                            certificate.certificate().toString(),
                            "ECHO",
                            "here"))
                    .containsExactly("here");
        }
    }

    /** Replies that no socket takes at once, and input that comes in many records. */
    @Test
    void shouldCarryMuchInBothDirections() throws Exception {
        String value = "x".repeat(3 << 20);
        try (ServerProcess server = server("--tls-auth-clients", "no").start();
                Jedis jedis = jedis(certificate.client())) {
            assertThat(server.port()).isPositive();
            Pipeline pipeline = jedis.pipelined();
            pipeline.set("big", value);
            for (int i = 0; i < 10; i++) {
                pipeline.get("big");
                pipeline.incr("count");
            }
            List<Object> replies = pipeline.syncAndReturnAll();
            assertThat(replies).hasSize(21);
            assertThat(replies.get(19)).isEqualTo(value);
            assertThat(replies.get(20)).isEqualTo(10L);
        }
    }

    /** An end without TLS's own word for it could be an attacker's. */
    @Test
    void shouldTellTheClientOfTheEnd() throws Exception {
        try (ServerProcess server = server("--tls-auth-clients", "no").start();
                SSLSocket socket =
                        (SSLSocket) certificate.client().getSocketFactory().createSocket("127.0.0.1", port)) {
            assertThat(server.port()).isPositive();
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("PING\r\nQUIT\r\n".getBytes(RespClient.BYTES));
            // Reading throws if the socket ends without close_notify.
            assertThat(new String(socket.getInputStream().readAllBytes(), RespClient.BYTES))
                    .isEqualTo("+PONG\r\n+OK\r\n");
        }
    }

    @Test
    void shouldAskForCertificatesOfClients() throws Exception {
        TestCertificate known = TestCertificate.make(directory.path("tls"), "client", "EC");
        TestCertificate unknown = TestCertificate.make(directory.path("tls"), "stranger", "EC");
        try (ServerProcess server =
                server("--tls-ca-cert-file", known.certificate().toString()).start()) {
            // There is no port without TLS: the one that the server tells is that of TLS.
            assertThat(server.port()).isEqualTo(port);
            try (Jedis jedis = jedis(certificate.client(known))) {
                assertThat(jedis.ping()).isEqualTo("PONG");
                assertThatThrownBy(() -> ping(certificate.client())).isInstanceOf(JedisConnectionException.class);
                assertThatThrownBy(() -> ping(certificate.client(unknown)))
                        .isInstanceOf(JedisConnectionException.class);
                assertThat(jedis.configSet("tls-auth-clients", "optional")).isEqualTo("OK");
                assertThat(ping(certificate.client())).isEqualTo("PONG");
            }
            await().until(() -> server.stderr().stream().anyMatch(line -> line.contains("TLS handshake failed")));
        }
    }

    private String ping(SSLContext context) {
        try (Jedis jedis = jedis(context)) {
            return jedis.ping();
        }
    }

    @Test
    void shouldTakeANewCertificateOrKeepTheOldOne() throws Exception {
        TestCertificate renewed = TestCertificate.make(directory.path("tls"), "renewed", "EC");
        Path empty = Files.writeString(directory.path("empty.pem"), "none");
        try (ServerProcess server = server("--tls-auth-clients", "no").start();
                Jedis jedis = jedis(certificate.client())) {
            assertThat(server.port()).isPositive();
            assertThat(serial(certificate.client())).startsWith("CN=server TLSv1.3");
            for (String[] bad : new String[][] {
                {"tls-cert-file", empty.toString()},
                {"tls-cert-file", renewed.certificate().toString()},
                {"tls-key-file", "/none", "slowlog-max-len", "7"},
                {"tls-protocols", "SSLv3"},
                {"tls-ca-cert-dir", "/none"},
                {"tls-port", "1"}
            }) {
                assertThatThrownBy(() -> jedis.configSet(bad))
                        .as(String.join(" ", bad))
                        .isInstanceOf(JedisDataException.class)
                        .hasMessageStartingWith("ERR CONFIG SET failed (possibly related to argument '");
            }
            assertThat(jedis.configGet("tls-cert-file"))
                    .containsEntry("tls-cert-file", certificate.certificate().toString());
            assertThat(jedis.configGet("slowlog-max-len")).containsEntry("slowlog-max-len", "128");
            assertThat(serial(certificate.client())).startsWith("CN=server");
            assertThat(jedis.configSet(
                            "tls-cert-file",
                            renewed.certificate().toString(),
                            "tls-key-file",
                            renewed.key().toString(),
                            "tls-protocols",
                            "TLSv1.2"))
                    .isEqualTo("OK");
            assertThat(serial(renewed.client())).isEqualTo("CN=renewed TLSv1.2");
            assertThat(jedis.ping()).as("a connection that was open").isEqualTo("PONG");
        }
    }

    @Test
    void shouldTellWhatIsWrongWithItsFiles() throws Exception {
        ServerProcess.Exit exit = directory
                .server()
                .with("--tls-port", Integer.toString(port), "--maxclients", "x")
                .run();
        assertThat(exit.status()).isEqualTo(2);
        assertThat(exit.err())
                .anyMatch(line -> line.contains("tls-cert-file names no file, and tls-port needs one"))
                .anyMatch(line -> line.contains("maxclients 'x'"));
        assertThat(server().run().err()).anyMatch(line -> line.contains("tls-ca-cert-file or tls-ca-cert-dir"));
        assertThat(server(
                                "--tls-key-file-pass",
                                "hidden",
                                "--tls-ca-cert-file",
                                directory.path("none").toString())
                        .run()
                        .err())
                .anyMatch(line -> line.contains("tls-ca-cert-file " + directory.path("none") + " does not exist"))
                .noneMatch(line -> line.contains("hidden"));
    }

    @Test
    void shouldImportFromARedisOverTls() throws Exception {
        Requirement.requireRedis();
        TestCertificate own = TestCertificate.make(directory.path("tls"), "own", "EC");
        try (RealRedis redis = directory.redis(
                directory.path("redis"),
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.certificate().toString(),
                "--tls-key-file",
                certificate.key().toString(),
                "--tls-ca-cert-file",
                own.certificate().toString())) {
            redis.command("SET", "a", "1");
            String source = "rediss://127.0.0.1:" + port;
            ServerProcess.Exit refused = directory
                    .transfer("import", directory.data(), source, "--until-caught-up")
                    .run();
            assertThat(refused.status()).isEqualTo(1);
            assertThat(directory
                            .transfer(
                                    "import",
                                    directory.path("imported"),
                                    source,
                                    "--until-caught-up",
                                    "--tls-ca-cert-file",
                                    certificate.certificate().toString(),
                                    "--tls-cert-file",
                                    own.certificate().toString(),
                                    "--tls-key-file",
                                    own.key().toString())
                            .succeed())
                    .contains("1 key");
        }
    }

    /** What is kept for clients that go no further than to connect is memory of clients. */
    @Test
    void shouldBoundTheMemoryOfUnfinishedHandshakes() throws Exception {
        List<RespClient> clients = new ArrayList<>();
        try (ServerProcess server =
                server("--tls-auth-clients", "no", "--maxmemory-clients", "1mb").start()) {
            assertThat(server.port()).isPositive();
            for (int i = 0; i < 30; i++) {
                clients.add(new RespClient(port));
            }
            await().until(() -> server.stderr().stream()
                            .filter(line -> line.contains("there is no memory for its handshake"))
                            .count()
                    >= 20);
        } finally {
            for (RespClient client : clients) {
                client.close();
            }
        }
    }

    /** Who does not use it pays nothing for it. */
    @Test
    void shouldLoadNoClassOfTlsWithoutNeed() throws Exception {
        Path loaded = directory.path("loaded.log");
        try (ServerProcess server = directory
                        .server()
                        .with("--persistence", "none")
                        .jvm("-Xlog:class+load:file=" + loaded)
                        .start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            assertThat(client.call("CONFIG", "SET", "tls-protocols", "TLSv1.3")).isEqualTo("OK");
            assertThat(server.terminate().status()).isZero();
        }
        assertThat(Files.readAllLines(loaded))
                .anyMatch(line -> line.contains("io.nvmredis.network.Listener "))
                .noneMatch(line -> line.contains("io.netty.handler.ssl") || line.contains("sun.security.ssl"));
    }
}

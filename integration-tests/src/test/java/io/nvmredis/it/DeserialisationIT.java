package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client cannot have the server deserialise what it likes. */
class DeserialisationIT {
    private TemporaryDirectory directory;
    private ServerProcess server;
    private RespClient client;

    @BeforeEach
    void startServer() throws Exception {
        directory = TemporaryDirectory.create();
        server = ServerProcess.in(directory.data())
                .alsoOnClasspath(classesOfTests())
                .start();
        client = server.connect();
    }

    @AfterEach
    void stopServer() throws IOException {
        client.close();
        server.close();
        directory.close();
    }

    @Test
    void shouldRefuseAForeignClass() throws Exception {
        requireFork();
        assertRefused(new HashMap<>());
    }

    @Test
    void shouldNotRunTheCodeOfAForeignClass() throws Exception {
        requireFork();
        Path trace = directory.path().resolve("trace");
        assertRefused(new SideEffect(trace));
        assertThat(trace).doesNotExist();
        assertThat(client.call("PING")).isEqualTo("PONG");
    }

    @Test
    void shouldRefuseAForeignClassWithinAnArray() throws Exception {
        requireFork();
        Path trace = directory.path().resolve("trace");
        assertRefused(new Object[] {new SideEffect(trace)});
        assertThat(trace).doesNotExist();
    }

    @Test
    void shouldStillKeepHyperLogLogs() throws Exception {
        assertThat(client.call("PFADD", "visitors", "a", "b", "c")).isEqualTo(1L);
        String value = (String) client.call("GET", "visitors");
        assertThat(client.call("SET", "copy", value)).isEqualTo("OK");
        assertThat(client.call("PFCOUNT", "copy")).isEqualTo(3L);
        assertThat(client.call("PFADD", "copy", "c", "d")).isEqualTo(1L);
        assertThat(client.call("PFCOUNT", "copy")).isEqualTo(4L);
        assertThat(client.call("PFCOUNT", "visitors")).isEqualTo(3L);
    }

    private void assertRefused(Serializable object) throws IOException {
        Object reply = client.call("SET", "key", serialised(object));
        assertThat(reply).isInstanceOf(RespClient.RespError.class);
        assertThat(client.call("EXISTS", "key")).isEqualTo(0L);
    }

    private static void requireFork() {
        Assumptions.assumeTrue(
                System.getProperty("upstream.build").equals("fork"),
                "the untouched upstream jar deserialises what it is sent: the patch is in the fork build only");
    }

    private static String serialised(Serializable object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream output = new ObjectOutputStream(bytes)) {
            output.writeObject(object);
        }
        return bytes.toString(RespClient.BYTES);
    }

    private static Path classesOfTests() throws Exception {
        return Path.of(SideEffect.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}

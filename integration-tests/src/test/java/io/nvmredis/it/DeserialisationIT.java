package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A serialised Java object, as Spring's default serialiser makes them, is bytes like others: kept, and never looked into. */
class DeserialisationIT {
    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess server;
    private RespClient client;

    @BeforeEach
    void startServer() throws Exception {
        start();
    }

    private void start() throws Exception {
        server = directory.server().alsoOnClasspath(classesOfTests()).start();
        client = server.connect();
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
    }

    /** Each has the value, or ends with it, under the key "k" when it is done. */
    private static List<String[][]> waysToStore(String value) {
        List<String[][]> ways = new ArrayList<>();
        ways.add(new String[][] {{"SET", "k", value}});
        ways.add(new String[][] {{"SET", "k", value, "EX", "1000"}});
        ways.add(new String[][] {{"SET", "k", value, "NX", "GET"}});
        ways.add(new String[][] {{"SETNX", "k", value}});
        ways.add(new String[][] {{"SETEX", "k", "1000", value}});
        ways.add(new String[][] {{"PSETEX", "k", "1000000", value}});
        ways.add(new String[][] {{"MSET", "k", value}});
        ways.add(new String[][] {{"MSETNX", "k", value}});
        ways.add(new String[][] {{"GETSET", "k", value}});
        ways.add(new String[][] {{"APPEND", "k", value}});
        ways.add(new String[][] {{"SETRANGE", "k", "0", value}});
        ways.add(new String[][] {{"SET", "k", value.substring(0, 4)}, {"APPEND", "k", value.substring(4)}});
        ways.add(new String[][] {{"SET", "k", "x" + value.substring(1)}, {"SETRANGE", "k", "0", value.substring(0, 1)}
        });
        ways.add(new String[][] {{"SET", "k", "," + value.substring(1)}, {"SETBIT", "k", "0", "1"}});
        ways.add(new String[][] {{"SET", "o", value}, {"COPY", "o", "k", "REPLACE"}});
        ways.add(new String[][] {{"SET", "o", value}, {"RENAME", "o", "k"}});
        ways.add(new String[][] {{"EVAL", "return redis.call('SET', KEYS[1], ARGV[1])", "1", "k", value}});
        ways.add(new String[][] {{"MULTI"}, {"SET", "k", value}, {"EXEC"}});
        return ways;
    }

    @Test
    void shouldKeepASerialisedObjectAndNotMakeIt() throws Exception {
        Path trace = directory.path("trace");
        String value = serialised(new SideEffect(trace));
        assertThat(value.charAt(0)).as("one bit from what SETBIT begins with").isEqualTo('\u00ac');
        for (String[][] way : waysToStore(value)) {
            client.call("DEL", "k");
            for (String[] command : way) {
                assertThat(client.callExactly(command)).as(way[0][0]).doesNotStartWith("-");
            }
            assertThat(client.call("GET", "k")).as(way[0][0]).isEqualTo(value);
            assertThat(client.call("STRLEN", "k")).isEqualTo((long) value.length());
            assertThat(client.call("TYPE", "k")).isEqualTo("string");
        }
        client.call("HSET", "h", "f", value);
        client.call("RPUSH", "l", value);
        assertThat(client.call("PFADD", "k", "a").toString()).contains("WRONGTYPE Key is not a valid HyperLogLog");
        assertThat(client.call("PFCOUNT", "k").toString()).contains("WRONGTYPE Key is not a valid HyperLogLog");
        client.close();
        server.kill();
        server.close();
        start();
        assertThat(client.call("GET", "k")).isEqualTo(value);
        assertThat(client.call("HGET", "h", "f")).isEqualTo(value);
        assertThat(client.call("LINDEX", "l", "0")).isEqualTo(value);
        assertThat(trace).doesNotExist();
    }

    /** Or the test above could not fail. */
    @Test
    void shouldBeAbleToNoticeADeserialisation() throws Exception {
        Path trace = directory.path("trace");
        byte[] bytes = serialised(new SideEffect(trace)).getBytes(RespClient.BYTES);
        try (ObjectInputStream input = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            assertThat(input.readObject()).isInstanceOf(SideEffect.class);
        }
        assertThat(Files.exists(trace)).isTrue();
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

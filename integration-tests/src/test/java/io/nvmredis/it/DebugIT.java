package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DEBUG replies what it replies in redis-server 7.0. */
class DebugIT {
    private static final List<String> TYPES = List.of(
            "string", "integer", "double", "bignum", "null", "array", "set", "map", "verbatim", "true", "false");

    private static final List<String> DATA = List.of(
            "SET s hello",
            "SET n 12345",
            "SETEX e 1000 v",
            "RPUSH l a b c 1 2",
            "SADD i 1 2 3",
            "SADD w a b c",
            "HSET h f v g w",
            "ZADD z 1 a 2.5 b 0.1 c inf d -1e20 e",
            "XADD x 1-1 a b c d",
            "XADD x 2-1 a b",
            "XGROUP CREATE x g 0",
            "SETBIT bits 77 1",
            "PFADD p a b c",
            "SELECT 3",
            "SET other database",
            "SELECT 0");

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private ServerProcess server;
    private RespClient ours;
    private RespClient theirs;

    @BeforeEach
    void start() throws Exception {
        Requirement.requireRedis();
        RealRedis redis = directory.redis(directory.path("redis"));
        server = directory.server().with("--enable-debug-command", "yes").start();
        ours = server.connect();
        theirs = new RespClient(redis.port());
    }

    @AfterEach
    void stop() throws Exception {
        ours.close();
        theirs.close();
        server.close();
    }

    private void assertSame(String... command) throws IOException {
        assertThat(ours.callExactly(command)).as(String.join(" ", command)).isEqualTo(theirs.callExactly(command));
    }

    @Test
    void shouldHashDataAsRedisDoes() throws Exception {
        assertSame("DEBUG", "DIGEST");
        for (String command : DATA) {
            assertSame(command.split(" ", -1));
        }
        assertSame("DEBUG", "DIGEST");
        assertThat(ours.call("DEBUG", "RELOAD"))
                .as("data that are not in memory")
                .isEqualTo("OK");
        assertSame("DEBUG", "DIGEST");
        assertSame("DEBUG", "DIGEST-VALUE", "s", "n", "e", "l", "i", "w", "h", "z", "x", "bits", "p", "nosuch");
        assertSame("DEBUG", "DIGEST-VALUE");
        assertSame("DEBUG", "DIGEST", "x");
        assertSame("RPUSH", "l", "more");
        assertSame("DEBUG", "DIGEST");
    }

    @Test
    void shouldReplyInEachTypeOfBothProtocols() throws Exception {
        for (String protocol : List.of("2", "3")) {
            ours.call("HELLO", protocol);
            theirs.call("HELLO", protocol);
            for (String type : TYPES) {
                assertSame("DEBUG", "PROTOCOL", type);
            }
            assertSame("DEBUG", "PROTOCOL", "nosuch");
            assertSame("DEBUG", "PROTOCOL", "push");
            boolean areTwo = protocol.equals("3");
            if (areTwo) {
                assertThat(ours.receiveAll()).as("the reply behind the push").isEqualTo(theirs.receiveAll());
            }
            assertSame("DEBUG", "PROTOCOL", "attrib");
            if (areTwo) {
                assertThat(ours.receiveAll())
                        .as("the reply that has the attribute")
                        .isEqualTo(theirs.receiveAll());
            }
        }
    }

    @Test
    void shouldTakeAndRefuseWordsAsRedisDoes() throws Exception {
        assertSame("DEBUG", "PROTOCOL");
        assertSame("DEBUG", "ERROR", "CODE and text");
        assertSame("DEBUG", "ERROR", "two", "words");
        assertSame("DEBUG", "LOG", "hello");
        assertSame("DEBUG", "SET-ACTIVE-EXPIRE");
        assertSame("DEBUG", "SET-ACTIVE-EXPIRE", "no");
        assertSame("DEBUG", "SET-ACTIVE-EXPIRE", "1");
        assertSame("DEBUG", "OBJECT");
        assertSame("DEBUG", "OBJECT", "nosuch");
        assertSame("DEBUG", "nosuch");
    }

    @Test
    void shouldTellHowAValueIsKept() throws Exception {
        assertSame("SET", "s", "hello");
        String of = " refcount:1 encoding:embstr serializedlength:6 lru:";
        assertThat((String) ours.call("DEBUG", "OBJECT", "s")).contains(of);
        assertThat((String) theirs.call("DEBUG", "OBJECT", "s")).contains(of);
    }
}

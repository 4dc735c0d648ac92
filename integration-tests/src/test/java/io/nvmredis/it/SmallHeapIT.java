package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was acknowledged with a heap can be started with and given back with the same heap, and no command ends the server. */
class SmallHeapIT {
    private static final int COUNT = 12;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    @ParameterizedTest
    @CsvSource({"nvm-aof, 64m", "nvm-aof, 256m", "aof, 64m", "aof, 256m"})
    void shouldGiveBackTheLargestValuesAfterAStart(String persistence, String heap) throws Exception {
        ServerProcess.Builder builder = directory.server().jvm("-Xmx" + heap).with("--persistence", persistence);
        if (persistence.equals("nvm-aof")) {
            builder.domain("emulated");
        }
        List<Integer> taken = new ArrayList<>();
        int length;
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            length = Integer.parseInt(
                            String.valueOf(((List<?>) client.call("CONFIG", "GET", "proto-max-bulk-len")).get(1)))
                    - 100;
            for (int i = 0; i < COUNT; i++) {
                Object reply = client.call("SET", "key" + i, value(i, length));
                if (reply.equals("OK")) {
                    taken.add(i);
                } else {
                    assertThat(((RespError) reply).message()).startsWith("OOM ");
                }
            }
            assertThat(taken).hasSizeGreaterThan(3);
            assertGivenBack(client, taken, length);
            // Room, or the memory that all take together is told first, as in Redis.
            for (int i = 0; i < 2; i++) {
                client.call("DEL", "key" + taken.remove(taken.size() - 1));
            }
            assertThat(String.valueOf(client.call("APPEND", "key0", "x".repeat(200))))
                    .contains("ERR string exceeds");
            server.kill();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertGivenBack(client, taken, length);
        }
    }

    private static void assertGivenBack(RespClient client, List<Integer> taken, int length) throws IOException {
        for (int i : taken) {
            Object value = client.call("GET", "key" + i);
            assertThat(value.equals(value(i, length))).as("key%d", i).isTrue();
        }
    }

    private static String value(int number, int length) {
        String head = number + ":";
        return head + "x".repeat(length - head.length());
    }

    /** Each of these took the process with it, or more memory than there is. */
    @ParameterizedTest
    @CsvSource({
        "ZUNION 2147483647 z",
        "ZUNIONSTORE d 2147483647 z",
        "ZINTERCARD 2147483647 z",
        "SRANDMEMBER s -2147483647",
        "SRANDMEMBER s -100000000",
        "SETRANGE str 500000000 x",
        "SETBIT str 4000000000 1",
        "SETBIT str 2147483000 1"
    })
    void shouldRefuseWhatNeedsMoreThanTheHeap(String command) throws Exception {
        try (ServerProcess server =
                        directory.server().jvm("-Xmx64m").domain("emulated").start();
                RespClient client = server.connect()) {
            client.call("ZADD", "z", "1", "a");
            client.call("SADD", "s", "a");
            client.call("SET", "str", "x");
            assertThat(client.call(command.split(" "))).isInstanceOf(RespError.class);
            assertThat(client.call("GET", "str")).isEqualTo("x");
            assertThat(server.isAlive()).isTrue();
        }
    }

    /** What a script makes is bounded while it runs: it cannot be killed any more, and everybody waits for its end. */
    @ParameterizedTest
    @CsvSource({"nvm-aof", "aof", "rdb", "none"})
    void shouldEndScriptsThatFillTheHeap(String persistence) throws Exception {
        ServerProcess.Builder builder = directory.server().jvm("-Xmx64m").with("--persistence", persistence);
        if (persistence.equals("nvm-aof")) {
            builder.domain("emulated");
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            client.call("RPUSH", "small", "a", "b");
            for (String words : FILLING) {
                String script = "for i = 1, 4294967296 do redis.call(" + words + ") end";
                assertThat(String.valueOf(client.call("EVAL", script, "0")))
                        .as(words)
                        .contains("OOM ");
                assertThat(client.call("LRANGE", "small", "1", "-1")).isEqualTo(List.of("b"));
                assertThat(client.call("FLUSHDB")).isEqualTo("OK");
                client.call("RPUSH", "small", "a", "b");
            }
            assertThat(server.isAlive()).isTrue();
        }
    }

    private static final List<String> FILLING = List.of(
            "'RPUSH', 'list', i",
            "'HSET', 'hash', i, i",
            "'ZADD', 'sorted', i, i",
            "'XADD', 'stream', '*', 'f', i",
            "'SET', 'key' .. i, i",
            "'COPY', 'small', 'copy' .. i");
}

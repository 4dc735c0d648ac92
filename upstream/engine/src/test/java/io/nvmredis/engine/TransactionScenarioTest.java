package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.testkit.RealRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MULTI, EXEC and WATCH in sequences, replied to as a redis-server does. */
class TransactionScenarioTest {
    /** How long keys live before the word {@code pass}. */
    private static final int LIFE_MILLIS = 40;

    @TempDir
    private static Path directory;

    private static RealRedis redis;

    private static RealRedis redis() {
        if (redis == null) {
            redis = RealRedis.start(directory.resolve("."), "--appendonly", "no", "--enable-debug-command", "yes");
            redis.command("DEBUG", "SET-ACTIVE-EXPIRE", "0");
        }
        return redis;
    }

    @AfterAll
    static void close() {
        if (redis != null) {
            redis.close();
        }
    }

    /** Commands are parted by semicolons; "2>" stands before one of a second connection, and pass lets keys expire. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Expiry of what is watched.
                "SET k v PX 40;WATCH k;pass;MULTI;ECHO a;EXEC",
                "SET k v PX 40;pass;WATCH k;MULTI;ECHO a;EXEC",
                "SET k v PX 40;pass;WATCH k;2> GET k;MULTI;ECHO a;EXEC",
                "SET k v PX 40;pass;WATCH k;GET k;MULTI;ECHO a;EXEC",
                "SET k v PX 40;pass;WATCH k;2> SET k w;MULTI;ECHO a;EXEC",
                "SET k v PX 40;pass;WATCH k;2> DEL k;MULTI;ECHO a;EXEC",
                "SET k v PX 40;pass;WATCH k;2> FLUSHALL;MULTI;ECHO a;EXEC",
                "SET k v PX 40;pass;WATCH k;2> GET k;2> SET k w;MULTI;ECHO a;EXEC",
                "SET k v PX 40;WATCH k;pass;2> GET k;MULTI;ECHO a;EXEC",
                "SET k v PX 40;WATCH k;pass;2> SET k w;MULTI;ECHO a;EXEC",
                "SET k v PX 40;WATCH k;pass;2> FLUSHALL;MULTI;ECHO a;EXEC",
                "SET k v PX 40;WATCH k;2> PERSIST k;pass;MULTI;ECHO a;EXEC",
                "SET k v PX 40;WATCH k;MULTI;ECHO a;pass;EXEC",
                "SET k v PX 40;WATCH k;pass;UNWATCH;MULTI;ECHO a;EXEC",
                // Databases.
                "WATCH k;SELECT 1;2> SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;SELECT 1;2> SELECT 1;2> SET k w;MULTI;ECHO a;EXEC;SELECT 0;2> SELECT 0",
                "WATCH k;SELECT 1;MULTI;EXEC;2> SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;SELECT 1;WATCH k;2> SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;2> FLUSHALL;MULTI;ECHO a;EXEC",
                "SET k v;WATCH k;2> SELECT 1;2> FLUSHDB;MULTI;ECHO a;EXEC",
                "SET k v;WATCH k;2> SELECT 1;2> FLUSHALL;MULTI;ECHO a;EXEC",
                "SET k v;SELECT 1;SET k w;SELECT 0;WATCH k;2> SELECT 1;2> MOVE k 0;MULTI;ECHO a;EXEC",
                "MULTI;SET a 1;SELECT 1;SET b 1;EXEC;EXISTS a b;SELECT 0;EXISTS a b",
                // Whose watches end when.
                "WATCH k;UNWATCH;2> SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;MULTI;DISCARD;2> SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;2> SET k w;MULTI;DISCARD;MULTI;ECHO a;EXEC",
                "WATCH k;2> SET k w;MULTI;ECHO a;EXEC;MULTI;ECHO a;EXEC",
                "WATCH k;2> SET k w;WATCH o;UNWATCH;MULTI;ECHO a;EXEC",
                "WATCH k;SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;MULTI;SET k w;EXEC;MULTI;ECHO a;EXEC",
                "WATCH k;MULTI;UNWATCH;2> SET k w;ECHO a;EXEC",
                "WATCH k;MULTI;NOSUCH;EXEC;2> SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;2> SET k w;MULTI;NOSUCH;EXEC;MULTI;ECHO a;EXEC",
                "WATCH k k o;2> SET k w;MULTI;ECHO a;EXEC",
                "WATCH k;2> MULTI;2> SET k w;MULTI;ECHO a;EXEC;2> EXEC",
                "WATCH k;2> MULTI;2> SET k w;2> DEL k;2> EXEC;MULTI;ECHO a;EXEC",
                "WATCH k;2> EVAL \"redis.call('set','k','w')\" 1 k;MULTI;ECHO a;EXEC",
                // What each command of a transaction replies.
                "SET s x;MULTI;LPUSH s 1;SET a 1;EXEC;GET a",
                "SET s x;MULTI;INCR s;INCR n;EXEC",
                "MULTI;LSET none 0 x;RPUSH l a;LSET l 9 x;EXEC",
                "SET s x;MULTI;LREM s 1 y;SET a 1;EXEC",
                "MULTI;SET a 1 EX x;SET a 1;EXEC;GET a",
                "MULTI;SETBIT a x 1;SETBIT a 7 1;EXEC",
                "MULTI;BLPOP none 0;BLPOP none 0;ECHO a;EXEC",
                "MULTI;BRPOPLPUSH none k 0;ECHO a;EXEC",
                "RPUSH l a;MULTI;BLPOP l 0;LLEN l;EXEC",
                "SET s x;MULTI;BLPOP s 0;BZPOPMIN s 0;SET a 1;EXEC",
                "MULTI;EXEC",
                "MULTI;TIME x;EXEC;MULTI;ECHO a;GET none;EXEC",
                "MULTI;DBSIZE;SET a 1;DBSIZE;KEYS *;EXEC",
                "MULTI;EVAL \"return redis.call('set','a','1')\" 0;GET a;EXEC",
                "MULTI;EVAL \"return {1,2}\" 0;EXEC",
                "MULTI;COPY k k;RENAME none o;MOVE k 0;EXEC",
                "MULTI;COPY k o DB 99;COPY k o DB x;COPY k o WHAT;MOVE k 99;MOVE k x;EXEC",
                "SET a inf;MULTI;INCRBYFLOAT a 1;INCRBYFLOAT a x;INCRBYFLOAT a -inf;EXEC",
                "SET a 1;MULTI;INCRBYFLOAT a nan;INCRBYFLOAT a 1e5000;INCRBYFLOAT a infinity;INCRBYFLOAT a 1.;EXEC",
                "MULTI;INCRBYFLOAT a x;INCRBYFLOAT a inf;INCRBYFLOAT a 1;HINCRBYFLOAT a f 1;HINCRBYFLOAT h f inf;EXEC",
                // What is refused.
                "EXEC",
                "DISCARD",
                "MULTI;MULTI;ECHO a;EXEC",
                "MULTI;WATCH k;ECHO a;EXEC",
                "MULTI;GET;EXEC;EXEC",
                "MULTI;GET k k;SET k v;EXEC;GET k",
                "MULTI;NOSUCH a b;SET k v;EXEC;GET k",
                "MULTI;SET k v;EXEC x;EXEC;GET k",
                "MULTI;SET k v;DISCARD x;EXEC;GET k",
                "MULTI;SET k v;DISCARD;EXEC;GET k",
            })
    void shouldReplyAsRedisDoes(String scenario) {
        assertThat(ourReplies(scenario)).isEqualTo(repliesOfRedis(scenario));
    }

    /** Sends a command on a connection, by number. */
    @FunctionalInterface
    private interface Sender {
        String send(int connection, String... words);
    }

    private static List<String> replies(String scenario, Sender sender, Runnable pass) {
        List<String> replies = new ArrayList<>();
        for (String command : scenario.split(";", -1)) {
            if (command.equals("pass")) {
                pass.run();
            } else {
                boolean isSecond = command.startsWith("2> ");
                String[] words = ReplyCases.words(isSecond ? command.substring(3) : command);
                replies.add(command + " -> " + sender.send(isSecond ? 2 : 1, words));
            }
        }
        return replies;
    }

    private static List<String> repliesOfRedis(String scenario) {
        Map<Integer, RealRedis.Connection> connections = new HashMap<>();
        redis().command("FLUSHALL");
        return replies(
                scenario,
                (connection, words) -> connections
                        .computeIfAbsent(connection, number -> redis().connect())
                        .raw(words),
                () -> {
                    long end = System.nanoTime()
                            + Duration.ofMillis(LIFE_MILLIS + 2).toNanos();
                    await().pollInterval(Duration.ofMillis(5)).until(() -> System.nanoTime() > end);
                });
    }

    private static List<String> ourReplies(String scenario) {
        try (TestClient client = new TestClient()) {
            Map<Integer, Session> sessions = new HashMap<>();
            return replies(
                    scenario,
                    (connection, words) ->
                            TestClient.run(sessions.computeIfAbsent(connection, number -> client.openSession()), words),
                    () -> client.clock.advance(LIFE_MILLIS + 2));
        }
    }
}

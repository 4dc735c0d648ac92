package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a Redis writes to its append-only files, and sends to its replicas, gives the same keys, values and deadlines here,
 * whichever way it comes in.
 */
class FromRedisIT {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    /** Commands that Redis writes otherwise than they were sent, or that keep a deadline; parted by line or bar. */
    static final String COMMANDS = """
            RPUSH list a|EXPIRE list 1000|rpush list b|LPUSH list2 a|EXPIRE list2 1000|lpush list2 b
            RPUSH from x y z|RPUSH to a|EXPIRE to 1000|RPOPLPUSH from to|LMOVE from to LEFT RIGHT|BLMOVE from to LEFT LEFT 1
            SADD set a|EXPIRE set 1000|sadd set b|SADD set2 x y|SMOVE set2 set x|SADD pop a b c d e|EXPIRE pop 1000|SPOP pop 2
            ZADD limiter 1 a|EXPIRE limiter 1000|ZADD limiter 2 b|ZREMRANGEBYSCORE limiter 0 1
            ZADD board 1 a|EXPIRE board 1000|ZINCRBY board 2 a|ZADD pops 1.5 a 2.5 b|ZPOPMIN pops|ZMPOP 1 pops MAX
            XADD stream 1-1 f v|EXPIRE stream 1000|XADD stream 2-1 f v g w
            XADD capped 1-1 f v|XADD capped 2-1 f v|XADD capped MAXLEN ~ 1000 LIMIT 100 3-1 f v|XTRIM capped MAXLEN ~ 0 LIMIT 1
            XADD log 1-1 f v|XADD log 2-1 f w|XADD log 3-1 f x|XGROUP CREATE log g 0|XREADGROUP GROUP g c COUNT 2 STREAMS log >
            XACK log g 1-1|XCLAIM log g d 0 2-1|XREADGROUP GROUP g c NOACK STREAMS log >|XGROUP CREATECONSUMER log g idle
            XGROUP CREATE made h $ MKSTREAM|XGROUP DELCONSUMER log g idle|XGROUP CREATE log k 0|XGROUP DESTROY log k
            XADD log 4-1 f y|XREADGROUP GROUP g e STREAMS log >|XADD log 5-1 f z|XDEL log 4-1
            XREADGROUP GROUP g e NOACK STREAMS log >|XAUTOCLAIM log g d 0 0|XSETID log 9-9
            XADD exact 1-1 f v|XADD exact MAXLEN = 1 2-1 f v|XADD minid 5-1 f v|XADD minid MINID ~ 6 LIMIT 10 6-1 f v
            SET counter 1|EXPIRE counter 1000|INCR counter|INCRBYFLOAT counter 0.50|SET text a|EXPIRE text 1000|APPEND text b
            SET range abcdef|EXPIRE range 1000|SETRANGE range 2 xx|SET bits a|EXPIRE bits 1000|SETBIT bits 3 1
            HSET hash f 1|EXPIRE hash 1000|HINCRBY hash f 2|HSETNX hash g 2|HINCRBYFLOAT hash f 0.5
            ZADD z 1 a 2 b 3 c|ZADD o 10 b 20 d|ZUNIONSTORE z 2 z o|ZADD zd 1 a 2 b|ZDIFFSTORE zd 2 zd o
            RPUSH ids 3 1 2|MSET w_1 30 w_2 20 w_3 10|SORT ids BY w_* STORE sorted|SORT none STORE fetched
            SET ren v|EXPIRE ren 1000|RENAME ren ren2|SET ren3 v|RENAMENX ren3 ren4|RENAME ren4 ren4
            RPUSH lm a b c|LMPOP 1 lm LEFT COUNT 2|BLMPOP 1 1 lm LEFT|COPY counter counter2|SET mv v|EXPIRE mv 1000|MOVE mv 3
            SETEX sx 1000 v|GETDEL sx|SET keep v EX 1000|SET keep w KEEPTTL|SET get v|SET get w GET|GETEX keep PERSIST
            MULTI|SET tx1 a|INCR tx2|EXPIRE tx2 1000|INCR tx2|EXEC|PUBLISH c m|SPUBLISH c m
            EVAL redis.call('set',KEYS[1],'v');return(redis.call('incr',KEYS[2])) 2 e1 e2
            """;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @BeforeEach
    void requireRedis() {
        Requirement.requireRedis();
    }

    static void runAll(RespClient client) throws IOException {
        for (String line : COMMANDS.strip().split("\n", -1)) {
            for (String command : line.split("\\|", -1)) {
                assertThat(client.call(command.split(" ", -1))).as(command).isNotInstanceOf(RespClient.RespError.class);
            }
        }
    }

    private static void assertHolds(ServerProcess.Builder builder, DataDump expected, String how) throws Exception {
        try (ServerProcess server = builder.start()) {
            DataDump.of(server.port()).assertSameAs(expected, how);
        }
    }

    @Test
    void shouldHaveWhatRedisHas() throws Exception {
        DataDump expected;
        try (RealRedis redis = directory.redis(directory.path("source"), "--appendonly", "yes");
                RespClient client = new RespClient(redis.port())) {
            try (ServerProcess following = directory
                    .transfer("import", directory.path("followed"), "redis://127.0.0.1:" + redis.port())
                    .launch()) {
                await().atMost(DEADLINE)
                        .until(() -> following.stderr().stream().anyMatch(line -> line.contains("following what")));
                runAll(client);
                following.signal("TERM");
                ServerProcess.Exit exit = following.awaitExit(DEADLINE);
                assertThat(exit.status()).as("%s", exit.err()).isZero();
            }
            expected = DataDump.of(redis.port());
            assertHolds(directory.server(directory.path("followed")), expected, "followed");
            redis.terminate();
        }
        directory
                .transfer(
                        "import",
                        directory.path("imported"),
                        directory.path("source").toString())
                .succeed();
        assertHolds(directory.server(directory.path("imported")), expected, "imported");
        assertHolds(directory.server(directory.path("source")).with("--persistence", "aof"), expected, "opened");
    }

    @Test
    void shouldRefuseTheStartAtACommandThatFailsAndChangeNothing() throws Exception {
        try (RealRedis redis = directory.redis(
                        directory.path("source"), "--appendonly", "yes", "--aof-use-rdb-preamble", "no");
                RespClient client = new RespClient(redis.port())) {
            client.call("SET", "l", "text");
            redis.terminate();
        }
        Path file = incremental(directory.path("source").resolve("appendonlydir"));
        String before = Files.readString(file);
        String failing = "*3\r\n$5\r\nRPUSH\r\n$1\r\nl\r\n$1\r\na\r\n";
        Files.writeString(file, before + failing);
        ServerProcess.Exit exit = directory
                .server(directory.path("source"))
                .with("--persistence", "aof")
                .run();
        assertThat(exit.status()).isEqualTo(1);
        assertThat(exit.err().toString())
                .contains(file.toString(), "offset " + before.length(), "RPUSH of 'l'", "holds a string");
        assertThat(Files.readString(file)).isEqualTo(before + failing);

        ServerProcess.Exit importing = directory
                .transfer("import", directory.data(), directory.path("source").toString())
                .run();
        assertThat(importing.status()).isEqualTo(1);
        assertThat(importing.err().toString()).contains(file.toString(), "'RPUSH l a'");
        ServerProcess.Exit half = directory.server().run();
        assertThat(half.status()).isEqualTo(1);
        assertThat(half.err().toString()).contains("import-unfinished");
    }

    private static Path incremental(Path files) throws IOException {
        try (Stream<Path> all = Files.list(files)) {
            List<Path> found =
                    all.filter(file -> file.toString().endsWith(".incr.aof")).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }
}

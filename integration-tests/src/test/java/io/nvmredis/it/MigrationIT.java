package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Moving from a real Redis that goes on serving its clients meanwhile. */
class MigrationIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final long seed = Long.getLong("transfer.seed", System.nanoTime());

    @BeforeEach
    void requireRedisAndPrintSeed() {
        Requirement.requireRedis();
        System.out.printf(Locale.ROOT, "-Dtransfer.seed=%d%n", seed);
    }

    private ServerProcess follow(RealRedis redis, String... options) throws IOException {
        return directory
                .transfer("import", directory.data(), "redis://127.0.0.1:" + redis.port())
                .with(options)
                .launch();
    }

    private static void awaitSaid(ServerProcess process, String text) {
        await().atMost(DEADLINE).until(() -> {
            assertThat(process.isAlive())
                    .as("still running: %s", process.stderr())
                    .isTrue();
            return process.stderr().stream().anyMatch(line -> line.contains(text));
        });
    }

    private void assertSameHere(RealRedis redis) throws IOException, InterruptedException {
        DataDump expected = DataDump.of(redis.port());
        try (ServerProcess server = directory.server().start()) {
            DataDump.of(server.port()).assertSameAs(expected, "here, -Dtransfer.seed=" + seed);
        }
    }

    @Test
    void shouldHaveEveryWriteThatWasAcknowledgedBeforeTheStop() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("source"));
                ServerProcess following = follow(redis)) {
            AtomicBoolean isOver = new AtomicBoolean();
            AtomicLong acknowledged = new AtomicLong();
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(redis, isOver, acknowledged));
            awaitSaid(following, "following what is written");
            long before = acknowledged.get();
            await().atMost(DEADLINE).until(() -> acknowledged.get() > before + 2_000);
            long stoppedAt = acknowledged.get();
            following.signal("TERM");
            ServerProcess.Exit exit = following.awaitExit(DEADLINE);
            isOver.set(true);
            writer.get(1, TimeUnit.MINUTES);
            assertThat(exit.status()).as("%s", exit.err()).isZero();
            assertThat(exit.out().toString()).contains("commands");
            try (ServerProcess server = directory.server().start();
                    RespClient client = server.connect()) {
                long here = Long.parseLong((String) client.call("GET", "counter"));
                assertThat(here).isBetween(stoppedAt, acknowledged.get() + 1);
                assertThat(client.call("LLEN", "list"))
                        .as("the other half of each transaction")
                        .isEqualTo(here);
                assertThat(client.call("GET", "n:" + here)).isEqualTo(Long.toString(here));
            }
        }
    }

    private static void write(RealRedis redis, AtomicBoolean isOver, AtomicLong acknowledged) {
        try (RespClient client = new RespClient(redis.port())) {
            for (long n = 1; !isOver.get(); n++) {
                client.send("MULTI");
                client.send("INCR", "counter");
                client.send("RPUSH", "list", Long.toString(n));
                client.send("SET", "n:" + n, Long.toString(n), "EX", "10000");
                client.send("EXEC");
                client.flush();
                for (int i = 0; i < 5; i++) {
                    assertThat(client.receive()).isNotInstanceOf(RespError.class);
                }
                acknowledged.set(n);
                if (n % 200 == 0) {
                    // Goes no faster than a busy disk can follow: Redis drops a replica that is far behind.
                    client.call("WAIT", "1", "100");
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldUnderstandWhatRedisSends() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("source"));
                ServerProcess following = follow(redis)) {
            awaitSaid(following, "following what is written");
            try (RespClient client = new RespClient(redis.port())) {
                for (String command : EVERY_KIND.split("\n", -1)) {
                    Object reply = client.call(command.split(" ", -1));
                    assertThat(reply).as(command).isNotInstanceOf(RespError.class);
                }
                new RandomData(seed).fill(client);
                assertThat(client.call("WAIT", "1", "10000"))
                        .as("replicas that have all of it")
                        .isEqualTo(1L);
            }
            following.signal("TERM");
            ServerProcess.Exit exit = following.awaitExit(DEADLINE);
            assertThat(exit.status()).as("%s", exit.err()).isZero();
            assertSameHere(redis);
        }
    }

    /** What goes to replicas in another form than it was given, or has a form that is rare. */
    private static final String EVERY_KIND = """
            SET a 1 EX 1000
            SET a 2 KEEPTTL
            SET a 3 GET
            SETEX b 1000 x
            PSETEX c 1000000 x
            SETNX d 1
            GETEX d EX 1000
            GETEX c PERSIST
            GETDEL d
            SET e 10
            INCRBYFLOAT e 1.5
            APPEND e xyz
            SETRANGE e 10 q
            SETBIT bits 100 1
            MSETNX m1 1 m2 2
            RENAMENX m1 m3
            COPY m2 m4
            MOVE m4 5
            EXPIRE m2 1000
            PERSIST m2
            RPUSH l 1 2 3 4 5 6 7 8
            LMOVE l k LEFT RIGHT
            LMOVE l k LEFT LEFT
            LMOVE l k RIGHT RIGHT
            LMOVE l k RIGHT LEFT
            BLMOVE l k RIGHT RIGHT 1
            RPOPLPUSH l k
            BRPOPLPUSH l k 1
            LMPOP 1 k LEFT COUNT 2
            BLPOP k 1
            LINSERT k BEFORE 1 0
            LPUSH k a b c
            LREM k 1 a
            LPOP k 1
            SADD s 1 2 3 4 5 6 7 8
            SPOP s 3
            SPOP s
            SMOVE s s2 nothing
            SUNIONSTORE s3 s
            HSET h f 1 g 2 n 1
            HINCRBYFLOAT h n 0.25
            HINCRBY h f 2
            HDEL h g
            ZADD z 1 a 2 b inf c -inf d 5 e 6 f
            ZADD z GT CH 10 a
            ZADD z INCR inf b
            ZINCRBY z 1.5 e
            ZPOPMIN z
            BZPOPMAX z 1
            ZMPOP 1 z MIN COUNT 1
            ZADD z 1 p 2 q 3 r
            ZRANGESTORE z2 z 0 -1
            ZREMRANGEBYSCORE z 2 inf
            ZUNIONSTORE z3 2 z z2 WEIGHTS 2 3
            GEOADD places 13.4 52.5 here
            GEORADIUS places 13 52 100 km STORE near
            GEOSEARCHSTORE nearer places FROMMEMBER here BYBOX 10 10 km
            SETBIT bits 200 1
            BITOP NOT notbits bits
            BITFIELD bits INCRBY u8 #3 300 OVERFLOW SAT SET i7 77 -1000
            SWAPDB 0 5
            SET five 5
            SWAPDB 5 0
            PFADD hll a b c
            PFCOUNT hll
            PFMERGE hll2 hll
            XADD x * f 1
            XADD x NOMKSTREAM MAXLEN ~ 1000 * f 2
            XADD x MAXLEN 3 * f 3
            XADD x MAXLEN 3 * f 4
            XADD x 99999999999999-* f 5
            XTRIM x MAXLEN 2
            XSETID x 99999999999999-9
            SORT l STORE sorted ALPHA
            EVAL return(redis.call('set','lua',ARGV[1])) 0 v
            EVAL redis.call('set','l1',1);redis.call('expire','l1',1000);return(1) 0
            PUBLISH channel message
            SELECT 7
            SET seven 7
            UNLINK seven
            SET seven 8
            FLUSHDB
            SET seven 9
            SELECT 0""";

    @Test
    void shouldGoOnWhereTheLinkBrokeAndBeginAnewWhereItCannot() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("source"));
                RespClient client = new RespClient(redis.port());
                ServerProcess following = follow(redis)) {
            new RandomData(seed).fill(client);
            awaitSaid(following, "following what is written");
            client.call("SET", "before", "1");
            assertThat(client.call("CLIENT", "KILL", "TYPE", "replica")).isEqualTo(1L);
            client.call("SET", "between", "1");
            awaitSaid(following, "connecting again");
            await().atMost(DEADLINE)
                    .until(() -> client.call("WAIT", "1", "1000").equals(1L));
            assertThat(following.stderr()).as("a partial resynchronisation").noneMatch(line -> line.contains("anew"));

            client.call("DEBUG", "CHANGE-REPL-ID");
            client.call("CLIENT", "KILL", "TYPE", "replica");
            client.call("DEL", "before");
            awaitSaid(following, "beginning anew");
            await().atMost(DEADLINE)
                    .until(() -> client.call("WAIT", "1", "1000").equals(1L));
            following.signal("TERM");
            ServerProcess.Exit exit = following.awaitExit(DEADLINE);
            assertThat(exit.status()).as("%s", exit.err()).isZero();
            assertSameHere(redis);
        }
    }

    @Test
    void shouldLetItselfInWithAPassword() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("source"), "--requirepass", "se:cret@1")) {
            try (RespClient client = new RespClient(redis.port())) {
                client.call("AUTH", "se:cret@1");
                client.call("SET", "a", "1");
            }
            String without = "redis://127.0.0.1:" + redis.port();
            ServerProcess.Exit refused = directory
                    .transfer("import", directory.data(), without, "--until-caught-up")
                    .run();
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err().toString()).contains("NOAUTH", "127.0.0.1:" + redis.port());
            for (String user : List.of("", "default")) {
                Path data = directory.path("data-of-" + user);
                directory
                        .transfer(
                                "import",
                                data,
                                "redis://" + user + ":se:cret%401@127.0.0.1:" + redis.port(),
                                "--until-caught-up")
                        .succeed();
                try (ServerProcess server = directory.server(data).start();
                        RespClient client = server.connect()) {
                    assertThat(client.call("GET", "a")).isEqualTo("1");
                }
            }
        }
    }

    @Test
    void shouldStopAtACommandThatIsNotKnownHereOrLeaveItOut() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("source"));
                RespClient client = new RespClient(redis.port())) {
            try (ServerProcess following = follow(redis)) {
                awaitSaid(following, "following what is written");
                client.call("PFADD", "counters", "1");
                client.call("PFDEBUG", "TODENSE", "counters");
                ServerProcess.Exit exit = following.awaitExit(DEADLINE);
                assertThat(exit.status()).isEqualTo(1);
                assertThat(exit.err().toString())
                        .contains("PFDEBUG of the key 'counters'", "--import-skip-unsupported", "have been imported");
            }
            client.call("FLUSHALL");
            try (ServerProcess following = directory
                    .transfer(
                            "import",
                            directory.path("second"),
                            "redis://127.0.0.1:" + redis.port(),
                            "--import-skip-unsupported")
                    .launch()) {
                awaitSaid(following, "following what is written");
                client.call("PFADD", "counters", "1");
                client.call("PFDEBUG", "TODENSE", "counters");
                client.call("SET", "b", "2");
                following.signal("TERM");
                ServerProcess.Exit exit = following.awaitExit(DEADLINE);
                assertThat(exit.status()).as("%s", exit.err()).isZero();
                assertThat(exit.out().toString()).contains("skipped 1: commands PFDEBUG");
            }
            try (ServerProcess server =
                            directory.server(directory.path("second")).start();
                    RespClient here = server.connect()) {
                assertThat(here.call("GET", "b")).isEqualTo("2");
            }
        }
    }
}

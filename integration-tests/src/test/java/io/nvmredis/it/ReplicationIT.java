package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.Program;
import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Redis that follows this server has its data, whatever happens to either of them. */
class ReplicationIT {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final int ROUNDS = 4;
    private static final int COMMANDS_PER_ROUND = 4_000;
    private static final int FUZZED_COMMANDS = Integer.getInteger("replication.commands", 3_000);

    private static final String LIBRARY = """
            #!lua name=l
            redis.register_function{function_name='f', callback=function() return 7 end, flags={'no-writes'}}""";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @BeforeEach
    void requireRedis() {
        Requirement.requireRedis();
    }

    private RealRedis follow(Path data, int port) {
        return directory.redis(data, "--replicaof", "127.0.0.1 " + port, "--repl-diskless-load", "disabled");
    }

    private static ServerInfo info(int port) throws IOException {
        try (RespClient client = new RespClient(port)) {
            return ServerInfo.of(client);
        }
    }

    /** Waits until a replica has all that a server has, and fails if they do not hold the same then. */
    private static void assertFollows(int replica, int master, String when) throws IOException {
        awaitOnline(replica);
        try (RespClient client = new RespClient(master)) {
            await().atMost(DEADLINE)
                    .until(() -> client.call("WAIT", "1", "1000").equals(1L));
        }
        DataDump.of(replica).assertSameAs(DataDump.of(master), when);
    }

    private static void awaitOnline(int replica) {
        await().atMost(DEADLINE)
                .ignoreExceptions()
                .until(() -> info(replica).text("master_link_status").equals("up"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb", "none"})
    void shouldGiveARedisAllItHasAndGets(String persistence) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("ReplicationIT seed " + seed);
        try (ServerProcess server =
                        directory.server().with("--persistence", persistence).start();
                RespClient client = server.connect()) {
            RandomData.named(seed, "before").fill(client);
            client.call("SELECT", "0");
            try (RealRedis replica = follow(directory.path("replica"), server.port())) {
                awaitOnline(replica.port());
                RandomData.named(seed, "after").fill(client);
                client.call("SELECT", "0");
                FromRedisIT.runAll(client);
                client.call("SWAPDB", "3", "5");
                client.call("FUNCTION", "LOAD", LIBRARY);
                assertFollows(replica.port(), server.port(), "after all commands, seed " + seed);
                assertThat(replica.command("FCALL", "f", "0")).contains("7");
                client.call("FLUSHALL");
                client.call("SET", "only", "this");
                assertFollows(replica.port(), server.port(), "after FLUSHALL");
                replica.terminate();
            }
        }
    }

    @Test
    void shouldSendWhatCommandsDidAndNotTheCommands() throws Exception {
        long seed = Long.getLong("replication.seed", new Random().nextLong());
        System.out.println("ReplicationIT seed " + seed);
        FuzzedCommands commands = new FuzzedCommands(new Random(seed));
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect();
                RealRedis replica = follow(directory.path("replica"), server.port())) {
            awaitOnline(replica.port());
            for (int i = 0; i < FUZZED_COMMANDS; i++) {
                List<String> words = commands.next().words();
                // A Redis refuses the state of a stream whose last id was set below one that had been deleted.
                if (!words.get(0).equalsIgnoreCase("XSETID")) {
                    client.callExactly(words.toArray(String[]::new));
                }
            }
            client.call("SET", "last", "one");
            assertFollows(replica.port(), server.port(), "seed " + seed);
            replica.terminate();
        }
    }

    /** Writes go on while the replica gets its copy, and while either of the two is killed and started again. */
    @Test
    void shouldEndWithEqualDataOverAKillOfEither() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("ReplicationIT seed " + seed);
        Random random = new Random(seed);
        ServerProcess server = directory.server().start();
        String port = Integer.toString(server.port());
        try {
            for (int round = 0; round < ROUNDS; round++) {
                try (RealRedis replica = follow(directory.path("replica" + round), server.port())) {
                    write(server, random);
                    assertFollows(replica.port(), server.port(), "seed " + seed);
                    write(server, random);
                    server.kill();
                    server = directory.server().set("--port", port).start();
                    write(server, random);
                    assertFollows(replica.port(), server.port(), "after a kill, seed " + seed);
                    // Closing it is a SIGKILL.
                }
            }
        } finally {
            server.close();
        }
    }

    private static void write(ServerProcess server, Random random) throws Exception {
        try (RespClient client = server.connect()) {
            for (int i = 0; i < COMMANDS_PER_ROUND; i++) {
                String key = ":" + random.nextInt(300);
                String element = Integer.toString(random.nextInt(50));
                switch (random.nextInt(10)) {
                    case 0 -> client.send("SET", "string" + key, element, "EX", "1000");
                    case 1 -> client.send("INCR", "counter" + key);
                    case 2 -> client.send("RPUSH", "list" + key, element, "x".repeat(random.nextInt(2_000)));
                    case 3 -> client.send("LPOP", "list" + key);
                    case 4 -> client.send("HSET", "hash" + key, element, "v" + i);
                    case 5 -> client.send("SADD", "set" + key, element);
                    case 6 -> client.send("SPOP", "set" + key);
                    case 7 -> client.send("ZINCRBY", "zset" + key, "1.5", element);
                    case 8 -> client.send("XADD", "stream" + key, "MAXLEN", "20", "*", "f", element);
                    default ->
                        client.send(
                                "EVAL",
                                "redis.call('INCR',KEYS[1]) redis.call('SELECT',2) return redis.call('RPUSH',KEYS[2],ARGV[1])",
                                "2",
                                "script" + key,
                                "scripted" + key,
                                element);
                }
            }
            client.flush();
            for (int i = 0; i < COMMANDS_PER_ROUND; i++) {
                assertThat(client.receive() instanceof RespClient.RespError).isFalse();
            }
        }
    }

    @Test
    void shouldLetAReplicaGoOnWhereItWas() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect();
                RealRedis replica = follow(directory.path("replica"), server.port())) {
            awaitOnline(replica.port());
            client.call("SET", "a", "1");
            assertFollows(replica.port(), server.port(), "before");
            assertThat(client.call("CLIENT", "KILL", "TYPE", "replica")).isEqualTo(1L);
            client.call("SET", "b", "2");
            await().atMost(DEADLINE)
                    .until(() -> ServerInfo.of(client).text("sync_partial_ok").equals("1"));
            assertFollows(replica.port(), server.port(), "afterwards");
            assertThat(ServerInfo.of(client).text("sync_full")).isEqualTo("1");
            replica.terminate();
        }
    }

    @Test
    void shouldWaitForReplicas() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            client.call("SET", "a", "1");
            assertThat(client.call("WAIT", "0", "0")).isEqualTo(0L);
            assertThat(client.call("WAIT", "1", "50")).isEqualTo(0L);
            try (RealRedis replica = follow(directory.path("replica"), server.port())) {
                awaitOnline(replica.port());
                await().atMost(DEADLINE)
                        .until(() -> client.call("WAIT", "1", "1000").equals(1L));
                client.call("SET", "a", "2");
                assertThat(client.call("WAIT", "1", "0")).isEqualTo(1L);
                assertThat(client.call("WAIT", "2", "100")).isEqualTo(1L);
                assertThat(replica.command("GET", "a")).contains("2");
                client.call("MULTI");
                client.call("SET", "a", "3");
                client.call("WAIT", "5", "0");
                assertThat(client.call("EXEC"))
                        .asInstanceOf(InstanceOfAssertFactories.LIST)
                        .hasSize(2)
                        .contains("OK");
                List<?> role = (List<?>) client.call("ROLE");
                assertThat(role.get(0)).isEqualTo("master");
                List<?> shown = (List<?>) ((List<?>) role.get(2)).get(0);
                assertThat(shown.get(1)).isEqualTo(Integer.toString(replica.port()));
                assertThat((String) client.call("CLIENT", "LIST", "TYPE", "replica"))
                        .contains("flags=S");
                replica.terminate();
            }
        }
    }

    /** What a replica says after the end of a wait is no answer to the client's next command. */
    @Test
    void shouldEndAWaitWithItsTime() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect();
                RealRedis replica = follow(directory.path("replica"), server.port())) {
            awaitOnline(replica.port());
            try (RespClient sleeping = new RespClient(replica.port())) {
                sleeping.send("DEBUG", "SLEEP", "1");
                sleeping.flush();
                client.call("SET", "a", "1");
                assertThat(client.call("WAIT", "1", "200")).isEqualTo(0L);
                assertThat(client.call("BLPOP", "nothing", "3")).isNull();
                assertThat(sleeping.receive()).isEqualTo("OK");
            }
            assertThat(client.call("WAIT", "1", "10000")).isEqualTo(1L);
            replica.terminate();
        }
    }

    /** The replica goes on saying how far it is, and gets no reply into its stream. */
    @Test
    void shouldKeepReplicasWhileAScriptRunsForLong() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect();
                RealRedis replica = follow(directory.path("replica"), server.port())) {
            awaitOnline(replica.port());
            client.send("EVAL", "while true do end", "0");
            client.flush();
            try (RespClient other = server.connect()) {
                await().atMost(DEADLINE)
                        .until(() -> other.callExactly("GET", "i").startsWith("-BUSY"));
                // Some acknowledgements, of which there is one a second.
                server.runFor(Duration.ofSeconds(3));
                assertThat(other.call("SCRIPT", "KILL")).isEqualTo("OK");
                assertThat(client.receiveAll()).startsWith("-ERR Script killed by user");
                assertThat(ServerInfo.of(other).text("sync_full")).isEqualTo("1");
                assertThat(ServerInfo.of(other).text("sync_partial_ok")).isEqualTo("0");
            }
            client.call("SET", "a", "1");
            assertFollows(replica.port(), server.port(), "after the script");
            replica.terminate();
        }
    }

    @Test
    void shouldDisconnectAReplicaThatDoesNotRead() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect();
                RespClient deaf = server.connect()) {
            client.call("CONFIG", "SET", "client-output-buffer-limit", "replica 2mb 0 0");
            deaf.send("PSYNC", "?", "-1");
            deaf.flush();
            await().atMost(DEADLINE)
                    .until(() -> ServerInfo.of(client).text("connected_slaves").equals("1"));
            String value = "v".repeat(10_000);
            for (int i = 0; i < 2_000; i++) {
                client.call("SET", "key", value);
            }
            await().atMost(DEADLINE)
                    .until(() -> ServerInfo.of(client).text("connected_slaves").equals("0"));
            assertThat(client.call("GET", "key")).isEqualTo(value);
        }
    }

    @Test
    void shouldRefuseWhatAReplicaMayNotDo() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.callExactly("REPLCONF", "nonsense", "1"))
                    .isEqualTo("-ERR Unrecognized REPLCONF option: nonsense");
            assertThat(client.callExactly("REPLCONF", "listening-port")).isEqualTo("-ERR syntax error");
            assertThat(client.callExactly("PSYNC", "?", "x")).isEqualTo("-ERR value is not an integer or out of range");
            client.call("MULTI");
            assertThat(client.callExactly("PSYNC", "?", "-1"))
                    .isEqualTo("-ERR Command not allowed inside a transaction");
            assertThat(client.callExactly("EXEC"))
                    .isEqualTo("-EXECABORT Transaction discarded because of previous errors.");
            assertThat(client.call("REPLICAOF", "NO", "ONE")).isEqualTo("OK");
            assertThat(client.callExactly("REPLICAOF", "127.0.0.1", "1"))
                    .startsWith("-ERR this server does not follow");
        }
    }

    @Test
    void shouldGiveRedisCliACopy() throws Exception {
        Path file = directory.path("copy.rdb");
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            RandomData.named(1, "key").fill(client);
            Program.run(DEADLINE, "redis-cli", "-p", Integer.toString(server.port()), "--rdb", file.toString());
            assertThat(RealRedis.check(file)).contains("RDB looks OK");
            await().atMost(DEADLINE)
                    .until(() -> ServerInfo.of(client).text("connected_slaves").equals("0"));
        }
        directory
                .transfer("import", directory.path("imported"), file.toString())
                .succeed();
    }

    /** The same stream brings the data of one of these servers to another. */
    @Test
    void shouldBringItsDataToAnotherOfTheseServers() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            RandomData.named(2, "key").fill(client);
            DataDump expected = DataDump.of(server.port());
            try (ServerProcess following = directory
                    .transfer("import", directory.path("other"), "redis://127.0.0.1:" + server.port())
                    .launch()) {
                await().atMost(DEADLINE)
                        .until(() -> following.stderr().stream().anyMatch(line -> line.contains("following what")));
                following.signal("TERM");
                assertThat(following.awaitExit(DEADLINE).status()).isZero();
            }
            try (ServerProcess other = directory.server(directory.path("other")).start()) {
                DataDump.of(other.port()).assertSameAs(expected, "brought over");
            }
        }
    }
}

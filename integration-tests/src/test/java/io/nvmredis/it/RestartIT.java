package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the server is in it again after it has been stopped, in whatever way. */
class RestartIT {
    private static final long FAR_AHEAD = 4_102_444_800_123L;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @Test
    void shouldKeepAnAcknowledgedWriteThroughKill() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            server.kill();
        }
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "a")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void shouldEndCleanlyOnSignal(String signal) throws Exception {
        try (ServerProcess server = withSignals().start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            server.signal(signal);
            assertThat(server.awaitExit().status()).isZero();
        }
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "a")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void shouldEndCleanlyWhenIdle(String signal) throws Exception {
        try (ServerProcess server = withSignals().start()) {
            server.signal(signal);
            ServerProcess.Exit exit = server.awaitExit();
            assertThat(exit.status()).as("%s", exit.err()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SAVE", "NOSAVE"})
    void shouldEndCleanlyOnShutdown(String how) throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            client.send("SHUTDOWN", how);
            client.flush();
            assertThat(server.awaitExit().status()).isZero();
        }
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(client.call("GET", "a")).isEqualTo("1");
        }
    }

    @Test
    void shouldKeepEveryTypeAndItsDeadlines() throws Exception {
        Map<String, Object> before;
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            for (String[] command : everyType()) {
                assertThat(client.call(command))
                        .as(String.join(" ", command))
                        .isNotInstanceOf(RespClient.RespError.class);
            }
            before = dump(client);
            server.kill();
        }
        assertThat(before).as("what there was to keep").hasSize(17).doesNotContainValue(null);
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(dump(client)).isEqualTo(before);
            assertThat(server.terminate().status()).isZero();
        }
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(dump(client)).isEqualTo(before);
        }
    }

    @Test
    void shouldExpireWhatFellDueWhileTheServerWasDown() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            long due = System.currentTimeMillis() + 300;
            client.call("SET", "stays", "1");
            client.call("SET", "goes", "1", "PXAT", Long.toString(due));
            client.call("HSET", "hash", "stays", "1", "goes", "1");
            client.call("HPEXPIREAT", "hash", Long.toString(due), "FIELDS", "1", "goes");
            server.kill();
        }
        // A start takes longer than 300 ms; the deadline below is only for machines on which it does not.
        long until = System.currentTimeMillis() + 300;
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            while (System.currentTimeMillis() < until) {
                client.call("PING");
            }
            assertThat(client.call("EXISTS", "stays", "goes")).isEqualTo(1L);
            assertThat(client.call("HGETALL", "hash")).isEqualTo(List.of("stays", "1"));
        }
    }

    @Test
    void shouldSayInTheBannerWhatItHolds() throws Exception {
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertThat(server.banner().version()).isEqualTo("0.1.0");
            assertThat(server.banner().host()).isEqualTo("127.0.0.1");
            assertThat(server.banner().field("directory"))
                    .isEqualTo(directory.data().toString());
            assertThat(server.banner().field("persistence")).isEqualTo("nvm-aof");
            assertThat(server.banner().field("ready in")).contains("pid " + server.pid());
            assertThat(server.banner().keys()).isZero();
            client.call("MSET", "a", "1", "b", "2", "c", "3");
            client.call("DEL", "b");
            server.kill();
        }
        try (ServerProcess server = directory.server().start()) {
            assertThat(server.banner().field("keys")).startsWith("2 (replayed 2 transactions, ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldNotClaimMoreThanTheDomainKeeps(String domain) throws Exception {
        try (ServerProcess server = directory.server().domain(domain).start()) {
            String durability = server.banner().field("durability");
            assertThat(durability).startsWith(domain + ": survives a process crash");
            if (domain.equals("emulated")) {
                assertThat(durability).doesNotContain("and power loss");
            } else {
                assertThat(durability).contains("survives a process crash and power loss");
            }
        }
    }

    @Test
    void shouldSayThatNothingIsKeptWithoutPersistence() throws Exception {
        try (ServerProcess server =
                        directory.server().with("--persistence", "none").start();
                RespClient client = server.connect()) {
            assertThat(server.banner().field("persistence")).isEqualTo("none");
            assertThat(server.banner().field("durability")).doesNotContain("survives a process crash");
            assertThat(client.call("SET", "a", "1")).isEqualTo("OK");
            assertThat(client.call("GET", "a")).isEqualTo("1");
        }
    }

    /** SIGINT is ignored by what a script starts in the background, this JVM perhaps, and by all that it starts. */
    private ServerProcess.Builder withSignals() {
        return directory.server().wrappedBy("env", "--default-signal=INT");
    }

    private static List<String[]> everyType() {
        List<String[]> commands = new ArrayList<>();
        commands.add(new String[] {"SET", "string", "value", "PXAT", Long.toString(FAR_AHEAD)});
        commands.add(new String[] {"SET", "binary", "\u0000\u00ff\r\n\u00e9"});
        commands.add(new String[] {"SETBIT", "bitmap", "77", "1"});
        commands.add(new String[] {"RPUSH", "list", "a", "b", "a", ""});
        commands.add(new String[] {"PEXPIREAT", "list", Long.toString(FAR_AHEAD + 1)});
        commands.add(new String[] {"SADD", "set", "a", "b", "c"});
        commands.add(new String[] {"HSET", "hash", "f", "1", "g", "2"});
        commands.add(new String[] {"HPEXPIREAT", "hash", Long.toString(FAR_AHEAD + 2), "FIELDS", "1", "g"});
        commands.add(new String[] {"ZADD", "zset", "1.5", "a", "-inf", "b", "3", "c"});
        commands.add(new String[] {"XADD", "stream", "5-1", "f", "1"});
        commands.add(new String[] {"XADD", "stream", "5-2", "f", "2", "g", "3"});
        commands.add(new String[] {"PFADD", "hyperloglog", "a", "b", "c"});
        commands.add(new String[] {"EVAL", "redis.call('set','left',1) redis.call('set','right',1) return 1", "0"});
        commands.add(new String[] {"SELECT", "3"});
        commands.add(new String[] {"SET", "elsewhere", "3"});
        commands.add(new String[] {"SELECT", "0"});
        return commands;
    }

    private static Map<String, Object> dump(RespClient client) throws IOException {
        Map<String, Object> dump = new TreeMap<>();
        dump.put("string", client.call("GET", "string"));
        dump.put("string's deadline", client.call("PEXPIRETIME", "string"));
        dump.put("binary", client.call("GET", "binary"));
        dump.put("bitmap", client.call("GETBIT", "bitmap", "77"));
        dump.put("list", client.call("LRANGE", "list", "0", "-1"));
        dump.put("list's deadline", client.call("PEXPIRETIME", "list"));
        dump.put("set", sorted(client.call("SMEMBERS", "set")));
        dump.put("hash", sorted(client.call("HGETALL", "hash")));
        dump.put("hash's deadlines", client.call("HPEXPIRETIME", "hash", "FIELDS", "2", "f", "g"));
        dump.put("zset", client.call("ZRANGE", "zset", "0", "-1", "WITHSCORES"));
        dump.put("stream", client.call("XRANGE", "stream", "-", "+"));
        dump.put("hyperloglog", client.call("PFCOUNT", "hyperloglog"));
        dump.put("script", client.call("MGET", "left", "right"));
        dump.put("keys", client.call("DBSIZE"));
        dump.put("set's deadline", client.call("PEXPIRETIME", "set"));
        client.call("SELECT", "3");
        dump.put("database 3", client.call("GET", "elsewhere"));
        dump.put("keys in database 3", client.call("DBSIZE"));
        client.call("SELECT", "0");
        return dump;
    }

    private static List<String> sorted(Object elements) {
        return ((List<?>) elements).stream().map(String.class::cast).sorted().toList();
    }
}

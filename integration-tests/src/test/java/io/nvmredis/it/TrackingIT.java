package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RunningServer;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that keep copies of values get the messages that redis-server 7.0 sends them, and in the same places. */
class TrackingIT {
    private static final int RANDOM_STEPS = 120;
    private static final int RANDOM_RUNS = 12;
    private static final int COUNTERS = 4;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private RealRedis redis;

    @BeforeEach
    void startRedis() throws Exception {
        Requirement.requireRedis();
        redis = directory.redis(directory.path("redis"), "--enable-debug-command", "yes");
    }

    /** Has both servers do the steps, each of which begins with the number of a client. */
    private void compare(String protocols, List<String> steps, String what) throws Exception {
        try (TrackedClients ours = new TrackedClients(SERVER.port(), protocols);
                TrackedClients theirs = new TrackedClients(redis.port(), protocols)) {
            for (String step : steps) {
                String expected = theirs.run(step);
                assertThat(ours.run(step)).as("%s, %s", what, step).isEqualTo(expected);
            }
        }
    }

    private void compare(String protocols, String steps) throws Exception {
        compare(protocols, steps.lines().toList(), "RESP" + protocols);
    }

    @Test
    void shouldTellOfChangesInRespThree() throws Exception {
        compare("33", """
                0 CLIENT TRACKING ON
                0 GET k
                0 SET k v
                0 GET k
                1 SET k 2
                1 SET k 3
                0 MULTI
                0 GET k
                0 SET k 3
                0 GET k
                0 SET k 4
                0 GET k
                0 EXEC
                1 SET k 2
                0 MGET x y z
                1 MSET x 1 z 3
                0 MGET x y z
                1 COPY x y
                0 GET y
                1 MOVE y 5
                0 GET z
                1 EXPIRE z 100
                0 GET z
                1 PERSIST z
                0 GET z
                1 EXPIRE z -1
                0 GET z
                1 FLUSHALL
                1 FLUSHDB
                0 FLUSHALL
                0 MULTI
                0 FLUSHDB
                0 FLUSHDB
                0 SET k v
                0 EXEC
                0 GET k
                1 SELECT 3
                1 SET k other
                0 GET k
                0 EVAL return{redis.call('get',KEYS[1])} 1 decl
                1 SET decl 1
                0 EVAL redis.call('get',KEYS[1])redis.call('set',KEYS[1],'x')return(redis.call('get',KEYS[1])) 1 decl
                1 SET decl 1
                0 EVAL_RO return(1) 1 decl
                1 SET decl 1
                0 EVAL return(redis.call('dbsize')) 1 decl
                1 SET decl 1
                0 OBJECT ENCODING o
                0 MEMORY USAGE m
                0 XINFO STREAM s
                0 TOUCH t u
                0 SORT_RO l BY w_*
                1 MSET o 1 m 1 s 1 t 1 u 1 w_1 1 l 1
                0 GET k
                0 CLIENT TRACKING OFF
                1 SET k 1
                0 CLIENT TRACKING ON
                0 GET k
                0 HELLO 2
                1 SET k 1
                0 GET k
                0 RESET
                0 CLIENT TRACKINGINFO
                1 SET k 1""");
    }

    @Test
    void shouldTellAnotherClient() throws Exception {
        compare("22233", """
                2 CLIENT TRACKING ON REDIRECT {1}
                2 CLIENT TRACKINGINFO
                2 GET k
                0 SET k 1
                1 SUBSCRIBE other
                2 GET k
                0 SET k 1
                1 SUBSCRIBE __redis__:invalidate
                2 GET k
                0 SET k 1
                2 GET k
                2 SET k 1
                0 FLUSHDB
                3 CLIENT TRACKING ON REDIRECT {1}
                3 GET k
                0 SET k 2
                0 FLUSHALL
                2 CLIENT TRACKING ON REDIRECT {4}
                2 GET k
                0 SET k 1
                0 FLUSHDB
                2 GET k
                4 SET k 1
                3 GET k
                1 close
                3 CLIENT TRACKINGINFO
                0 SET k 2
                3 GET k
                3 CLIENT TRACKINGINFO
                0 SET k 2
                0 FLUSHALL
                3 CLIENT TRACKING ON
                3 CLIENT TRACKINGINFO""");
    }

    @Test
    void shouldBroadcastByPrefixes() throws Exception {
        compare("3333", """
                0 CLIENT TRACKING ON BCAST NOLOOP PREFIX k PREFIX j
                1 CLIENT TRACKING ON BCAST
                2 CLIENT TRACKING ON BCAST PREFIX k1 PREFIX x
                0 SET k1 1
                0 SET x 1
                0 EVAL return(redis.call('set',KEYS[1],'z')) 1 k3
                3 MSET k3 1 k2 2 j1 3 k1 1
                0 MSET k3 1 k2 2 j1 3 k1 1
                3 MULTI
                3 SET k3 1
                3 DEL k1 k2 none
                3 EXEC
                3 FLUSHALL
                0 FLUSHALL
                2 CLIENT TRACKING ON BCAST PREFIX y
                2 CLIENT TRACKINGINFO
                3 SET y 1
                2 CLIENT TRACKING OFF
                3 SET y 2
                2 CLIENT TRACKING ON BCAST
                3 SET y 3""");
    }

    @Test
    void shouldRememberByChoice() throws Exception {
        compare("333", """
                0 CLIENT TRACKING ON OPTIN
                0 GET k
                1 SET k 1
                0 CLIENT CACHING YES
                0 CLIENT TRACKINGINFO
                0 MULTI
                0 GET k
                0 GET j
                0 EXEC
                0 CLIENT TRACKINGINFO
                1 SET k 1
                1 SET j 1
                0 CLIENT CACHING YES
                0 PING
                0 GET k
                1 SET k 1
                0 MULTI
                0 CLIENT CACHING YES
                0 GET k
                0 EXEC
                1 SET k 1
                0 CLIENT CACHING YES
                0 NOSUCH
                0 GET k
                1 SET k 1
                2 CLIENT TRACKING ON OPTOUT NOLOOP
                2 GET k
                1 SET k 1
                2 CLIENT CACHING NO
                2 CLIENT TRACKINGINFO
                2 GET k
                1 SET k 1
                2 GET k
                2 SET k 1
                1 SET k 1""");
    }

    @Test
    void shouldRefuseWhatDoesNotFit() throws Exception {
        compare("32", """
                0 CLIENT TRACKING
                0 CLIENT TRACKING maybe
                0 CLIENT TRACKING on foo
                0 CLIENT TRACKING on REDIRECT
                0 CLIENT TRACKING on REDIRECT x
                0 CLIENT TRACKING on REDIRECT 99999
                0 CLIENT TRACKING on REDIRECT 0
                0 CLIENT TRACKING on REDIRECT {1} REDIRECT {1}
                0 CLIENT TRACKING on PREFIX
                0 CLIENT TRACKING on PREFIX a
                0 CLIENT TRACKING on PREFIX a OPTIN OPTOUT
                0 CLIENT TRACKING on BCAST OPTIN
                0 CLIENT TRACKING on OPTIN OPTOUT
                0 CLIENT TRACKING on BCAST PREFIX a PREFIX ab
                0 CLIENT TRACKING on BCAST PREFIX b PREFIX a PREFIX ab PREFIX bc
                0 CLIENT TRACKING maybe BCAST PREFIX a
                0 CLIENT CACHING yes
                0 CLIENT CACHING maybe
                0 CLIENT GETREDIR
                0 CLIENT TRACKINGINFO
                0 CLIENT TRACKING on
                0 CLIENT CACHING yes
                0 CLIENT CACHING no
                0 CLIENT CACHING foo
                0 CLIENT TRACKING on BCAST
                0 CLIENT TRACKING on BCAST PREFIX a OPTIN
                0 CLIENT TRACKING on OPTIN
                0 CLIENT CACHING no
                0 CLIENT TRACKING on OPTOUT
                0 CLIENT TRACKING on OPTIN OPTOUT
                0 CLIENT TRACKING on
                0 CLIENT TRACKING on OPTOUT NOLOOP
                0 CLIENT CACHING yes
                0 CLIENT TRACKING off extra
                0 CLIENT TRACKING off PREFIX a
                0 CLIENT TRACKING on BCAST PREFIX foo PREFIX bar
                0 CLIENT TRACKING on BCAST PREFIX fo
                0 CLIENT TRACKING on BCAST PREFIX foob
                0 CLIENT TRACKING on BCAST PREFIX new PREFIX foo
                0 CLIENT TRACKING on BCAST
                0 CLIENT TRACKING on BCAST PREFIX zap
                0 CLIENT TRACKINGINFO
                0 CLIENT TRACKING on
                0 CLIENT TRACKING off
                0 CLIENT TRACKING on REDIRECT {0}
                1 CLIENT TRACKINGINFO""");
    }

    @Test
    void shouldTellOfRandomChanges() throws Exception {
        long seed = Long.getLong("tracking.seed", 1);
        Random random = new Random(seed);
        for (int run = 0; run < RANDOM_RUNS; run++) {
            compare("3322333", new TrackedSteps(random).make(RANDOM_STEPS), "seed " + seed + ", run " + run);
        }
    }

    @Test
    void shouldSendMessagesWhileRepliesAreOff() throws Exception {
        List<String> seen = new ArrayList<>();
        for (int port : new int[] {SERVER.port(), redis.port()}) {
            try (RespClient client = new RespClient(port);
                    RespClient other = new RespClient(port)) {
                client.call("HELLO", "3");
                client.call("CLIENT", "TRACKING", "ON");
                client.send("CLIENT", "REPLY", "OFF");
                client.send("GET", "k");
                client.send("SET", "k", "1");
                client.send("GET", "j");
                client.flush();
                String first = client.receiveAll();
                other.call("SET", "j", "2");
                seen.add(first + client.receiveAll());
            }
        }
        assertThat(seen.get(0)).isEqualTo(seen.get(1)).contains("[\"k\"]", "[\"j\"]");
    }

    @Test
    void shouldTellOfWhatTakesManyKeysAtOnce() throws Exception {
        try (RespClient client = new RespClient(SERVER.port());
                RespClient other = new RespClient(SERVER.port())) {
            client.call("HELLO", "3");
            client.call("CLIENT", "TRACKING", "ON");
            other.call("SET", "k", "1");
            client.call("GET", "k");
            other.call("SWAPDB", "0", "1");
            assertThat(client.receiveAll()).isEqualTo(">[\"invalidate\", _]");
            assertThat(client.callExactly("GET", "k")).isEqualTo("_");
            other.call("SWAPDB", "0", "1");
            assertThat(client.receiveAll()).isEqualTo(">[\"invalidate\", _]");
        }
    }

    /** A key that expires is told of, by whomever it is found. */
    @Test
    void shouldTellOfExpiry() throws Exception {
        try (RespClient client = new RespClient(SERVER.port());
                RespClient other = new RespClient(SERVER.port())) {
            client.call("HELLO", "3");
            client.call("CLIENT", "TRACKING", "ON");
            other.call("SET", "k", "1", "PX", "500");
            client.call("GET", "k");
            assertThat(client.receiveAll()).isEqualTo(">[\"invalidate\", [\"k\"]]");
        }
    }

    @Test
    void shouldShowWhatIsTracked() throws Exception {
        try (RespClient client = new RespClient(SERVER.port());
                RespClient other = new RespClient(SERVER.port())) {
            client.call("HELLO", "3");
            client.call("CLIENT", "TRACKING", "ON");
            other.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a", "PREFIX", "b");
            client.call("MGET", "x", "y", "x");
            assertThat((String) other.call("INFO"))
                    .contains("tracking_clients:2\r\n", "tracking_total_keys:2\r\n")
                    .contains("tracking_total_items:2\r\n", "tracking_total_prefixes:2\r\n");
            assertThat((String) other.call("CLIENT", "LIST")).contains(" flags=t ", " flags=tB ", " redir=0 ");
            assertThat(other.call("CONFIG", "SET", "tracking-table-max-keys", "1"))
                    .isEqualTo("OK");
            assertThat(client.receiveAll()).startsWith(">[\"invalidate\", [");
            assertThat((String) other.call("INFO", "stats")).contains("tracking_total_keys:1\r\n");
            other.call("CONFIG", "SET", "tracking-table-max-keys", "1000000");
        }
    }

    /**
     * Reads by event loops and by workers race with writes of other clients. A copy that a client still has when it has
     * taken all messages is no older than what another client has read before.
     */
    @Test
    void shouldLeaveNoOldCopy() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        List<Thread> writers = List.of(new Thread(() -> count(isOver)), new Thread(() -> count(isOver)));
        try (RespClient client = new RespClient(SERVER.port());
                RespClient other = new RespClient(SERVER.port())) {
            for (int i = 0; i < COUNTERS; i++) {
                other.call("SET", "k" + i, "0");
            }
            client.call("HELLO", "3");
            client.call("CLIENT", "TRACKING", "ON");
            writers.forEach(Thread::start);
            Map<String, String> copies = new HashMap<>();
            for (int i = 0; i < 2_000; i++) {
                String key = "k" + ThreadLocalRandom.current().nextInt(COUNTERS);
                String copy = i % 3 == 0
                        ? reply(client, copies, "GET", key)
                        : reply(client, copies, "EVAL", "return redis.call('get',KEYS[1])", "1", key);
                copies.put(key, copy);
                long later = Long.parseLong((String) other.call("GET", key));
                reply(client, copies, "PING");
                if (copies.containsKey(key)) {
                    assertThat(Long.parseLong(copy.replace("\"", "")))
                            .as("after " + i)
                            .isGreaterThanOrEqualTo(later);
                }
            }
        } finally {
            isOver.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }
    }

    private static void count(AtomicBoolean isOver) {
        try (RespClient client = new RespClient(SERVER.port())) {
            while (!isOver.get()) {
                client.call("INCR", "k" + ThreadLocalRandom.current().nextInt(COUNTERS));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the reply to a command, and drops the copies that messages before it tell to drop. */
    private static String reply(RespClient client, Map<String, String> copies, String... command) throws IOException {
        client.send(command);
        client.flush();
        String reply = client.receiveAll();
        for (; reply.startsWith(">"); reply = client.receiveAll()) {
            String message = reply;
            copies.keySet().removeIf(key -> message.contains("\"" + key + "\""));
        }
        return reply;
    }
}

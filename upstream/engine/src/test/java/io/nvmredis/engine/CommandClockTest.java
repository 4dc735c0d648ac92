package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.WritingCases.Case;
import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.engine.keyspace.LaggingPersister;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A command sees one time, though the clock goes on while it runs. */
class CommandClockTest {
    private static final List<String> READING = List.of(
            "SET k v | GET k",
            "SET k v | PTTL k",
            "SET k v | TTL k",
            "SET k v | PEXPIRETIME k",
            "SET k v | EXISTS k k k",
            "SET k v ; SET o v | EVAL \"return #redis.call('keys','*')\" 0",
            "SET k v ; SET o v | EVAL \"return #redis.call('scan','0')[2]\" 0",
            "SET k v ; SET o v | MGET k o k",
            "SET k v | TYPE k",
            "SADD k a b ; SADD o a | SINTER k o k",
            "HSET k a 1 b 2 | HGETALL k",
            "HSET k a 1 b 2 | HMGET k a b a",
            "HSET k a 1 b 2 | HPTTL k FIELDS 2 a b",
            "HSET k a 1 b 2 | HPEXPIRE k 1 GT FIELDS 2 a b",
            "HSET k a 1 b 2 | HPEXPIRE k 5 GT FIELDS 2 a b",
            "HSET k a 1 b 2 | HPERSIST k FIELDS 2 a b",
            "SET k v | PEXPIRE k 1 GT",
            "SET k v | PEXPIRE k 5 GT",
            "SET k v | SET k w PX 1 GET",
            "PFADD k a ; PFADD o b | PFCOUNT k o",
            "RPUSH k 2 1 | LPOS k 1",
            "XADD k 1-1 f v | XADD k * f v",
            " | TIME");

    private final TestClient client = new TestClient();
    private final TickingClock ticking = new TickingClock(client.clock.millis());

    @AfterEach
    void close() {
        client.close();
    }

    /** A millisecond passes with each reading. */
    private static final class TickingClock extends Clock {
        private final long firstMillis;
        private long readings;

        TickingClock(long firstMillis) {
            this.firstMillis = firstMillis;
        }

        @Override
        public long millis() {
            return firstMillis + readings++;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static Stream<Case> cases() {
        Stream<Case> reading = READING.stream().map(line -> {
            String[] parts = line.split("\\|", -1);
            List<String[]> before = Arrays.stream(parts[0].split(";", -1))
                    .map(ReplyCases::words)
                    .filter(words -> words.length > 0)
                    .toList();
            return new Case(before, List.of(ReplyCases.words(parts[1])));
        });
        return Stream.concat(reading, WritingCases.all().stream());
    }

    private static void prepare(TestClient prepared, Case each, boolean haveKeysDeadlines) {
        String deadline = Long.toString(prepared.clock.millis() + 1);
        each.before().forEach(prepared::run);
        for (String key : WritingCases.KEYS) {
            prepared.run("HPEXPIREAT", key, deadline, "FIELDS", "2", "a", "b");
            if (haveKeysDeadlines) {
                prepared.run("PEXPIREAT", key, deadline);
            }
        }
    }

    /** What is alive when the command begins is alive when it ends, and expires afterwards: as if no time had passed. */
    @ParameterizedTest
    @MethodSource("cases")
    void shouldReadTheTimeOnceForACommand(Case each) {
        for (boolean haveKeysDeadlines : List.of(true, false)) {
            try (TestClient still = new TestClient();
                    TestClient moving = new TestClient()) {
                prepare(still, each, haveKeysDeadlines);
                prepare(moving, each, haveKeysDeadlines);
                TickingClock clock = new TickingClock(moving.clock.millis());
                moving.engine.server().setClock(clock);
                String reply = moving.run(each.command());
                moving.engine.server().setClock(moving.clock);
                assertThat(reply).isEqualTo(still.run(each.command()));
                assertThat(Contents.of(moving.engine.databases())).isEqualTo(Contents.of(still.engine.databases()));
                assertThat(clock.readings).isLessThanOrEqualTo(1);
            }
        }
    }

    /** A key stays for as long as EXEC runs; what is left of its time, and the time itself, are told as they are. */
    @Test
    void shouldLookKeysUpAtOneTimeThroughoutATransaction() {
        client.run("SET", "k", "v", "PX", "1");
        client.run("HSET", "h", "f", "1");
        client.run("HPEXPIRE", "h", "1", "FIELDS", "1", "f");
        client.run("WATCH", "k");
        client.run("MULTI");
        for (String command : List.of(
                "TIME",
                "TIME",
                "GET k",
                "PTTL k",
                "HPTTL h FIELDS 1 f",
                "HINCRBY h f 1",
                "HGET h f",
                "APPEND k w",
                "SET n 1 PX 1",
                "GET n",
                "RENAME k l",
                "GET l")) {
            client.run(command.split(" ", -1));
        }
        client.engine.server().setClock(ticking);
        String replies = client.run("EXEC");
        client.engine.server().setClock(client.clock);
        String[] times = replies.split("\\*2\r\n", -1);
        assertThat(times[1]).isNotEqualTo(times[2].substring(0, times[1].length()));
        assertThat(replies)
                .endsWith("$1\r\nv\r\n:0\r\n*1\r\n:0\r\n:2\r\n$1\r\n2\r\n:2\r\n+OK\r\n$1\r\n1\r\n+OK\r\n$2\r\nvw\r\n");
        assertThat(client.run("PTTL", "l")).isEqualTo(":1\r\n");
        assertThat(client.run("HPTTL", "h", "FIELDS", "1", "f")).isEqualTo("*1\r\n:1\r\n");
        client.clock.advance(1);
        assertThat(client.run("EXISTS", "l")).isEqualTo(":0\r\n");
        assertThat(client.run("HGET", "h", "f")).isEqualTo("$-1\r\n");
    }

    /** A script may wait for the time to pass. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldLookKeysUpAtOneTimeThroughoutAScript() {
        client.run("SET", "k", "v", "PX", "2");
        client.engine.server().setClock(ticking);
        String reply = client.run("EVAL", """
                local first = redis.call('time')
                redis.call('set', 'n', '1', 'px', '1')
                local last
                repeat last = redis.call('time') until last[1] .. last[2] >= first[1] .. first[2] + 9000
                redis.call('set', 'm', '1', 'px', '5')
                return {redis.call('get', 'k'), redis.call('pttl', 'k'), redis.call('get', 'n'),
                        redis.call('append', 'k', 'w'), redis.call('get', 'k'), redis.call('pexpiretime', 'm')}""", "0");
        client.engine.server().setClock(client.clock);
        assertThat(reply)
                .startsWith("*6\r\n$1\r\nv\r\n:0\r\n$1\r\n1\r\n:2\r\n$2\r\nvw\r\n:")
                .doesNotEndWith(":" + (client.clock.millis() + 5) + "\r\n");
        assertThat(client.run("PTTL", "k")).isEqualTo(":2\r\n");
    }

    @Test
    void shouldSeeAnotherTimeInTheNextCommand() {
        client.run("SET", "k", "v", "PX", "2");
        client.engine.server().setClock(ticking);
        assertThat(client.run("GET", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(client.run("GET", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(client.run("GET", "k")).isEqualTo("$-1\r\n");
    }

    /** Whether a key has something for who waits for it, and what that is, are one question. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldServeWhoWaitsOfWhatIsThere(int lifeMillis) {
        List<String> received = new ArrayList<>();
        TestClient.await(client.openSession(received), "BLPOP", "l", "0");
        String deadline = Long.toString(client.clock.millis() + lifeMillis);
        client.engine.server().setClock(ticking);
        client.run("EVAL", "redis.call('rpush', 'l', 'a', 'b') redis.call('pexpireat', 'l', ARGV[1])", "0", deadline);
        assertThat(received).isSubsetOf("<resumed>*2\r\n$1\r\nl\r\n$1\r\na\r\n");
    }

    /** Such a hash is made without a command's doing. */
    @Test
    void shouldCountFromOneTimeForAHashThatHasBeenReadIn() {
        LaggingPersister persister = new LaggingPersister();
        try (TestClient first = new TestClient(persister, new TestClient.SettableClock(), 1 << 20)) {
            first.run("HSET", "h", "a", "1", "b", "2");
        }
        TestClient.SettableClock clock = new TestClient.SettableClock();
        try (TestClient second = new TestClient(persister, clock, 1 << 20)) {
            second.run("HLEN", "h");
            assertThat(persister.cold.loads).isEqualTo(1);
            second.engine.server().setClock(new TickingClock(clock.millis()));
            second.run("HPEXPIRE", "h", "1000", "FIELDS", "2", "a", "b");
            String[] deadlines =
                    second.run("HPEXPIRETIME", "h", "FIELDS", "2", "a", "b").split("\r\n");
            assertThat(deadlines).hasSize(3);
            assertThat(deadlines[1]).isEqualTo(deadlines[2]);
        }
    }
}

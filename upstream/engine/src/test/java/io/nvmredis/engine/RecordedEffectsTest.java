package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which effects a command has: few, small, and the ones that Redis would need. */
class RecordedEffectsTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldRecordNothingForACommandThatChangesNothing() {
        client.run("set", "a", "1");
        client.run("hset", "h", "f", "v");
        client.run("sadd", "s", "m");
        for (String command : List.of(
                "get a",
                "del missing",
                "hset h f v",
                "sadd s m",
                "expire missing 5",
                "lpop missing",
                "zadd z xx 1 m",
                "setnx a 2",
                "srem s other",
                "persist a",
                "incr h",
                "flushdb")) {
            if (command.equals("flushdb")) {
                client.run("flushdb");
            }
            assertThat(client.effectsOf(command.split(" "))).as(command).isEmpty();
        }
    }

    @Test
    void shouldRecordOneFieldOfALargeHashAsOneSmallEffect() {
        for (int i = 0; i < 10_000; i++) {
            client.run("hset", "h", "field" + i, "value");
        }
        int before = client.persister.transactions.size();
        assertThat(client.effectsOf("hset", "h", "field77", "new")).containsExactly("HSET h field77 new");
        assertThat(client.effectsOf("hdel", "h", "field78")).containsExactly("HDEL h field78");
        assertThat(client.persister.transactions.get(before).length).isLessThan(100);
    }

    @Test
    void shouldRecordListEndsAsPushesAndPops() {
        assertThat(client.effectsOf("rpush", "l", "a", "b", "c")).containsExactly("RPUSH l a b c");
        assertThat(client.effectsOf("lpush", "l", "x")).containsExactly("LPUSH l x");
        assertThat(client.effectsOf("lset", "l", "1", "y")).containsExactly("LSET l 1 y");
        assertThat(client.effectsOf("lpop", "l")).containsExactly("LPOP l");
        assertThat(client.effectsOf("ltrim", "l", "0", "1")).containsExactly("LTRIM l 0 1");
        assertThat(client.effectsOf("linsert", "l", "AFTER", "y", "z")).containsExactly("DEL l", "RPUSH l y z b");
    }

    @Test
    void shouldRecordAppendAndSetrangeByWhatTheyAdd() {
        client.run("set", "s", "x".repeat(1000));
        assertThat(client.effectsOf("append", "s", "tail")).containsExactly("APPEND s tail");
        assertThat(client.effectsOf("setrange", "s", "500", "middle")).containsExactly("SETRANGE s 500 middle");
        assertThat(client.effectsOf("setrange", "s", "1004", "end")).containsExactly("SETRANGE s 1004 end");
        assertThat(client.effectsOf("setbit", "b", "7", "1")).hasSize(1);
        assertThat(client.effectsOf("setbit", "b", "15", "1")).containsExactly("SETRANGE b 1 \u0001");
    }

    @Test
    void shouldRecordEachBitOfAStringThatWasStoredWhole() {
        client.run("set", "s", "x".repeat(100));
        assertThat(client.effectsOf("setbit", "s", "7", "1")).containsExactly("SETRANGE s 0 y");
        assertThat(client.effectsOf("setbit", "s", "15", "1")).containsExactly("SETRANGE s 1 y");
        assertThat(client.effectsOf("setbit", "s", "23", "1")).containsExactly("SETRANGE s 2 y");
    }

    @Test
    void shouldRecordChangesOfACopyThatReplacedAnEqualString() {
        client.run("set", "s", "x".repeat(100));
        client.run("setbit", "s", "7", "1");
        client.run("copy", "s", "copy");
        client.run("copy", "s", "copy", "REPLACE");
        assertThat(client.effectsOf("setbit", "copy", "15", "1")).containsExactly("SETRANGE copy 1 y");
        assertThat(client.effectsOf("setbit", "s", "23", "1")).containsExactly("SETRANGE s 2 y");
    }

    @Test
    void shouldRecordDeadlinesAsPointsInTime() {
        long now = client.clock.millis();
        assertThat(client.effectsOf("set", "a", "1", "EX", "10"))
                .containsExactly("SET a 1", "PEXPIREAT a " + (now + 10_000));
        assertThat(client.effectsOf("pexpire", "a", "5")).containsExactly("PEXPIREAT a " + (now + 5));
        assertThat(client.effectsOf("persist", "a")).containsExactly("PERSIST a");
        client.run("pexpire", "a", "5");
        client.clock.advance(5);
        assertThat(client.effectsOf("get", "a")).containsExactly("DEL a");
    }

    @Test
    void shouldRecordATransactionAsOne() {
        client.run("multi");
        client.run("set", "a", "1");
        client.run("incr", "a");
        client.run("select", "3");
        client.run("lpush", "l", "x");
        int before = client.persister.transactions.size();
        client.run("exec");
        assertThat(client.persister.transactions).hasSize(before + 1);
        assertThat(client.effectsSince(before)).containsExactly("SET a 2", "SELECT 3", "RPUSH l x");
    }

    @Test
    void shouldRecordAScriptAsOne() {
        int before = client.persister.transactions.size();
        client.run(
                "eval", "redis.call('set','a','1') redis.call('rpush','l','x','y') return redis.call('del','a')", "0");
        assertThat(client.persister.transactions).hasSize(before + 1);
        assertThat(client.effectsSince(before)).containsExactly("RPUSH l x y");
    }

    @Test
    void shouldRecordTheBytesOfAHyperLogLogThatHaveChanged() {
        for (int i = 0; i < 5_000; i++) {
            client.run("pfadd", "dense", "element" + i);
        }
        assertThat(client.run("strlen", "dense")).isEqualTo(":12304\r\n");
        assertThat(client.effectsOf("pfadd", "dense", "element77")).isEmpty();
        client.run("pfcount", "dense");
        int before = client.persister.transactions.size();
        List<String> effects = new ArrayList<>();
        for (int i = 0; effects.isEmpty(); i++) {
            effects.addAll(client.effectsOf("pfadd", "dense", "other" + i));
        }
        assertThat(effects).hasSize(2).allMatch(effect -> effect.startsWith("SETRANGE dense "));
        assertThat(client.persister.transactions.get(before).length).isLessThan(150);
        assertThat(client.effectsOf("pfcount", "dense"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("SETRANGE dense 8 ");
        assertThat(client.effectsOf("pfcount", "dense")).isEmpty();
        assertThat(client.effectsOf("pfcount", "dense", "dense")).isEmpty();
    }

    @Test
    void shouldRecordASparseHyperLogLogFromTheChangeOnOrWhole() {
        for (int i = 0; i < 200; i++) {
            client.run("pfadd", "sparse", "element" + i);
        }
        int patches = 0;
        for (int i = 0; i < 20; i++) {
            for (String effect : client.effectsOf("pfadd", "sparse", "other" + i)) {
                patches += effect.startsWith("SETRANGE sparse ") ? 1 : 0;
            }
        }
        assertThat(patches).isPositive();
        assertThat(client.effectsOf("pfmerge", "sparse", "sparse")).isEmpty();
        assertThat(client.effectsOf("pfadd", "sparse")).isEmpty();
        assertThat(client.effectsOf("pfadd", "new"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("SET new HYLL");
    }

    @Test
    void shouldOnlyCountWhileNothingCanBeRecorded() {
        client.run("pfadd", "p", "a", "b");
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "full");
        assertThat(client.effectsOf("pfcount", "p")).isEmpty();
        assertThat(client.run("pfcount", "p")).isEqualTo(":2\r\n");
        client.persister.refusal = null;
        assertThat(client.effectsOf("pfcount", "p")).hasSize(1);
        assertThat(client.run("pfcount", "p")).isEqualTo(":2\r\n");
    }

    @Test
    void shouldOnlyCountWhereACommandThatWritesWouldWait() {
        client.run("pfadd", "p", "a", "b");
        String big = "x".repeat(4 << 20);
        for (int i = 0; i < 18; i++) {
            client.run("set", "big" + i, big);
        }
        Snapshot snapshot = client.engine.cut(lsn -> {});
        for (int i = 0; i < 18; i++) {
            client.run("set", "big" + i, "");
        }
        assertThat(client.engine.isBackedUp()).isTrue();
        assertThat(client.effectsOf("pfcount", "p")).isEmpty();
        assertThat(client.run("pfcount", "p")).isEqualTo(":2\r\n");
        snapshot.close();
        assertThat(client.engine.isBackedUp()).isFalse();
        assertThat(client.effectsOf("pfcount", "p")).hasSize(1);
    }

    @Test
    void shouldNotLetTwoKeysShareAValue() {
        client.run("rpush", "a", "1");
        client.run("copy", "a", "b");
        client.run("rpush", "b", "2");
        assertThat(client.run("lrange", "a", "0", "-1")).isEqualTo("*1\r\n$1\r\n1\r\n");
        client.run("set", "s", "x");
        client.run("copy", "s", "t");
        client.run("append", "t", "y");
        assertThat(client.run("get", "s")).isEqualTo("$1\r\nx\r\n");
    }

    @Test
    void shouldKeepEveryBit() {
        client.run("setbit", "b", "8", "1");
        client.run("setbit", "b", "0", "1");
        assertThat(client.run("get", "b")).isEqualTo("$2\r\n\u0080\u0080\r\n");
        assertThat(client.run("strlen", "b")).isEqualTo(":2\r\n");
        assertThat(client.run("append", "b", "x")).isEqualTo(":3\r\n");
    }
}

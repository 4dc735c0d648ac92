package io.nvmredis.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.LimitedContext;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.context.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that say how much there is to do, values that grow, and replies, on an engine with small limits. */
class CommandGuardTest {
    private static final int MAX_STRING = 4_096;
    private static final int MAX_VALUE = 10_000;
    private static final int MAX_REPLY = 8_192;
    private static final int MAX_DATA = 100_000;

    private TestClient client;

    @BeforeEach
    void open() {
        client = new TestClient(new LimitedContext(new Limits(MAX_STRING, MAX_VALUE, MAX_REPLY, MAX_DATA, MAX_DATA)));
        client.engine.server().configuration().setProtoMaxBulkLen(MAX_STRING);
        client.run("zadd", "z", "1", "a", "2", "b");
        client.run("sadd", "s", "a", "b", "c");
        client.run("rpush", "l", "a", "b", "c");
        client.run("hset", "h", "f", "v".repeat(1_000));
        client.run("set", "str", "x".repeat(3_000));
    }

    @AfterEach
    void close() {
        client.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    zunion 2147483647 z                | -ERR syntax error
                    zunion 3 z                         | -ERR syntax error
                    zunion 0 z                         | -ERR at least 1 input key is needed for 'zunion' command
                    zunion x z                         | -ERR value is not an integer or out of range
                    zinter 99999999999 z               | -ERR syntax error
                    zdiff -1 z                         | -ERR at least 1 input key is needed for 'zdiff' command
                    zunionstore d 2147483647 z         | -ERR syntax error
                    zintercard 2147483647 z            | -ERR syntax error
                    sintercard 2147483647 s            | -ERR Number of keys can't be greater than number of args
                    sintercard 0 s                     | -ERR numkeys should be greater than 0
                    zmpop 2147483647 z MIN             | -ERR syntax error
                    zmpop 0 z MIN                      | -ERR numkeys should be greater than 0
                    zmpop 1 z MIN COUNT 0              | -ERR count should be greater than 0
                    bzmpop 0 2147483647 z MIN          | -ERR syntax error
                    lpop l -1                          | -ERR value is out of range, must be positive
                    lpop l x                           | -ERR value is out of range, must be positive
                    setbit str 4000000000 1            | -ERR bit offset is not an integer or out of range
                    setbit str 32768 1                 | -ERR bit offset is not an integer or out of range
                    setrange str 4095 xx               | -ERR string exceeds maximum allowed size (proto-max-bulk-len)
                    setrange str 9223372036854775806 x | -ERR string exceeds maximum allowed size (proto-max-bulk-len)
                    setrange str -1 x                  | -ERR offset is out of range
                    hscan h x                          | -ERR invalid cursor
                    hscan h 99999999999999999999999    | -ERR invalid cursor
                    sscan str 0                        | -WRONGTYPE Operation against a key holding the wrong kind of value
                    sscan s 0 COUNT 0                  | -ERR syntax error
                    sscan s 0 COUNT                    | -ERR syntax error
                    blpop nothing x                    | -ERR timeout is not a float or out of range
                    incrby str 1.5                     | -ERR value is not an integer or out of range
                    lrange l a 1                       | -ERR value is not an integer or out of range
                    """)
    void shouldAnswerAsRedisDoes(String command, String reply) {
        assertThat(client.run(command.split(" "))).isEqualTo(reply + "\r\n");
        assertThat(inTransaction(command)).isEqualTo("*1\r\n" + reply + "\r\n");
        assertThat(client.run("zcard", "z")).isEqualTo(":2\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    lpop l 99999999999      | *3
                    lrange l 0 99999999999  | *3
                    lrange l -99999999999 0 | *1
                    spop s 99999999999      | *3
                    srandmember s 9999999999 | *3
                    zpopmin z 9999999999    | *4
                    zrange z 0 9999999999   | *2
                    """)
    void shouldTakeNumbersBeyondAnInt(String command, String reply) {
        assertThat(client.run(command.split(" "))).startsWith(reply + "\r\n");
    }

    @Test
    void shouldRefuseAReplyThatWouldBeTooLong() {
        assertThat(client.run("mget", "str", "str")).startsWith("*2\r\n$3000");
        assertThat(client.run("mget", "str", "str", "str")).startsWith("-OOM ");
        assertThat(client.run("hmget", "h", "f", "f", "f", "f", "f", "f", "f", "f", "f"))
                .startsWith("-OOM ");
        assertThat(client.run("srandmember", "s", "-100000000")).startsWith("-OOM ");
        assertThat(client.run("srandmember", "s", "-9223372036854775807")).startsWith("-OOM ");
        assertThat(client.run("srandmember", "s", "-10")).startsWith("*10\r\n");
    }

    @Test
    void shouldRefuseKeysWhenThereAreTooMany() {
        for (int i = 0; i < 500; i++) {
            client.run("set", "key" + i, "");
        }
        assertThat(client.run("keys", "*")).startsWith("-OOM ");
        assertThat(client.run("keys", "key1*")).startsWith("*111\r\n");
    }

    @Test
    void shouldGoOnInATransactionAfterWhatWouldBeTooLong() {
        client.run("multi");
        client.run("get", "str");
        client.run("get", "str");
        client.run("get", "str");
        client.run("set", "after", "1");
        String reply = client.run("exec");
        assertThat(reply).startsWith("*4\r\n$3000\r\n").contains("\r\n-OOM ").endsWith("\r\n+OK\r\n");
        assertThat(client.run("get", "after")).isEqualTo("$1\r\n1\r\n");
        assertThat(client.run("get", "str")).startsWith("$3000\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set str # nx get",
                "getex str",
                "rpoplpush list list",
                "lmove list list right left",
                "brpoplpush list list 0",
                "blmove list list left right 0",
                "blpop list# 0",
                "brpop list# 0",
                "lmpop 1 list# left",
                "blmpop 0 1 list# left",
                "zmpop 1 sorted# min",
                "bzmpop 0 1 sorted# max",
                "bzpopmin sorted# 0",
                "bzpopmax sorted# 0",
                "eval return(redis.call('get','str')) 0",
                "echo #"
            })
    void shouldBoundTheRepliesOfATransactionWhateverMakesThem(String command) {
        String big = "x".repeat(3_000);
        client.run("rpush", "list", big);
        for (int i = 0; i < 5; i++) {
            client.run("rpush", "list" + i, big);
            client.run("zadd", "sorted" + i, "1", big);
        }
        client.run("multi");
        for (int i = 0; i < 5; i++) {
            String[] words = command.split(" ");
            for (int j = 1; j < words.length; j++) {
                words[j] = words[j].equals("#") ? big : words[j].replace("#", Integer.toString(i));
            }
            assertThat(client.run(words)).isEqualTo("+QUEUED\r\n");
        }
        client.run("set", "after", "1");
        String reply = client.run("exec");
        assertThat(reply).startsWith("*6\r\n").contains(big, "\r\n-OOM ").endsWith("\r\n+OK\r\n");
        assertThat(reply.length()).isLessThan(MAX_REPLY + 4_000);
    }

    @Test
    void shouldRefuseWhatMakesAValueTooLarge() {
        assertGrowthEnds("rpush", "list", "x".repeat(500));
        assertGrowthEnds("sadd", "set", "%d" + "x".repeat(500));
        assertGrowthEnds("hset", "hash", "%d", "x".repeat(500));
        assertGrowthEnds("hincrby", "counts", "%d", "1");
        assertGrowthEnds("zadd", "sorted", "1", "%d" + "x".repeat(500));
        assertGrowthEnds("xadd", "stream", "*", "f", "x".repeat(500));
        assertGrowthEnds("append", "string", "x".repeat(500));
    }

    private void assertGrowthEnds(String... words) {
        String reply = "";
        for (int i = 0; i < 200 && !reply.startsWith("-"); i++) {
            String[] numbered = words.clone();
            for (int j = 0; j < words.length; j++) {
                numbered[j] = words[j].replace("%d", Integer.toString(i));
            }
            reply = client.run(numbered);
        }
        assertThat(reply).as(words[0]).matches("-(OOM|ERR string exceeds)[^\r]*\r\n");
        assertThat(client.run("del", words[1])).isEqualTo(":1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"brpoplpush source full 0", "blmove source full left right 0"})
    void shouldHoldAnElementThatWasWaitedForToTheSameBound(String command) {
        List<String> pushed = new ArrayList<>();
        Session waiting = client.openSession(pushed);
        TestClient.await(waiting, command.split(" "));
        String reply = "";
        while (!reply.startsWith("-")) {
            reply = client.run("rpush", "full", "x");
        }
        client.run("rpush", "source", "x".repeat(500));
        assertThat(pushed).hasSize(1);
        assertThat(pushed.get(0)).startsWith("<resumed>-OOM ");
        assertThat(client.run("llen", "source")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldRefuseAUnionThatWouldBeTooLarge() {
        for (int i = 0; i < 60; i++) {
            client.run("sadd", "one", "one" + i);
            client.run("sadd", "two", "two" + i);
        }
        assertThat(client.run("sunionstore", "both", "one", "two")).startsWith("-OOM ");
        assertThat(client.run("exists", "both")).isEqualTo(":0\r\n");
    }

    /** What a script makes is weighed while it runs: it holds everybody else up, and nothing else bounds it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'rpush', 'list', i",
                "'rpush', 'l', i",
                "'lset', 'l', 0, i",
                "'sadd', 'set', i",
                "'hset', 'hash', i, i",
                "'zadd', 'sorted', i, i",
                "'xadd', 'stream', '*', 'f', i",
                "'append', 'string', 'xxxxxxxx'",
                "'append', 'str', 'x'",
                "'set', 'key' .. i, i",
                "'copy', 'l', 'copy' .. i",
                "'sort', 'l', 'alpha', 'store', 'sorted' .. i",
                "'pexpire', 'l', 1000000 + i"
            })
    void shouldEndAScriptThatChangesTooMuch(String words) {
        String script = "for i = 1, 1000000 do redis.call(" + words + ") end";
        assertThat(client.run("eval", script, "0")).matches("-(OOM|ERR string exceeds)[^\r]*\r\n");
        assertThat(client.run("lrange", "l", "1", "2")).isEqualTo("*2\r\n$1\r\nb\r\n$1\r\nc\r\n");
        List<byte[]> transactions = client.persister.transactions;
        assertThat(transactions.get(transactions.size() - 1)).hasSizeBetween(500, 2 * MAX_VALUE);
    }

    @Test
    void shouldRefuseToSortWhatWouldBeTooMuch() {
        client.run("set", "xa", "x".repeat(3_000));
        assertThat(client.run("sort", "l", "alpha", "get", "x*", "get", "#")).startsWith("*6\r\n$3000\r\n");
        assertThat(client.run("sort", "l", "alpha", "get", "x*", "get", "x*", "get", "x*"))
                .startsWith("-OOM ");
        assertThat(client.run("sort", "l", "alpha", "get", "x*", "get", "x*", "get", "x*", "store", "l"))
                .isEqualTo(":9\r\n");
        client.run("set", "x" + "x".repeat(3_000), "x".repeat(3_000));
        assertThat(client.run("sort", "l", "alpha", "get", "x*", "get", "x*", "store", "l"))
                .startsWith("-OOM ");
        assertThat(client.run("llen", "l")).isEqualTo(":9\r\n");
    }

    @Test
    void shouldNotCountWhatAScriptHasRemovedAgain() {
        String script = "for i = 1, 2000 do redis.call('set', 'a', i) redis.call('rpush', 'b', i)"
                + " redis.call('del', 'a', 'b') end return 'done'";
        assertThat(client.run("eval", script, "0")).isEqualTo("$4\r\ndone\r\n");
        script =
                "for i = 1, 20 do redis.call('select', 1) for j = 1, 20 do redis.call('set', j, string.rep('x', 200)) end"
                        + " redis.call('flushdb') end return 'done'";
        assertThat(client.run("eval", script, "0")).isEqualTo("$4\r\ndone\r\n");
    }

    @Test
    void shouldRefuseACommandOfATransactionThatChangesTooMuch() {
        client.run("multi");
        for (int i = 0; i < 100; i++) {
            client.run("copy", "str", "copy" + i);
        }
        String reply = client.run("exec");
        assertThat(reply).startsWith("*100\r\n:1\r\n:1\r\n:1\r\n-OOM ").endsWith("\r\n");
        assertThat(client.run("exists", "copy2", "copy3")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldHoldAScriptToWhatAllDataMayWeigh() {
        String script = "for i = 1, 20 do redis.call('set', KEYS[1] .. i, string.rep('x', 200)) end return 'done'";
        String reply = "";
        for (int i = 0; i < 20 && !reply.startsWith("-"); i++) {
            reply = client.run("eval", script, "1", "key" + i + ".");
        }
        assertThat(reply).startsWith("-OOM command not allowed");
        assertThat(client.engine.meteredBytes()).isBetween((long) MAX_DATA, MAX_DATA + 1_000L);
    }

    @Test
    void shouldNotSayALongKeyWithEachFewElements() {
        String[] words = new String[150];
        for (int i = 0; i < words.length; i++) {
            words[i] = Integer.toString(i);
        }
        words[0] = "rpush";
        words[1] = "k".repeat(4_000);
        assertThat(client.run(words)).isEqualTo(":148\r\n");
        List<byte[]> transactions = client.persister.transactions;
        assertThat(transactions.get(transactions.size() - 1)).hasSizeLessThan(8_000);
    }

    private String inTransaction(String command) {
        client.run("multi");
        assertThat(client.run(command.split(" "))).isEqualTo("+QUEUED\r\n");
        return client.run("exec");
    }

    @Test
    void shouldKeepAnArgumentErrorFromTheOthersOfATransaction() {
        client.run("multi");
        client.run("incr", "str");
        client.run("lpush", "str", "x");
        client.run("lpos", "l", "a", "rank", "abc");
        client.run("set", "done", "1");
        String reply = client.run("exec").toLowerCase(Locale.ROOT);
        assertThat(reply)
                .isEqualTo(
                        "*4\r\n-err value is not an integer or out of range\r\n-wrongtype operation against a key"
                                + " holding the wrong kind of value\r\n-err value is not an integer or out of range\r\n+ok\r\n");
    }
}

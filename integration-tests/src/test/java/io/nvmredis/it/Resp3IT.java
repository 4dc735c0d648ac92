package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RunningServer;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies and messages in RESP3 are of the kinds that redis-server 7.0 gives them. */
class Resp3IT {
    private static final List<String> DATA = List.of(
            "SET s 1.5",
            "RPUSH l a b c",
            "SADD e x y z",
            "SADD f y z",
            "SADD one x",
            "HSET h a 1 b 2",
            "ZADD z 1 a 2.5 b inf c -inf d",
            "ZADD y 3 b",
            "SET withscores x",
            "XADD t 1-1 a 1",
            "XADD t 1-2 a 2 b 3");

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private RealRedis redis;

    @BeforeEach
    void startRedis() throws Exception {
        Requirement.requireRedis();
        redis = directory.redis(directory.path("redis"));
    }

    private static RespClient connect(int port) throws IOException {
        RespClient client = new RespClient(port);
        assertThat(client.callExactly("HELLO", "3"))
                .matches("%\\[\"server\", \"redis\", \"version\", .*, \"proto\", 3, .*, \"modules\", \\[]]");
        return client;
    }

    private static String call(RespClient client, String command) throws IOException {
        return client.callExactly(command.split(" ", -1));
    }

    /** All on one connection, since many replies are those of a command before. */
    @Test
    void shouldReplyInTheKindsOfRedis() throws Exception {
        List<String> commands = List.of(
                "GET s",
                "GET none",
                "LPOP none 2",
                "LRANGE l 0 -1",
                "BLPOP none 0.01",
                "HGETALL h",
                "HGETALL none",
                "HMGET h a none",
                "HRANDFIELD none 3",
                "HKEYS h",
                "SMEMBERS e",
                "SINTER e f",
                "SUNION e f",
                "SDIFF e f",
                "SMISMEMBER e x q",
                "SPOP none",
                "SPOP none 2",
                "SRANDMEMBER none 2",
                "ZSCORE z a",
                "ZSCORE z c",
                "ZSCORE z d",
                "ZSCORE z none",
                "ZMSCORE z a none b",
                "ZINCRBY z 1.25 a",
                "ZADD z INCR 1 a",
                "ZADD z NX INCR 1 a",
                "ZADD z 7 incr",
                "ZREM z incr",
                "ZRANGE z 0 -1",
                "ZRANGE z 0 -1 WITHSCORES",
                "ZREVRANGE z 0 1 WITHSCORES",
                "ZRANGEBYSCORE z -inf +inf WITHSCORES LIMIT 1 2",
                "ZREVRANGEBYSCORE z +inf 2 withscores",
                "ZDIFF 2 z y",
                "ZDIFF 2 z y WITHSCORES",
                "ZUNION 2 z y WITHSCORES",
                "ZINTER 2 z y WITHSCORES",
                "ZDIFF 2 z withscores",
                "ZRANDMEMBER none 3 WITHSCORES",
                "ZPOPMIN none",
                "ZPOPMIN z",
                "ZPOPMAX z 1",
                "ZPOPMAX z 5",
                "ZPOPMIN z",
                "ZADD z 1 a 2 b 3 c 4 d",
                "BZPOPMIN z 1",
                "BZPOPMAX none 0.01",
                "ZMPOP 1 z MIN COUNT 2",
                "BZMPOP 1 1 z MIN",
                "ZMPOP 1 none MIN",
                "ZRANK z none",
                "XRANGE t - +",
                "XREAD COUNT 1 STREAMS t 0",
                "XREAD STREAMS t t 0 1-1",
                "XREAD STREAMS none 0",
                "XREAD BLOCK 10 STREAMS t $",
                "CONFIG GET maxmemory-policy",
                "CONFIG GET none",
                "TIME none",
                "NONE",
                "INCR l",
                "OBJECT ENCODING none",
                "CLIENT TRACKINGINFO",
                "CLIENT GETNAME",
                "MULTI",
                "ZSCORE y b",
                "HGETALL h",
                "GET none",
                "SMEMBERS f",
                "ZRANGE y 0 -1 WITHSCORES",
                "LPOP none 1",
                "EXEC",
                "WATCH s",
                "SET s 2",
                "MULTI",
                "GET s",
                "EXEC",
                "EVAL return{1,false,'x',{2.5}} 0",
                "EVAL return(redis.call('hgetall','h')) 0",
                "EVAL return(redis.call('get','none')) 0",
                "EVAL return(nil) 0",
                "EVAL return(true) 0",
                "SORT l BY none GET # GET w_*",
                "SCAN 0 COUNT 100 MATCH h",
                "HSCAN h 0",
                "ZSCAN y 0",
                "HRANDFIELD h 5 WITHVALUES",
                "HRANDFIELD h 2",
                "GEOADD g 13.361389 38.115556 Palermo",
                "GEOPOS g Palermo none",
                "GEODIST g Palermo Palermo",
                "GEOSEARCH g FROMLONLAT 13 38 BYRADIUS 200 km",
                "GEOSEARCH g FROMLONLAT 13 38 BYRADIUS 200 km WITHCOORD WITHDIST WITHHASH",
                "GEORADIUS g 13 38 200 km WITHCOORD",
                "GEORADIUSBYMEMBER g Palermo 10 km",
                "LCS s s",
                "LCS s s IDX",
                "LCS s s IDX WITHMATCHLEN",
                "LCS s s LEN",
                "OBJECT ENCODING s",
                "BITFIELD b GET u8 0 OVERFLOW FAIL SET u2 0 9",
                "MEMORY USAGE none",
                "PUBLISH c x",
                "PUBSUB NUMSUB c",
                "PUBSUB CHANNELS",
                "PING",
                "PING x",
                "HELLO 3 SETNAME me",
                "CLIENT GETNAME",
                "HELLO 4",
                "HELLO 2 x",
                "GET none");
        try (RespClient ours = connect(SERVER.port());
                RespClient theirs = connect(redis.port())) {
            for (String command : DATA) {
                assertThat(call(ours, command)).as(command).isEqualTo(call(theirs, command));
            }
            SoftAssertions all = new SoftAssertions();
            for (String command : commands) {
                all.assertThat(normal(call(ours, command))).as(command).isEqualTo(normal(call(theirs, command)));
            }
            all.assertAll();
        }
    }

    /** Without what two servers have each of its own. */
    private static String normal(String reply) {
        return reply.replaceAll("\"version\", \"[0-9.]+\"", "version").replaceAll("\"id\", [0-9]+", "id");
    }

    /** A script sees replies in the version that it asks for, and its own is in the client's. */
    @Test
    void shouldConvertForScripts() throws Exception {
        List<String> bodies = List.of(
                "return redis.call('HGETALL','h')",
                "return redis.call('HGETALL','h').map.a",
                "return redis.call('SMEMBERS','one')",
                "local s = redis.call('SMEMBERS','f').set; return {s.y, s.z, s.q}",
                "return redis.call('ZSCORE','z','b')",
                "return redis.call('ZSCORE','z','b').double * 2",
                "return redis.call('GET','none') == nil",
                "return {redis.call('GET','none'), 1}",
                "return true",
                "return false",
                "return {true, false, 1}",
                "return {map={a=1}}",
                "return {set={a=true}}",
                "return {double=3.25}",
                "return {big_number='123456789012345678901234567890'}",
                "return {verbatim_string={format='txt', string='for people'}}",
                "return redis.call('ZRANGE','z',0,-1,'WITHSCORES')[1][1]",
                "return redis.call('MULTI')");
        for (String hello : List.of("2", "3")) {
            try (RespClient ours = connect(SERVER.port());
                    RespClient theirs = connect(redis.port())) {
                for (String command : DATA) {
                    call(ours, command);
                    call(theirs, command);
                }
                ours.call("HELLO", hello);
                theirs.call("HELLO", hello);
                SoftAssertions all = new SoftAssertions();
                for (String body : bodies) {
                    for (String script : List.of(body, "redis.setresp(3) " + body)) {
                        String expected = theirs.callExactly("EVAL", script, "0");
                        String actual = ours.callExactly("EVAL", script, "0");
                        if (!expected.startsWith("-") || !actual.startsWith("-")) {
                            all.assertThat(actual)
                                    .as("RESP%s: %s", hello, script)
                                    .isEqualTo(expected);
                        }
                    }
                }
                all.assertAll();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INFO server", "CLIENT LIST", "CLIENT INFO"})
    void shouldMarkWhatIsForPeople(String command) throws Exception {
        try (RespClient ours = connect(SERVER.port());
                RespClient theirs = connect(redis.port())) {
            assertThat(call(theirs, command)).startsWith("=\"txt:");
            assertThat(call(ours, command)).startsWith("=\"txt:");
            assertThat(call(ours, "CLIENT INFO")).contains(" resp=3");
        }
    }

    /** What differs are the commands' properties, not the kinds that they come in. */
    @Test
    void shouldDescribeCommandsInTheKindsOfRedis() throws Exception {
        String kinds = "\\[\\[\"get\", 2, ~\\[.*], 1, 1, 1, ~\\[.*]]]";
        try (RespClient ours = connect(SERVER.port());
                RespClient theirs = connect(redis.port())) {
            assertThat(call(theirs, "COMMAND INFO get")).matches(kinds);
            assertThat(call(ours, "COMMAND INFO get")).matches(kinds);
        }
    }

    /** Messages are pushed, and a subscriber may run all commands. */
    @Test
    void shouldPushMessages() throws Exception {
        String ours = subscribed(SERVER.port());
        assertThat(ours).isEqualTo(subscribed(redis.port())).contains(">[\"message\", \"c\", \"hello\"]");
    }

    private static String subscribed(int port) throws IOException {
        StringBuilder seen = new StringBuilder();
        try (RespClient client = connect(port);
                RespClient other = new RespClient(port)) {
            client.send("SUBSCRIBE", "c", "d");
            client.send("PSUBSCRIBE", "c*");
            client.send("GET", "none");
            client.send("PING");
            client.flush();
            for (int i = 0; i < 5; i++) {
                seen.append(client.receiveAll()).append('\n');
            }
            seen.append(other.call("PUBLISH", "c", "hello")).append('\n');
            seen.append(client.receiveAll())
                    .append('\n')
                    .append(client.receiveAll())
                    .append('\n');
            client.send("UNSUBSCRIBE", "d");
            client.send("PUNSUBSCRIBE");
            client.send("UNSUBSCRIBE");
            client.send("UNSUBSCRIBE");
            client.send("PUBLISH", "c", "nobody");
            client.flush();
            for (int i = 0; i < 5; i++) {
                seen.append(client.receiveAll()).append('\n');
            }
        }
        return seen.toString();
    }

    @Test
    void shouldGoBackToRespTwo() throws Exception {
        try (RespClient client = connect(SERVER.port())) {
            assertThat(client.callExactly("HELLO", "2")).startsWith("[\"server\", \"redis\"");
            assertThat(client.callExactly("GET", "none")).isEqualTo("nil");
            assertThat(client.callExactly("HGETALL", "none")).isEqualTo("[]");
            assertThat(client.callExactly("CLIENT", "INFO")).contains(" resp=2");
        }
    }
}

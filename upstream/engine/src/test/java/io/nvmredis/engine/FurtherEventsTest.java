package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages of commands that upstream lacks: keyspace notifications, and those of shard channels. */
class FurtherEventsTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    private List<String> told(String classes, String pattern, String... command) {
        client.run("config", "set", "notify-keyspace-events", classes);
        TestClient.run(client.openSession(client.pushed), "psubscribe", pattern);
        client.pushed.clear();
        client.run(command);
        return client.pushed;
    }

    @Test
    void shouldTellWhichEventHappenedToAKey() {
        assertThat(String.join("", told("K$", "__keyspace@0__:*", "setbit", "b", "7", "1")))
                .contains("__keyspace@0__:b\r\n$6\r\nsetbit");
    }

    @Test
    void shouldTellToWhichKeyAnEventHappened() {
        client.run("geoadd", "g", "1", "1", "a");
        assertThat(String.join(
                        "", told("Ez", "*", "geosearchstore", "d", "g", "frommember", "a", "byradius", "1", "m")))
                .contains("__keyevent@0__:geosearchstore\r\n$1\r\nd");
        assertThat(String.join("", told("Ez", "*", "georadius", "g", "1", "1", "1", "m", "store", "e")))
                .contains("__keyevent@0__:georadiusstore\r\n$1\r\ne");
    }

    @Test
    void shouldTellOfConsumerGroups() {
        assertThat(events("xgroup", "create", "x", "g", "0", "mkstream")).containsExactly("xgroup-create");
        assertThat(events("xgroup", "createconsumer", "x", "g", "bob")).containsExactly("xgroup-createconsumer");
        assertThat(events("xgroup", "createconsumer", "x", "g", "bob")).isEmpty();
        assertThat(events("xadd", "x", "1-1", "f", "v")).containsExactly("xadd");
        assertThat(events("xreadgroup", "group", "g", "alice", "streams", "x", ">"))
                .containsExactly("xgroup-createconsumer");
        assertThat(events("xclaim", "x", "g", "mike", "0", "1-1")).containsExactly("xgroup-createconsumer");
        assertThat(events("xautoclaim", "x", "g", "bob", "0", "0")).isEmpty();
        assertThat(events("xautoclaim", "x", "g", "eve", "0", "0")).containsExactly("xgroup-createconsumer");
        assertThat(events("xgroup", "delconsumer", "x", "g", "nosuch")).isEmpty();
        assertThat(events("xgroup", "delconsumer", "x", "g", "bob")).containsExactly("xgroup-delconsumer");
        assertThat(events("xgroup", "setid", "x", "g", "0")).containsExactly("xgroup-setid");
        assertThat(events("xsetid", "x", "9-9")).containsExactly("xsetid");
        assertThat(events("xgroup", "destroy", "x", "g")).containsExactly("xgroup-destroy");
        assertThat(events("xgroup", "destroy", "x", "g")).isEmpty();
    }

    /** Returns the names of the events of key {@code x}. */
    private List<String> events(String... command) {
        String message = "*3\r\n$7\r\nmessage\r\n$16\r\n__keyspace@0__:x\r\n$";
        client.run("config", "set", "notify-keyspace-events", "Kt");
        Session subscriber = client.openSession(client.pushed);
        TestClient.run(subscriber, "subscribe", "__keyspace@0__:x");
        client.pushed.clear();
        client.run(command);
        subscriber.close();
        return client.pushed.stream()
                .filter(pushed -> pushed.startsWith(message))
                .map(pushed -> pushed.substring(message.length()).split("\r\n", -1)[1])
                .toList();
    }

    @Test
    void shouldTellNothingThatIsNotAskedFor() {
        assertThat(told("Kz", "*", "setbit", "b", "7", "1")).isEmpty();
        assertThat(told("KE$", "*", "bitfield", "b", "set", "u8", "0", "1")).isEmpty();
        assertThat(told("KE$", "*", "bitfield", "b", "set", "u8", "0", "2")).isNotEmpty();
    }

    @Test
    void shouldSendAMessageToTheSubscribersOfItsShardChannelAlone() {
        Session subscriber = client.openSession(client.pushed);
        TestClient.run(subscriber, "ssubscribe", "c");
        client.pushed.clear();
        assertThat(client.run("publish", "c", "x")).isEqualTo(":0\r\n");
        assertThat(client.run("spublish", "c", "hello")).isEqualTo(":1\r\n");
        assertThat(String.join("", client.pushed)).isEqualTo("*3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n$5\r\nhello\r\n");
        assertThat(client.run("pubsub", "shardnumsub", "c")).isEqualTo("*2\r\n$1\r\nc\r\n:1\r\n");
        subscriber.close();
        assertThat(client.run("spublish", "c", "hello")).isEqualTo(":0\r\n");
    }

    @Test
    void shouldCountIdleSecondsFromTheLastUse() {
        client.engine.statistics().tick(10);
        client.run("set", "k", "1");
        client.engine.statistics().tick(25);
        assertThat(client.run("object", "idletime", "k")).isEqualTo(":15\r\n");
        for (String asking : List.of("exists", "ttl", "pttl", "expiretime", "pexpiretime", "type")) {
            client.run(asking, "k");
        }
        assertThat(client.run("object", "idletime", "k"))
                .as("none of them is a use")
                .isEqualTo(":15\r\n");
        client.run("touch", "k");
        assertThat(client.run("object", "idletime", "k")).isEqualTo(":0\r\n");
    }
}

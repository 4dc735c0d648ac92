package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CLIENT, seen from the network. */
class ClientCommandsTest {
    private static final String FIELDS =
            "[id, addr, laddr, fd, name, age, idle, flags, db, sub, psub, ssub, multi, qbuf,"
                    + " qbuf-free, argv-mem, multi-mem, rbs, rbp, obl, oll, omem, tot-mem, events, cmd, user, redir, resp]";

    @TempDir
    Path directory;

    private NvmRedisServer server;
    private RawClient client;
    private RawClient other;

    @BeforeEach
    void start() throws Exception {
        server = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence("none")
                .setting("io-threads", "2")
                .build()
                .start();
        client = new RawClient(server.port());
        client.call("PING");
        other = new RawClient(server.port());
        other.call("PING");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        other.close();
        server.close();
    }

    private static String idOf(RawClient asked) throws IOException {
        return asked.call("CLIENT", "ID").substring(1);
    }

    /** The fields of the only line. */
    private static Map<String, String> fields(String lines) {
        Map<String, String> fields = new LinkedHashMap<>();
        assertThat(lines).endsWith("\n");
        for (String field : lines.strip().split(" ", -1)) {
            fields.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
        }
        return fields;
    }

    private Map<String, String> fieldsOf(String id) throws IOException {
        return fields(client.call("CLIENT", "LIST", "ID", id));
    }

    private void awaitFlags(String id, String flags) {
        await().until(() -> fieldsOf(id).get("flags").equals(flags));
    }

    /** Sends a command that waits, and returns when it does. */
    private String block() throws IOException {
        String id = idOf(other);
        other.send("BLPOP", "list", "0");
        awaitFlags(id, "b");
        return id;
    }

    @Test
    void shouldTellOfEveryClientInTheOrderInWhichTheyCame() throws Exception {
        String lines = client.call("CLIENT", "LIST");
        assertThat(lines.lines().count()).isEqualTo(2);
        assertThat(lines.lines().map(line -> line.replaceAll(" .*", "")))
                .containsExactly("id=" + idOf(client), "id=" + idOf(other));
        Map<String, String> fields = fieldsOf(idOf(client));
        assertThat(fields.keySet()).hasToString(FIELDS);
        assertThat(fields)
                .containsEntry("laddr", "127.0.0.1:" + server.port())
                .containsEntry("flags", "N")
                .containsEntry("cmd", "client|list")
                .containsEntry("user", "default")
                .containsEntry("resp", "2");
        assertThat(fields.get("addr")).matches("127\\.0\\.0\\.1:\\d+");
    }

    @Test
    void shouldTellWhatAClientDoes() throws Exception {
        String id = idOf(other);
        other.call("CLIENT", "SETNAME", "me");
        other.call("SELECT", "3");
        other.call("WATCH", "a");
        other.call("MULTI");
        other.call("GET", "a");
        assertThat(fieldsOf(id))
                .containsEntry("name", "me")
                .containsEntry("db", "3")
                .containsEntry("flags", "x")
                .containsEntry("multi", "1")
                .containsEntry("cmd", "get");
        client.call("SELECT", "3");
        client.call("SET", "a", "1");
        assertThat(fieldsOf(id)).containsEntry("flags", "xd");
        assertThat(Long.parseLong(fieldsOf(id).get("multi-mem"))).isPositive();
        other.call("DISCARD");
        other.call("SUBSCRIBE", "c", "d");
        other.reply();
        other.call("PSUBSCRIBE", "p*");
        assertThat(fieldsOf(id))
                .containsEntry("flags", "P")
                .containsEntry("sub", "2")
                .containsEntry("psub", "1");
        assertThat(client.call("CLIENT", "LIST", "TYPE", "pubsub")).startsWith("id=" + id + " ");
        assertThat(client.call("CLIENT", "LIST", "TYPE", "normal")).startsWith("id=" + idOf(client) + " ");
    }

    @Test
    void shouldTellWhatWaitsOfAClientThatDoesNotRead() throws Exception {
        String id = idOf(other);
        client.call("SET", "big", "x".repeat(1 << 20));
        for (int i = 0; i < 20; i++) {
            other.send("GET", "big");
        }
        await().until(() -> Long.parseLong(fieldsOf(id).get("omem")) > 1 << 20);
        Map<String, String> fields = fieldsOf(id);
        assertThat(fields.get("events")).contains("w");
        assertThat(Long.parseLong(fields.get("tot-mem"))).isGreaterThan(1 << 20);
        assertThat(Long.parseLong(fields.get("oll"))).isPositive();
    }

    @Test
    void shouldUnblock() throws Exception {
        String id = block();
        assertThat(client.call("CLIENT", "UNBLOCK", id)).isEqualTo(":1");
        assertThat(other.reply()).isEqualTo("(nil)");
        assertThat(client.call("CLIENT", "UNBLOCK", id)).isEqualTo(":0");
        block();
        assertThat(client.call("CLIENT", "UNBLOCK", id, "ERROR")).isEqualTo(":1");
        assertThat(other.reply()).isEqualTo("-UNBLOCKED client unblocked via CLIENT UNBLOCK");
        assertThat(client.call("RPUSH", "list", "x")).isEqualTo(":1");
        assertThat(other.call("BLPOP", "list", "0")).isEqualTo("[list x]");
    }

    @Test
    void shouldDisconnectWhoWaitsAndServeItNothing() throws Exception {
        String id = block();
        assertThat(client.call("CLIENT", "KILL", "ID", id)).isEqualTo(":1");
        assertThat(client.call("CLIENT", "LIST", "ID", id)).isEmpty();
        assertThat(client.call("RPUSH", "list", "x")).isEqualTo(":1");
        assertThat(client.call("LLEN", "list")).isEqualTo(":1");
        assertThat(client.call("INFO", "clients")).contains("blocked_clients:0\r");
        assertThat(other.isClosedByServer()).isTrue();
        await().until(() -> server.connectedClients() == 1);
    }

    @Test
    void shouldDisconnectSubscribersAndNobodyElse() throws Exception {
        other.call("SUBSCRIBE", "c");
        assertThat(client.call("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "no"))
                .isEqualTo(":1");
        assertThat(client.call("PUBLISH", "c", "m")).isEqualTo(":0");
        assertThat(other.isClosedByServer()).isTrue();
        assertThat(client.call("PING")).isEqualTo("+PONG");
    }

    /** What was sent behind the killed client's last command is not run. */
    @Test
    void shouldRunNothingMoreOfWhoIsKilled() throws Exception {
        String id = idOf(other);
        assertThat(client.call("CLIENT", "PAUSE", "60000", "WRITE")).isEqualTo("+OK");
        other.send("SET", "a", "1");
        awaitFlags(id, "b");
        client.send("CLIENT", "KILL", "ID", id).send("CLIENT", "UNPAUSE").send("GET", "a");
        assertThat(client.reply()).isEqualTo(":1");
        assertThat(client.reply()).isEqualTo("+OK");
        assertThat(client.reply()).isEqualTo("(nil)");
        assertThat(other.isClosedByServer()).isTrue();
        assertThat(client.call("GET", "a")).isEqualTo("(nil)");
    }

    @Test
    void shouldAnswerWhoKillsItself() throws Exception {
        String address = fieldsOf(idOf(other)).get("addr");
        other.send("CLIENT", "KILL", address).send("SET", "a", "1");
        assertThat(other.reply()).isEqualTo("+OK");
        assertThat(other.isClosedByServer()).isTrue();
        assertThat(client.call("GET", "a")).isEqualTo("(nil)");
        await().until(() -> server.connectedClients() == 1);
        assertThat(client.call("CLIENT", "KILL", address)).isEqualTo("-ERR No such client");
        assertThat(client.call("CLIENT", "KILL", "SKIPME", "no", "ID", idOf(client)))
                .isEqualTo(":1");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"WRITE", "ALL"})
    void shouldPause(String mode) throws Exception {
        long begin = System.nanoTime();
        assertThat(client.call("CLIENT", "PAUSE", "300", mode)).isEqualTo("+OK");
        assertThat(other.call("SET", "a", "1")).isEqualTo("+OK");
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(290_000_000L);
        assertThat(client.call("GET", "a")).isEqualTo("1");
    }

    @Test
    void shouldEndAPauseOfWrites() throws Exception {
        assertThat(client.call("CLIENT", "PAUSE", "60000", "WRITE")).isEqualTo("+OK");
        assertThat(other.call("GET", "a")).isEqualTo("(nil)");
        for (List<String> writing : List.of(
                List.of("SET", "a", "1"),
                List.of("PUBLISH", "c", "m"),
                List.of("EVAL", "return 1", "0"),
                List.of("PFCOUNT", "h"))) {
            try (RawClient held = new RawClient(server.port())) {
                held.send(writing.toArray(new String[0]));
                assertThat(held.isSilentFor(100)).as("%s", writing).isTrue();
            }
        }
        other.call("MULTI");
        other.call("SET", "a", "2");
        other.send("EXEC").send("GET", "a");
        assertThat(other.isSilentFor(100)).isTrue();
        try (RawClient held = new RawClient(server.port())) {
            held.call("MULTI");
            held.call("PUBLISH", "c", "m");
            held.send("EXEC");
            assertThat(held.isSilentFor(100)).isTrue();
        }
        assertThat(client.call("CLIENT", "UNPAUSE")).isEqualTo("+OK");
        assertThat(other.reply()).isEqualTo("[+OK]");
        assertThat(other.reply()).isEqualTo("2");
    }

    @Test
    void shouldSendOnlyTheRepliesAskedFor() throws Exception {
        client.send("CLIENT", "REPLY", "SKIP").send("PING");
        assertThat(client.call("ECHO", "a")).isEqualTo("a");
        client.send("CLIENT", "REPLY", "OFF").send("SET", "a", "1");
        assertThat(client.call("CLIENT", "REPLY", "ON")).isEqualTo("+OK");
        assertThat(client.call("GET", "a")).isEqualTo("1");
    }

    /** A reply that is to be skipped is skipped, even that of RESET; replies that are off are on from RESET on. */
    @Test
    void shouldResetWhatRepliesAreSent() throws Exception {
        client.send("CLIENT", "REPLY", "SKIP").send("RESET");
        assertThat(client.call("ECHO", "a")).isEqualTo("a");
        client.send("CLIENT", "REPLY", "OFF");
        assertThat(client.call("RESET")).isEqualTo("+RESET");
        assertThat(client.call("ECHO", "b")).isEqualTo("b");
    }

    @Test
    void shouldShowWhoseCommandsAreNoUses() throws Exception {
        assertThat(other.call("CLIENT", "NO-TOUCH", "ON")).isEqualTo("+OK");
        assertThat(fieldsOf(idOf(other))).containsEntry("flags", "T");
        assertThat(other.call("CLIENT", "NO-TOUCH", "OFF")).isEqualTo("+OK");
        assertThat(fieldsOf(idOf(other))).containsEntry("flags", "N");
        assertThat(other.call("CLIENT", "NO-TOUCH", "MAYBE")).isEqualTo("-ERR syntax error");
    }

    @Test
    void shouldShowWhoTracks() throws Exception {
        assertThat(client.call("CLIENT", "TRACKINGINFO")).isEqualTo("[flags [off] redirect :-1 prefixes []]");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "a"))
                .isEqualTo("+OK");
        assertThat(client.call("CLIENT", "TRACKINGINFO")).isEqualTo("[flags [on bcast] redirect :0 prefixes [a]]");
        assertThat(fieldsOf(idOf(client))).containsEntry("flags", "tB").containsEntry("redir", "0");
        assertThat(client.call("RESET")).isEqualTo("+RESET");
        assertThat(fieldsOf(idOf(client))).containsEntry("flags", "N").containsEntry("redir", "-1");
        assertThat(client.call("CLIENT", "HELP")).contains("UNBLOCK", "NO-EVICT");
    }

    @Test
    void shouldShowWhoIsExempt() throws Exception {
        assertThat(other.call("CLIENT", "NO-EVICT", "ON")).isEqualTo("+OK");
        assertThat(fieldsOf(idOf(other))).containsEntry("flags", "e");
        assertThat(other.call("CLIENT", "NO-EVICT", "OFF")).isEqualTo("+OK");
        assertThat(fieldsOf(idOf(other))).containsEntry("flags", "N");
    }
}

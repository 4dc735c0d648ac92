package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.server.ServiceOptions;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.spi.Refusal;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldSayWhichCommandItDoesNotKnow() {
        assertThat(client.run("nosuch", "a", "b"))
                .isEqualTo("-ERR unknown command 'nosuch', with args beginning with: 'a' 'b' \r\n");
        assertThat(client.run("get")).isEqualTo("-ERR wrong number of arguments for 'get' command\r\n");
    }

    @Test
    void shouldAbortATransactionThatHeldABadCommand() {
        client.run("multi");
        client.run("nosuch");
        assertThat(client.run("exec")).startsWith("-EXECABORT");
    }

    @Test
    void shouldFindCommandsWhateverTheirCase() {
        assertThat(client.run("SeT", "a", "1")).isEqualTo("+OK\r\n");
        assertThat(client.run("GET", "a")).isEqualTo("$1\r\n1\r\n");
    }

    @Test
    void shouldRefuseDatabasesThatAreNotThere() {
        assertThat(client.run("select", "16")).isEqualTo("-ERR DB index is out of range\r\n");
        assertThat(client.run("select", "15")).isEqualTo("+OK\r\n");
        client.run("set", "a", "1");
        assertThat(client.run("move", "a", "99")).isEqualTo("-ERR DB index is out of range\r\n");
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "OUT_OF_SPACE,-OOM there is no room",
        "LOG_FAILED,-MISCONF Errors writing to the AOF file: there is no room",
        "SAVE_FAILED,'-MISCONF Redis is configured to save RDB snapshots, but it''s currently unable to persist to"
                + " disk. '",
        "FAILED,-MISCONF there is no room"
    })
    void shouldSayAsRedisDoesWhyNothingIsWritten(Refusal.Kind kind, String answer) {
        client.persister.refusal = new Refusal(kind, "there is no room");
        assertThat(client.run("set", "a", "1")).startsWith(answer);
    }

    @Test
    void shouldRefuseWritesThatThePersisterCannotTake() {
        client.run("set", "a", "1");
        client.persister.refusal = new Refusal(Refusal.Kind.LOG_FAILED, "No space left on device");
        assertThat(client.run("set", "a", "2")).startsWith("-MISCONF ");
        assertThat(client.run("get", "a")).isEqualTo("$1\r\n1\r\n");
        client.run("multi");
        assertThat(client.run("incr", "a")).startsWith("-MISCONF ");
        assertThat(client.run("exec")).startsWith("-EXECABORT");
        client.persister.refusal = null;
        client.run("multi");
        client.run("incr", "a");
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "full");
        assertThat(client.run("exec")).startsWith("-EXECABORT Transaction discarded because of: MISCONF full");
        assertThat(client.run("get", "a")).isEqualTo("$1\r\n1\r\n");
    }

    @Test
    void shouldForgetTheWatchesOfAClientThatIsGone() {
        Session watcher = client.openSession(new ArrayList<>());
        watcher.execute(TestClient.command("watch", "a"));
        watcher.close();
        client.run("set", "a", "1");
        client.run("watch", "a");
        client.run("multi");
        client.run("set", "a", "2");
        assertThat(client.run("exec")).isEqualTo("*1\r\n+OK\r\n");
    }

    @Test
    void shouldRunCommandsThroughTheInterceptor() {
        client.engine.server().setOptions(ServiceOptions.executeOnly(1));
        assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
        client.run("get", "a");
        assertThat(client.pushed).contains("<closed>");
    }

    @Test
    void shouldGreetAndDescribe() {
        assertThat(client.run("hello")).startsWith("*14\r\n");
        assertThat(client.run("hello", "4")).isEqualTo("-NOPROTO unsupported protocol version\r\n");
        assertThat(client.run("hello", "3")).startsWith("%7\r\n").endsWith("$7\r\nmodules\r\n*0\r\n");
        assertThat(client.run("get", "none")).isEqualTo("_\r\n");
        assertThat(client.run("hello", "2", "setname", "me")).startsWith("*14\r\n");
        assertThat(client.run("client", "getname")).isEqualTo("$2\r\nme\r\n");
        assertThat(client.run("command", "count"))
                .isEqualTo(":" + CommandTable.all().size() + "\r\n");
        assertThat(client.run("info", "keyspace")).contains("# Keyspace");
    }

    @Test
    void shouldQueueItsOwnCommandsInATransaction() {
        client.run("multi");
        client.run("set", "a", "1");
        assertThat(client.run("dbsize")).isEqualTo("+QUEUED\r\n");
        assertThat(client.run("exec")).isEqualTo("*2\r\n+OK\r\n:1\r\n");
    }

    @Test
    void shouldSendToWorkersWhatMayTakeLong() {
        assertThat(needsWorker("get", "a")).isFalse();
        assertThat(needsWorker("blpop", "a", "0")).isFalse();
        assertThat(needsWorker("xread", "BLOCK", "0", "streams", "a", "0")).isFalse();
        assertThat(needsWorker("eval", "return 1", "0")).isTrue();
        assertThat(needsWorker("script", "KILL")).isTrue();
        client.run("multi");
        assertThat(needsWorker("eval", "return 1", "0")).isFalse();
        assertThat(needsWorker("exec")).isFalse();
        client.run("eval", "return 1", "0");
        assertThat(needsWorker("exec")).isTrue();
    }

    @Test
    void shouldNotBeSeenBeforeItsConnectionIsReady() {
        Session early = client.engine.newSession(SessionOutput.NOBODY);
        String id = Long.toString(early.id());
        assertThat(client.run("client", "list", "id", id)).isEqualTo("$0\r\n\r\n");
        early.open();
        assertThat(client.run("client", "list", "id", id)).contains("id=" + id + " ");
    }

    /** It is there until its connection is closed, which others may do before it has taken its reply. */
    @Test
    void shouldBeSeenUntilItsConnectionIsGone() {
        Session other = client.openSession();
        String id = Long.toString(other.id());
        assertThat(TestClient.run(other, "client", "kill", "id", id, "skipme", "no"))
                .isEqualTo(":1\r\n");
        assertThat(client.run("client", "list", "id", id)).contains("id=" + id + " ");
        other.close();
        assertThat(client.run("client", "list", "id", id)).isEqualTo("$0\r\n\r\n");
    }

    /** Whoever is not known yet may have sent anything. */
    @Test
    void shouldNotShowOthersWhateverAClientHasSent() {
        Session other = client.openSession();
        String id = Long.toString(other.id());
        TestClient.run(other, "client", "a\nid=1 name=b");
        assertThat(client.run("client", "list", "id", id))
                .contains(" cmd=client ")
                .doesNotContain("id=1 name");
        TestClient.run(other, "client", "No-Evict", "off");
        assertThat(client.run("client", "list", "id", id)).contains(" cmd=client|no-evict ");
    }

    @Test
    void shouldKnowWhatAPauseOfWritesHolds() {
        for (String[] held : new String[][] {{"set", "a", "1"}, {"publish", "c", "m"}, {"pfcount", "a"}}) {
            assertThat(mayReplicate(held)).isTrue();
            client.run("multi");
            assertThat(mayReplicate("exec")).isFalse();
            client.run(held);
            assertThat(mayReplicate("exec")).as(held[0]).isTrue();
            client.run("discard");
        }
        assertThat(mayReplicate("get", "a")).isFalse();
        client.run("multi");
        client.run("get", "a");
        assertThat(mayReplicate("exec")).isFalse();
    }

    private boolean mayReplicate(String... words) {
        return client.session.outlook().mayReplicate(TestClient.command(words));
    }

    @Test
    void shouldLeaveWhatHasExpiredWhileClientsArePaused() {
        client.run("set", "a", "1", "PX", "100");
        client.run("set", "b", "1", "PX", "100");
        client.clock.advance(200);
        client.run("client", "pause", "100000", "WRITE");
        assertThat(client.effectsOf("get", "a")).isEmpty();
        assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
        assertThat(client.run("keys", "*")).isEqualTo("*0\r\n");
        assertThat(client.run("dbsize")).isEqualTo(":2\r\n");
        // One that had come so far before the pause.
        assertThat(client.run("set", "b", "2")).isEqualTo("+OK\r\n");
        assertThat(client.run("dbsize")).isEqualTo(":2\r\n");
        client.run("client", "unpause");
        assertThat(client.effectsOf("get", "a")).isNotEmpty();
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
        assertThat(client.run("get", "b")).isEqualTo("$1\r\n2\r\n");
    }

    /** The log may become full after a command that writes was let through. */
    @Test
    void shouldPutNoSecondKeyBesideOneThatHasExpired() {
        client.run("set", "a", "1", "PX", "100");
        client.clock.advance(200);
        client.persister.isBackedUp = true;
        assertThat(client.run("rpush", "a", "x")).isEqualTo(":1\r\n");
        client.persister.isBackedUp = false;
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
        assertThat(client.run("del", "a")).isEqualTo(":1\r\n");
        assertThat(client.run("exists", "a")).isEqualTo(":0\r\n");
    }

    private boolean needsWorker(String... words) {
        return client.session.route(TestClient.command(words)) == Route.WORKER;
    }
}

package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.operations.server.MockExecutor;
import com.github.fppt.jedismock.server.ServiceOptions;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.keyspace.WatchedKeys;
import io.nvmredis.spi.Refusal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionCommandsTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldRecordOneTransactionOfWhatHasSucceeded() {
        client.run("set", "s", "x");
        client.run("multi");
        client.run("incr", "n");
        client.run("lpush", "s", "a");
        client.run("select", "2");
        client.run("rpush", "l", "a");
        int before = client.persister.transactions.size();
        assertThat(client.run("exec")).startsWith("*4\r\n:1\r\n-WRONGTYPE ").endsWith("\r\n+OK\r\n:1\r\n");
        assertThat(client.persister.transactions).hasSize(before + 1);
        assertThat(client.effectsSince(before)).containsExactly("SET n 1", "SELECT 2", "RPUSH l a");
    }

    @Test
    void shouldBeShownWhileItIsQueuedAndWhileItRuns() {
        String id = "id=" + client.session.id() + " ";
        client.run("multi");
        client.run("client", "info");
        client.run("client", "list");
        Session other = client.openSession();
        assertThat(shown(TestClient.run(other, "client", "list"), id)).contains(" flags=x ", " multi=2 ");
        String replies = client.run("exec");
        String list = replies.substring(replies.indexOf(id) + 1);
        assertThat(shown(replies, id)).contains(" flags=x ", " multi=2 ");
        assertThat(shown(list, id)).contains(" flags=x ", " multi=2 ");
        assertThat(shown(client.run("client", "info"), id)).contains(" flags=N ", " multi=-1 ");
    }

    /** The first line of a list that begins so. */
    private static String shown(String list, String beginning) {
        return list.substring(list.indexOf(beginning)).lines().findFirst().orElseThrow();
    }

    @Test
    void shouldRunTheOthersIfOneEndsWithAnException() {
        client.engine.server().setOptions(ServiceOptions.withInterceptor((state, name, parameters) -> {
            if (name.equals("echo")) {
                throw new UnsupportedOperationException("no echo");
            }
            return MockExecutor.proceed(state, name, parameters);
        }));
        client.run("multi");
        client.run("set", "a", "1");
        client.run("echo", "b");
        client.run("set", "c", "1");
        assertThat(client.run("exec")).startsWith("*3\r\n+OK\r\n-ERR ").endsWith("+OK\r\n");
        assertThat(client.run("exists", "a", "c")).isEqualTo(":2\r\n");
    }

    @Test
    void shouldShowWhatHasBeenWrittenToTheConnectionInItsPlace() {
        client.run("multi");
        client.run("set", "a", "1");
        client.run("subscribe", "channel");
        client.run("get", "a");
        assertThat(client.run("exec"))
                .isEqualTo("*3\r\n+OK\r\n*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n$1\r\n1\r\n");
        assertThat(client.pushed).isEmpty();
    }

    @Test
    void shouldShowNothingMoreWhenWhatItChangedCannotBeKept() {
        client.run("set", "a", "1");
        client.run("multi");
        client.run("set", "a", "2");
        client.persister.failsToAppend = true;
        assertThat(client.run("exec")).startsWith("-MISCONF ");
        assertThat(client.run("get", "a")).startsWith("-MISCONF ");
    }

    @Test
    void shouldEndTheWatchesOfATransactionThatIsRefused() {
        client.run("watch", "a");
        client.run("multi");
        client.run("set", "a", "1");
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "full");
        assertThat(client.run("exec")).startsWith("-EXECABORT ");
        client.persister.refusal = null;
        TestClient.run(client.openSession(), "set", "a", "2");
        client.run("multi");
        assertThat(client.run("exec")).isEqualTo("*0\r\n");
    }

    @Test
    void shouldForgetWhoWatchesWhenNobodyDoes() {
        List<Session> sessions = List.of(client.openSession(), client.openSession(), client.openSession());
        sessions.forEach(session -> TestClient.run(session, "watch", "a", "b"));
        TestClient.run(sessions.get(0), "unwatch");
        TestClient.run(sessions.get(1), "multi");
        TestClient.run(sessions.get(1), "exec");
        sessions.get(2).close();
        client.run("ping");
        assertThat(WatchedKeys.count(client.engine.databases().database(0))).isZero();
    }
}

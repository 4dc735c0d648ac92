package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.Session;
import io.nvmredis.engine.TestClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who waits in XREADGROUP is served in order, and told when there is nothing to wait for any more. */
class StreamGroupReadTest {
    private static final String GONE = "-UNBLOCKED the stream key no longer exists\r\n";

    private final TestClient client = new TestClient();

    @BeforeEach
    void makeGroup() {
        run("XGROUP CREATE s g $ MKSTREAM");
    }

    @AfterEach
    void close() {
        client.close();
    }

    private String run(String command) {
        return client.run(command.split(" ", -1));
    }

    /** A consumer that waits for new entries. */
    private final class Waiting {
        final List<String> received = new ArrayList<>();
        final Session session = client.openSession(received);

        Waiting(String consumer, String keys, String ids) {
            String command = "XREADGROUP GROUP g " + consumer + " BLOCK 0 STREAMS " + keys + " " + ids;
            TestClient.await(session, command.split(" ", -1));
        }

        void assertReceived(String reply) {
            assertThat(received).containsExactly("<resumed>" + reply);
            assertThat(session.waiting().isOn()).isFalse();
        }

        void assertWaits() {
            assertThat(received).isEmpty();
            assertThat(session.waiting().isOn()).isTrue();
        }
    }

    private static String entry(String key, String id, String value) {
        return "*1\r\n*2\r\n$" + key.length() + "\r\n" + key + "\r\n*1\r\n*2\r\n$" + id.length() + "\r\n" + id
                + "\r\n*2\r\n$1\r\nf\r\n$" + value.length() + "\r\n" + value + "\r\n";
    }

    @Test
    void shouldServeEachEntryToOneConsumerInTheOrderOfArrival() {
        Waiting first = new Waiting("a", "s", ">");
        Waiting second = new Waiting("b", "s", ">");
        run("XADD s 1-1 f 1");
        first.assertReceived(entry("s", "1-1", "1"));
        second.assertWaits();
        run("XADD s 2-1 f 2");
        second.assertReceived(entry("s", "2-1", "2"));
        assertThat(run("XPENDING s g"))
                .isEqualTo(
                        "*4\r\n:2\r\n$3\r\n1-1\r\n$3\r\n2-1\r\n*2\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$1\r\nb\r\n$1\r\n1"
                                + "\r\n");
    }

    @Test
    void shouldServeAWholeTransactionAtOnce() {
        Waiting waiting = new Waiting("a", "s", ">");
        run("MULTI");
        run("XADD s 1-1 f 1");
        run("XADD s 2-1 f 2");
        run("EXEC");
        assertThat(waiting.received.get(0)).contains("1-1", "2-1");
        assertThat(run("XINFO CONSUMERS s g")).contains("$7\r\npending\r\n:2\r\n");
    }

    @Test
    void shouldServeFromTheKeyThatGetsAnEntry() {
        run("XGROUP CREATE t g $ MKSTREAM");
        Waiting waiting = new Waiting("a", "s t", "> >");
        run("XADD t 1-1 f 1");
        waiting.assertReceived(entry("t", "1-1", "1"));
    }

    /** As in Redis: who waits is served with the next entry, and gets what the group was moved back to as well. */
    @Test
    void shouldWaitOnWhenTheGroupIsMovedBack() {
        run("XADD s 1-1 f 1");
        run("XREADGROUP GROUP g a STREAMS s >");
        Waiting waiting = new Waiting("a", "s", ">");
        run("XGROUP SETID s g 0");
        waiting.assertWaits();
        run("XGROUP CREATECONSUMER s g b");
        run("XTRIM s MAXLEN 5");
        run("EXPIRE s 100");
        waiting.assertWaits();
        run("XADD s 2-1 f 2");
        assertThat(waiting.received.get(0)).contains("1-1", "2-1");
    }

    @Test
    void shouldEndTheWaitWhenTheGroupIsDestroyed() {
        Waiting waiting = new Waiting("a", "s", ">");
        run("XGROUP DESTROY s other");
        waiting.assertWaits();
        run("XGROUP DESTROY s g");
        waiting.assertReceived("-NOGROUP the consumer group this client was blocked on no longer exists\r\n");
    }

    @Test
    void shouldEndTheWaitWhenTheKeyIsGone() {
        Waiting deleted = new Waiting("a", "s", ">");
        run("DEL s");
        deleted.assertReceived(GONE);
        makeGroup();
        Waiting renamed = new Waiting("a", "s", ">");
        run("RENAME s t");
        renamed.assertReceived(GONE);
        makeGroup();
        Waiting replaced = new Waiting("a", "s", ">");
        run("SET s v");
        replaced.assertReceived(GONE);
        run("DEL s");
        makeGroup();
        Waiting flushed = new Waiting("a", "s", ">");
        run("FLUSHALL");
        flushed.assertReceived(GONE);
    }

    @Test
    void shouldLeaveAloneWhoWaitsForAnotherKindOfThing() {
        run("DEL s");
        List<String> received = new ArrayList<>();
        Session popping = client.openSession(received);
        TestClient.await(popping, "BLPOP", "s", "0");
        makeGroup();
        Waiting waiting = new Waiting("a", "s", ">");
        run("DEL s");
        waiting.assertReceived(GONE);
        assertThat(received).isEmpty();
        run("RPUSH s x");
        assertThat(received).containsExactly("<resumed>*2\r\n$1\r\ns\r\n$1\r\nx\r\n");
    }

    @Test
    void shouldNotWaitInATransactionOrAScript() {
        run("MULTI");
        run("XREADGROUP GROUP g a BLOCK 0 STREAMS s >");
        assertThat(run("EXEC")).isEqualTo("*1\r\n*-1\r\n");
        String script = "return redis.call('XREADGROUP','GROUP','g','a','%s','0','STREAMS','s','>')";
        assertThat(client.run("EVAL", script.replace("%s", "BLOCK"), "0"))
                .contains("XREADGROUP command is not allowed with BLOCK option from scripts");
        run("XADD s 1-1 f 1");
        assertThat(client.run("EVAL", script.replace("%s", "COUNT"), "0")).isEqualTo(entry("s", "1-1", "1"));
    }

    @Test
    void shouldTakeAThousandEntriesAtMostAfterAWait() {
        Waiting waiting = new Waiting("a", "s", ">");
        client.run("EVAL", "for i = 1, 1200 do redis.call('XADD','s',i,'f','v') end", "0");
        assertThat(waiting.received.get(0)).contains("*1000\r\n");
        assertThat(run("XPENDING s g")).startsWith("*4\r\n:1000\r\n");
    }
}

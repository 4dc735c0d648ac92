package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.Session;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.spi.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for a key is served, in order, by the command that brings what he waits for. */
class BlockingTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    /** A client with the replies and messages that it was sent without having asked just then. */
    private final class Waiting {
        final List<String> received = new ArrayList<>();
        final Session session = client.openSession(received);

        Waiting(String... command) {
            TestClient.await(session, command);
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

    private static String array(String... words) {
        StringBuilder reply = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            reply.append(bulk(word));
        }
        return reply.toString();
    }

    private static String bulk(String word) {
        return "$" + word.length() + "\r\n" + word + "\r\n";
    }

    private void assertWaiting(int count) {
        assertThat(client.run("info", "clients")).contains("blocked_clients:" + count + "\r\n");
    }

    @Test
    void shouldServeInTheOrderOfArrival() {
        Waiting first = new Waiting("blpop", "l", "0");
        Waiting second = new Waiting("brpop", "l", "0");
        Waiting third = new Waiting("blpop", "l", "0");
        assertWaiting(3);

        assertThat(client.run("rpush", "l", "a", "b")).isEqualTo(":2\r\n");

        first.assertReceived(array("l", "a"));
        second.assertReceived(array("l", "b"));
        third.assertWaits();
        assertWaiting(1);
        client.run("rpush", "l", "c");
        third.assertReceived(array("l", "c"));
        assertThat(client.run("exists", "l")).isEqualTo(":0\r\n");
    }

    @Test
    void shouldServeFromTheKeyThatWasChangedFirst() {
        Waiting waiting = new Waiting("blpop", "a", "b", "0");
        client.run("multi");
        client.run("rpush", "b", "1");
        client.run("rpush", "a", "2");
        client.run("exec");
        waiting.assertReceived(array("b", "1"));
        assertThat(client.run("lrange", "a", "0", "-1")).isEqualTo(array("2"));
    }

    @Test
    void shouldTakeOneElementForAKeyNamedTwice() {
        Waiting waiting = new Waiting("blpop", "a", "a", "0");
        client.run("rpush", "a", "1", "2");
        waiting.assertReceived(array("a", "1"));
        assertThat(client.run("llen", "a")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldServeAfterAWholeTransactionOrScript() {
        Waiting waiting = new Waiting("blpop", "l", "0");
        client.run("multi");
        client.run("lpush", "l", "1");
        client.run("lpush", "l", "2");
        client.run("exec");
        waiting.assertReceived(array("l", "2"));
        client.run("del", "l");

        Waiting next = new Waiting("blpop", "l", "0");
        client.run("eval", "redis.call('rpush','l','1','2') return redis.call('lpop','l')", "0");
        next.assertReceived(array("l", "2"));
    }

    @Test
    void shouldNotServeWhatIsGoneWhenTheTransactionEnds() {
        Waiting waiting = new Waiting("blpop", "l", "0");
        client.run("multi");
        client.run("lpush", "l", "1");
        client.run("del", "l");
        client.run("exec");
        waiting.assertWaits();
    }

    @Test
    void shouldPassOnWhatIsMovedToWhoWaitsForThat() {
        Waiting last = new Waiting("blpop", "c", "0");
        Waiting middle = new Waiting("blmove", "b", "c", "LEFT", "RIGHT", "0");
        Waiting first = new Waiting("brpoplpush", "a", "b", "0");
        client.run("rpush", "a", "x");
        first.assertReceived(bulk("x"));
        middle.assertReceived(bulk("x"));
        last.assertReceived(array("c", "x"));
        assertThat(client.effectsSince(0))
                .containsExactly("RPUSH a x", "LPOP a", "RPUSH b x", "LPOP b", "RPUSH c x", "LPOP c");
    }

    @Test
    void shouldEndThoughTwoMoveToEachOther() {
        Waiting one = new Waiting("brpoplpush", "a", "b", "0");
        Waiting other = new Waiting("brpoplpush", "b", "a", "0");
        client.run("rpush", "a", "x");
        one.assertReceived(bulk("x"));
        other.assertReceived(bulk("x"));
        assertThat(client.run("lrange", "a", "0", "-1")).isEqualTo(array("x"));
        Waiting self = new Waiting("brpoplpush", "s", "s", "0");
        client.run("rpush", "s", "x");
        self.assertReceived(bulk("x"));
    }

    @Test
    void shouldTellWhoseTargetIsOfTheWrongTypeAndServeTheNext() {
        client.run("set", "string", "v");
        Waiting wrong = new Waiting("brpoplpush", "a", "string", "0");
        Waiting next = new Waiting("blpop", "a", "0");
        client.run("rpush", "a", "x");
        wrong.assertReceived("-" + ErrorReplies.WRONG_TYPE + "\r\n");
        next.assertReceived(array("a", "x"));
    }

    @Test
    void shouldGoOnWaitingForAKeyOfTheWrongType() {
        Waiting list = new Waiting("blpop", "k", "0");
        Waiting sortedSet = new Waiting("bzpopmin", "k", "0");
        client.run("sadd", "k", "x");
        client.run("del", "k");
        list.assertWaits();
        client.run("zadd", "k", "1.5", "m");
        list.assertWaits();
        sortedSet.assertReceived(array("k", "m", "1.5"));
        client.run("rpush", "k", "x");
        list.assertReceived(array("k", "x"));
    }

    @Test
    void shouldServeHoweverTheKeyCame() {
        client.run("rpush", "other", "1");
        client.run("zadd", "scores", "1", "m");
        String[][] commands = {
            {"rename", "other", "k"},
            {"copy", "source", "k"},
            {"sort", "source", "STORE", "k"},
            {"lmove", "source", "k", "LEFT", "LEFT"},
        };
        for (String[] command : commands) {
            client.run("rpush", "source", "1");
            Waiting waiting = new Waiting("blpop", "k", "0");
            client.run(command);
            waiting.assertReceived(array("k", "1"));
            client.run("del", "source");
        }
        Waiting waiting = new Waiting("bzpopmax", "k", "0");
        client.run("zunionstore", "k", "1", "scores");
        waiting.assertReceived(array("k", "m", "1"));
        Waiting elsewhere = new Waiting("blpop", "moved", "0");
        client.run("select", "1");
        client.run("rpush", "moved", "1");
        elsewhere.assertWaits();
        client.run("move", "moved", "0");
        elsewhere.assertReceived(array("moved", "1"));
    }

    @Test
    void shouldShowANewEntryToAllWhoReadAStream() {
        client.run("xadd", "s", "1-1", "f", "old");
        Waiting fromEnd = new Waiting("xread", "BLOCK", "0", "STREAMS", "none", "s", "0", "$");
        Waiting fromLater = new Waiting("xread", "COUNT", "1", "BLOCK", "0", "STREAMS", "s", "2");
        client.run("xadd", "s", "1-2", "f", "v");
        String entry = "*2\r\n" + bulk("1-2") + array("f", "v");
        fromEnd.assertReceived("*1\r\n*2\r\n" + bulk("s") + "*1\r\n" + entry);
        fromLater.assertWaits();
        client.run("xadd", "s", "2-1", "f", "v");
        assertThat(fromLater.received).hasSize(1);
        assertThat(client.run("xlen", "s")).isEqualTo(":3\r\n");
    }

    @Test
    void shouldReadAStreamFromAnywhere() {
        for (int i = 1; i <= 9; i += 2) {
            client.run("xadd", "s", i + "-0", "f", "v" + i);
        }
        client.run("xdel", "s", "5-0");
        for (String after : new String[] {"0", "1", "2", "3", "4", "5", "6", "7", "8"}) {
            int first = Integer.parseInt(after) + 1;
            int expected = first % 2 == 0 ? first + 1 : first;
            assertThat(client.run("xread", "COUNT", "1", "STREAMS", "s", after))
                    .contains(bulk((expected == 5 ? 7 : expected) + "-0"));
        }
        assertThat(client.run("xread", "STREAMS", "s", "9")).isEqualTo("*-1\r\n");
    }

    @Test
    void shouldEndWhenTheTimeIsUp() {
        Waiting waiting = new Waiting("blpop", "l", "0.0021");
        assertThat(waiting.session.waiting().timeoutMillis()).isEqualTo(3);
        assertThat(waiting.session.timeOut()).isEqualTo(TestClient.bytes("*-1\r\n"));
        assertThat(waiting.session.timeOut()).isSameAs(Session.WAITING);
        client.run("rpush", "l", "x");
        assertThat(waiting.received).isEmpty();
        assertThat(client.run("llen", "l")).isEqualTo(":1\r\n");
        assertWaiting(0);
        assertThat(TestClient.run(waiting.session, "blpop", "l", "0")).isEqualTo(array("l", "x"));
    }

    @Test
    void shouldNotServeWhoIsGone() {
        Waiting gone = new Waiting("blpop", "l", "m", "0");
        Waiting next = new Waiting("blpop", "l", "0");
        gone.session.close();
        assertWaiting(1);
        client.run("rpush", "l", "x");
        next.assertReceived(array("l", "x"));
        assertThat(gone.received).isEmpty();
    }

    @Test
    void shouldNotWaitInsideATransactionNorBeAllowedInAScript() {
        client.run("multi");
        client.run("blpop", "l", "0");
        client.run("brpoplpush", "l", "m", "0");
        client.run("xread", "BLOCK", "0", "STREAMS", "s", "$");
        client.run("rpush", "l", "x");
        client.run("blpop", "l", "0");
        assertThat(client.run("exec")).isEqualTo("*5\r\n*-1\r\n$-1\r\n*-1\r\n:1\r\n" + array("l", "x"));
    }

    @Test
    void shouldTouchAWatchedKey() {
        client.run("rpush", "target", "1");
        new Waiting("brpoplpush", "l", "target", "0");
        Waiting watching = new Waiting("blpop", "other", "0");
        watching.session.timeOut();
        TestClient.run(watching.session, "watch", "target");
        TestClient.run(watching.session, "multi");
        TestClient.run(watching.session, "ping");
        client.run("rpush", "l", "x");
        assertThat(TestClient.run(watching.session, "exec")).isEqualTo("*-1\r\n");
    }

    @Test
    void shouldObserveTheTransactionThatServesIt() {
        Waiting waiting = new Waiting("blpop", "l", "0");
        client.run("rpush", "l", "a", "b");
        assertThat(client.persister.transactions).hasSize(2);
        assertThat(client.effectsSince(1)).containsExactly("LPOP l");
        assertThat(client.session.observedLsn()).isEqualTo(1);
        assertThat(waiting.session.observedLsn()).isEqualTo(2);
    }

    @Test
    void shouldTellOfWhatIsTaken() {
        List<String> pushed = new ArrayList<>();
        Session subscriber = client.openSession(pushed);
        client.run("config", "set", "notify-keyspace-events", "Klg");
        TestClient.run(subscriber, "psubscribe", "__key*");
        pushed.clear();
        new Waiting("blpop", "l", "0");
        client.run("rpush", "l", "x");
        assertThat(pushed).hasSize(3);
        assertThat(pushed.get(0)).endsWith("rpush\r\n");
        assertThat(pushed.get(1)).endsWith("lpop\r\n");
        assertThat(pushed.get(2)).endsWith("del\r\n");
        assertThat(subscriber.observedLsn()).isEqualTo(2);
    }

    @Test
    void shouldWaitForRoomInTheLog() {
        Waiting waiting = new Waiting("blpop", "l", "0");
        client.persister.isBackedUp = true;
        client.run("rpush", "l", "x");
        client.run("ping");
        assertThat(waiting.received).containsExactly("<awaits room>");
        assertThat(client.run("llen", "l")).isEqualTo(":1\r\n");

        client.persister.isBackedUp = false;
        assertThat(waiting.session.waiting().onRoom()).isTrue();
        assertThat(waiting.received).containsExactly("<awaits room>", "<resumed>" + array("l", "x"));
    }

    @Test
    void shouldRefuseToServeWhatCannotBeKept() {
        Waiting waiting = new Waiting("blpop", "l", "0");
        client.persister.isBackedUp = true;
        client.run("rpush", "l", "x");
        client.persister.isBackedUp = false;
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "the disk is full");
        waiting.session.waiting().onRoom();
        assertThat(waiting.received).contains("<resumed>-MISCONF the disk is full\r\n");
        client.persister.refusal = null;
        assertThat(client.run("lpop", "l")).isEqualTo(bulk("x"));
    }

    @Test
    void shouldKeepTheDeadlineOfAListThatIsTurned() {
        client.run("rpush", "l", "x");
        client.run("pexpire", "l", "5000");
        assertThat(client.run("rpoplpush", "l", "l")).isEqualTo(bulk("x"));
        assertThat(client.run("pttl", "l")).isEqualTo(":5000\r\n");
    }

    @Test
    void shouldSayWhatIsWrongWithATime() {
        assertThat(client.run("blpop", "l", "x")).isEqualTo("-ERR timeout is not a float or out of range\r\n");
        assertThat(client.run("blpop", "l", "-1")).isEqualTo("-ERR timeout is negative\r\n");
        assertThat(client.run("blpop", "l", "1e300")).isEqualTo("-ERR timeout is out of range\r\n");
        assertThat(client.run("xread", "block", "0.5", "streams", "s", "0"))
                .isEqualTo("-ERR timeout is not an integer or out of range\r\n");
    }
}

package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is recorded of consumer groups: few and small effects, and nothing where nothing changes. */
class StreamGroupEffectsTest {
    private static final String NOW = "1700000000000";

    private TestClient client;

    @BeforeEach
    void start() {
        client = new TestClient();
        run("XADD s 1-1 f a", "XADD s 2-1 f b", "XADD s 3-1 f c", "XGROUP CREATE s g 0");
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private void run(String... commands) {
        for (String command : commands) {
            client.run(command.split(" ", -1));
        }
    }

    /** Returns the effects of a command. */
    private List<String> effects(String command) {
        int before = client.persister.transactions.size();
        run(command);
        return client.effectsSince(before);
    }

    @Test
    void shouldRecordABatchOfDeliveriesAsOne() {
        assertThat(effects("XREADGROUP GROUP g c COUNT 2 STREAMS s >"))
                .containsExactly(
                        "XGROUP s CREATECONSUMER g c " + NOW,
                        "XGROUP s SETID g 2-1 ENTRIESREAD 2",
                        "XCLAIM s g c 0 1-1 2-1 RETRYCOUNT 1 TIME " + NOW + " FORCE JUSTID");
        assertThat(effects("XREADGROUP GROUP g c NOACK STREAMS s >"))
                .containsExactly("XGROUP s SETID g 3-1 ENTRIESREAD 3");
        assertThat(effects("XREADGROUP GROUP g c STREAMS s >")).isEmpty();
    }

    @Test
    void shouldRecordThatHistoryWasReadAgain() {
        run("XREADGROUP GROUP g c COUNT 2 STREAMS s >");
        client.clock.advance(7);
        assertThat(effects("XREADGROUP GROUP g c STREAMS s 0"))
                .containsExactly("XCLAIM s g c 0 1-1 2-1 RETRYCOUNT 2 TIME 1700000000007 FORCE JUSTID");
        assertThat(effects("XREADGROUP GROUP g c STREAMS s 5")).isEmpty();
    }

    @Test
    void shouldRecordWhatIsAcknowledgedAlone() {
        run("XREADGROUP GROUP g c STREAMS s >");
        assertThat(effects("XACK s g 1-1 9-9 3-1")).containsExactly("XACK s g 1-1 3-1");
        assertThat(effects("XACK s g 1-1")).isEmpty();
    }

    @Test
    void shouldRecordClaimsAndThatLostEntriesAreNotPending() {
        run("XREADGROUP GROUP g c STREAMS s >", "XDEL s 2-1");
        assertThat(effects("XAUTOCLAIM s g d 0 0"))
                .containsExactly(
                        "XGROUP s CREATECONSUMER g d " + NOW,
                        "XACK s g 2-1",
                        "XCLAIM s g d 0 1-1 3-1 RETRYCOUNT 2 TIME " + NOW + " FORCE JUSTID");
        assertThat(effects("XCLAIM s g c 100 1-1")).isEmpty();
        assertThat(effects("XCLAIM s g c 0 1-1 IDLE 1000 RETRYCOUNT 9 LASTID 7-7"))
                .containsExactly(
                        "XGROUP s SETID g 7-7 ENTRIESREAD 3",
                        "XCLAIM s g c 0 1-1 RETRYCOUNT 9 TIME 1699999999000 FORCE JUSTID");
    }

    @Test
    void shouldRecordATrimAsOne() {
        assertThat(effects("XTRIM s MAXLEN 1")).containsExactly("XTRIM s MAXLEN 1");
        assertThat(effects("XADD s MAXLEN 1 4-1 f d")).containsExactly("XADD s 4-1 f d", "XTRIM s MAXLEN 1");
    }

    @Test
    void shouldRecordTheWholeStreamWithItsGroupsAsAnImage() {
        run("XREADGROUP GROUP g c COUNT 2 STREAMS s >", "XDEL s 1-1");
        assertThat(effects("COPY s t"))
                .containsExactly(
                        "XADD t 2-1 f b",
                        "XADD t 3-1 f c",
                        "XSETID t 3-1 ENTRIESADDED 3 MAXDELETEDID 1-1",
                        "XGROUP t CREATE g 2-1 ENTRIESREAD 2",
                        "XGROUP t CREATECONSUMER g c " + NOW,
                        "XCLAIM t g c 0 1-1 2-1 RETRYCOUNT 1 TIME " + NOW + " FORCE JUSTID");
        assertThat(effects("XGROUP CREATE u g $ MKSTREAM"))
                .containsExactly(
                        "XADD u 0-1 x x",
                        "XTRIM u MAXLEN 0",
                        "XSETID u 0-0 ENTRIESADDED 0 MAXDELETEDID 0-0",
                        "XGROUP u CREATE g 0-0 ENTRIESREAD -1");
    }

    @Test
    void shouldNotTellWhoWatches() {
        run("WATCH s");
        Session other = client.openSession(new ArrayList<>());
        TestClient.run(other, "XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
        TestClient.run(other, "XACK", "s", "g", "1-1");
        TestClient.run(other, "XGROUP", "DESTROY", "s", "g");
        run("MULTI", "PING");
        assertThat(client.run("EXEC")).isEqualTo("*1\r\n+PONG\r\n");
    }
}

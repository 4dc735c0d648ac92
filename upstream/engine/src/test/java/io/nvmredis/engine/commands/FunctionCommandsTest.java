package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.engine.Session;
import io.nvmredis.engine.TestClient;
import io.nvmredis.spi.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FunctionCommandsTest {
    private static final String COUNTER =
            "#!lua name=lib\nlocal n = 0\nredis.register_function('count', function() n = n + 1 return n end)";

    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    private static String library(String name, String body) {
        return "#!lua name=" + name + "\nredis.register_function('" + name + "', function(keys, args) " + body
                + " end)";
    }

    @Test
    void shouldRecordChangesOfLibrariesInADatabaseOfTheirOwn() {
        assertThat(client.effectsOf("FUNCTION", "LOAD", COUNTER))
                .containsExactly("SELECT 16", "HSET libraries lib " + COUNTER);
        assertThat(client.effectsOf("FUNCTION", "LOAD", COUNTER)).isEmpty();
        assertThat(client.effectsOf("FUNCTION", "LOAD", "REPLACE", COUNTER))
                .containsExactly("SELECT 16", "HSET libraries lib " + COUNTER);
        assertThat(client.effectsOf("FUNCTION", "DELETE", "lib")).containsExactly("SELECT 16", "HDEL libraries lib");
        assertThat(client.effectsOf("FUNCTION", "FLUSH")).isEmpty();
        client.run("FUNCTION", "LOAD", COUNTER);
        assertThat(client.effectsOf("FUNCTION", "FLUSH")).containsExactly("SELECT 16", "DEL libraries");
    }

    @Test
    void shouldRecordALibraryInTheTransactionOfItsExec() {
        client.run("MULTI");
        client.run("SET", "a", "1");
        client.run("FUNCTION", "LOAD", COUNTER);
        client.run("SET", "b", "2");
        assertThat(client.effectsOf("EXEC"))
                .contains("SELECT 16", "HSET libraries lib " + COUNTER, "SET a 1", "SET b 2")
                .hasSizeBetween(4, 5);
    }

    @Test
    void shouldBeInvisibleAsAKey() {
        client.run("FUNCTION", "LOAD", COUNTER);
        assertThat(client.run("DBSIZE")).isEqualTo(":0\r\n");
        assertThat(client.run("KEYS", "*")).isEqualTo("*0\r\n");
        assertThat(client.run("RANDOMKEY")).isEqualTo("$-1\r\n");
        assertThat(client.run("SELECT", "16")).isEqualTo("-ERR DB index is out of range\r\n");
        assertThat(client.run("FLUSHALL")).isEqualTo("+OK\r\n");
        assertThat(client.run("FCALL", "count", "0")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldKeepWhatFunctionsShareUntilTheLibraryIsReplaced() {
        client.run("FUNCTION", "LOAD", COUNTER);
        client.run("FCALL", "count", "0");
        assertThat(client.run("FCALL", "COUNT", "0")).isEqualTo(":2\r\n");
        client.run("FUNCTION", "LOAD", "REPLACE", COUNTER);
        assertThat(client.run("FCALL", "count", "0")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldKeepTheOldLibraryIfTheNewOneCannotBeLoaded() {
        client.run("FUNCTION", "LOAD", COUNTER);
        client.run("FCALL", "count", "0");
        client.run("FUNCTION", "LOAD", library("other", "return 1"));
        String taking = "#!lua name=lib\nredis.register_function('OTHER', function() end)";
        assertThat(client.run("FUNCTION", "LOAD", "REPLACE", taking))
                .isEqualTo("-ERR Function OTHER already exists\r\n");
        assertThat(client.run("FUNCTION", "LOAD", "REPLACE", "#!lua name=lib\nnonsense"))
                .startsWith("-ERR Error compiling function: user_function:2:");
        assertThat(client.run("FCALL", "count", "0")).isEqualTo(":2\r\n");
    }

    @Test
    void shouldBoundWhatAllLibrariesKeepTogether() {
        // A script may take an eighth of the heap; each of these functions keeps a little more than a third of that.
        long part = Runtime.getRuntime().maxMemory() / 8 / 1000 * 360;
        String body = "s[#s + 1] = string.rep('x', " + part + ") return #s";
        String last = "";
        for (int i = 0; i < 4; i++) {
            String name = "keeps" + i;
            client.run(
                    "FUNCTION",
                    "LOAD",
                    "#!lua name=" + name + "\nlocal s = {}\nredis.register_function('" + name + "', function() " + body
                            + " end)");
            last = client.run("FCALL", name, "0");
        }
        assertThat(last).contains("not enough memory");
        client.run("FUNCTION", "FLUSH");
        client.run("FUNCTION", "LOAD", COUNTER);
        assertThat(client.run("FCALL", "count", "0")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldBoundTheNumberOfLibraries() {
        String filler = " ".repeat(100_000);
        String reply = "";
        int count = 0;
        while (!reply.startsWith("-") && count < 1_000) {
            reply = client.run("FUNCTION", "LOAD", library("l" + count++, "return 1") + filler);
        }
        assertThat(reply).startsWith("-OOM too many libraries of functions are loaded");
        assertThat(client.run("FCALL", "l0", "0")).isEqualTo(":1\r\n");
        client.run("FUNCTION", "DELETE", "l0");
        assertThat(client.run("FUNCTION", "LOAD", library("again", "return 1"))).isEqualTo("$5\r\nagain\r\n");
    }

    @Test
    void shouldEndALoadThatTakesTooLong() {
        assertThat(client.run("FUNCTION", "LOAD", "#!lua name=x\nwhile true do end"))
                .isEqualTo("-ERR Error registering functions: ERR FUNCTION LOAD timeout\r\n");
    }

    @Test
    void shouldRefuseALibraryThatCannotBeKept() {
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "MISCONF the disk is full");
        assertThat(client.run("FUNCTION", "LOAD", COUNTER)).startsWith("-MISCONF");
        assertThat(client.run("FUNCTION", "FLUSH")).startsWith("-MISCONF");
        client.persister.refusal = null;
        assertThat(client.run("FUNCTION", "LIST")).isEqualTo("*0\r\n");
    }

    @Test
    void shouldKillAFunctionAndTellWhatItIsMeanwhile() throws Exception {
        client.run("FUNCTION", "LOAD", library("forever", "while true do end"));
        client.run("CONFIG", "SET", "lua-time-limit", "1");
        Session other = client.openSession();
        CompletableFuture<String> called =
                CompletableFuture.supplyAsync(() -> client.run("FCALL", "forever", "1", "key", "word"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> TestClient.run(other, "FUNCTION", "STATS").contains("forever"));
        assertThat(TestClient.run(other, "FUNCTION", "STATS")).contains("FCALL", "key", "word", "duration_ms");
        assertThat(TestClient.run(other, "GET", "x")).contains("BUSY", "FUNCTION KILL");
        assertThat(TestClient.run(other, "SCRIPT", "KILL")).contains("BUSY", "FUNCTION KILL");
        assertThat(TestClient.run(other, "FUNCTION", "KILL")).isEqualTo("+OK\r\n");
        assertThat(called.get(20, TimeUnit.SECONDS)).contains("Script killed by user");
        assertThat(TestClient.run(other, "FUNCTION", "KILL"))
                .isEqualTo("-NOTBUSY No scripts in execution right now.\r\n");
    }

    @Test
    void shouldRecordWhatAFunctionDoesAsOneTransaction() {
        client.run("FUNCTION", "LOAD", library("two", "redis.call('SET', keys[1], args[1]) redis.call('INCR', 'n')"));
        assertThat(client.effectsOf("FCALL", "two", "1", "k", "v")).isEqualTo(List.of("SET k v", "SET n 1"));
    }
}

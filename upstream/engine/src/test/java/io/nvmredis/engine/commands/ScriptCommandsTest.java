package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.engine.CommandRunner;
import io.nvmredis.engine.Route;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.core.Scripts;
import io.nvmredis.engine.script.ScriptHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptCommandsTest {
    private static final String FOREVER = "while true do end";

    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldRecordAScriptAsOneTransactionOfItsEffects() {
        int before = client.persister.transactions.size();
        client.run(
                "eval",
                "redis.call('SET',KEYS[1],'v') redis.call('HSET',KEYS[2],string.sub('xf',2),string.sub('xv',2))",
                "2",
                "k",
                "h");
        assertThat(client.persister.transactions).hasSize(before + 1);
        assertThat(client.effectsSince(before)).containsExactlyInAnyOrder("SET k v", "HSET h f v");
    }

    @Test
    void shouldKeepWhatAScriptHasDoneBeforeItsError() {
        assertThat(client.run("eval", "redis.call('SET','k','v') error('after')", "0"))
                .startsWith("-ERR user_script:1: after");
        assertThat(client.run("get", "k")).isEqualTo("$1\r\nv\r\n");
    }

    @Test
    void shouldWriteJustThePartOfAString() {
        client.run("eval", "redis.call('SET',string.sub(KEYS[1],3),string.sub(ARGV[1],2,3))", "1", "p:key", "value");
        assertThat(client.run("get", "key")).isEqualTo("$2\r\nal\r\n");
        assertThat(client.run("dbsize")).isEqualTo(":1\r\n");
    }

    @Test
    void shouldRunCommandsOfOursInScripts() {
        client.run("mset", "a", "1", "b", "2");
        assertThat(client.run(
                        "eval", "return {redis.call('DBSIZE'), #redis.call('KEYS','*'), redis.call('SCAN',0)[1]}", "0"))
                .isEqualTo("*3\r\n:2\r\n:2\r\n$1\r\n0\r\n");
    }

    @Test
    void shouldComeBackToTheDatabaseOfTheClient() {
        client.run("eval", "redis.call('SELECT',3) redis.call('SET','k','in3')", "0");
        assertThat(client.run("get", "k")).isEqualTo("$-1\r\n");
        client.run("select", "3");
        assertThat(client.run("get", "k")).isEqualTo("$3\r\nin3\r\n");
    }

    @Test
    void shouldCheckTheNumberOfKeys() {
        assertThat(client.run("eval", "return 1", "x")).isEqualTo("-ERR value is not an integer or out of range\r\n");
        assertThat(client.run("eval", "return 1", "-1")).isEqualTo("-ERR Number of keys can't be negative\r\n");
        assertThat(client.run("eval", "return 1", "1"))
                .isEqualTo("-ERR Number of keys can't be greater than number of args\r\n");
    }

    @Test
    void shouldKnowScriptsByTheirHash() {
        String hash = ScriptHash.of(TestClient.bytes("return ARGV[1]"));
        assertThat(client.run("evalsha", hash, "0", "x")).startsWith("-NOSCRIPT ");
        assertThat(client.run("script", "load", "return ARGV[1]")).isEqualTo("$40\r\n" + hash + "\r\n");
        assertThat(client.run("evalsha", hash, "0", "x")).isEqualTo("$1\r\nx\r\n");
        assertThat(client.run("evalsha", hash.toUpperCase(java.util.Locale.ROOT), "0", "x"))
                .isEqualTo("$1\r\nx\r\n");
        assertThat(client.run("script", "exists", hash, "nosuch")).isEqualTo("*2\r\n:1\r\n:0\r\n");
        assertThat(client.run("script", "flush", "async")).isEqualTo("+OK\r\n");
        assertThat(client.run("script", "exists", hash)).isEqualTo("*1\r\n:0\r\n");
        assertThat(client.run("script", "flush", "nonsense")).startsWith("-ERR SCRIPT FLUSH only support");
        assertThat(client.run("script", "load", "this is no lua")).startsWith("-ERR Error compiling script");
        assertThat(client.run("script", "nosuch")).startsWith("-ERR unknown subcommand 'nosuch'. Try SCRIPT HELP.");
    }

    @Test
    void shouldNotWriteInReadOnlyScripts() {
        client.run("set", "k", "v");
        assertThat(client.run("eval_ro", "return redis.call('GET',KEYS[1])", "1", "k"))
                .isEqualTo("$1\r\nv\r\n");
        assertThat(client.run("eval_ro", "return redis.call('SET',KEYS[1],'x')", "1", "k"))
                .startsWith("-ERR Write commands are not allowed from read-only scripts.");
        assertThat(client.run("eval", "#!lua flags=no-writes\nreturn redis.call('SET',KEYS[1],'x')", "1", "k"))
                .startsWith("-ERR Write commands are not allowed from read-only scripts.");
        for (String command : new String[] {"'PUBLISH','c','m'", "'PFCOUNT','h'"}) {
            assertThat(client.run("eval_ro", "return redis.call(" + command + ")", "0"))
                    .startsWith("-ERR Write commands are not allowed from read-only scripts.");
        }
        assertThat(client.run("eval_ro", "#!lua\nreturn 1", "0"))
                .startsWith("-ERR Can not execute a script with write flag using *_ro command.");
        assertThat(client.run("get", "k")).isEqualTo("$1\r\nv\r\n");
    }

    @Test
    void shouldRunScriptsInTransactions() {
        client.run("multi");
        assertThat(client.run("eval", "return redis.call('INCR',KEYS[1])", "1", "n"))
                .isEqualTo("+QUEUED\r\n");
        assertThat(client.session.route(TestClient.command("exec"))).isEqualTo(Route.WORKER);
        assertThat(client.run("exec")).isEqualTo("*1\r\n:1\r\n");
        assertThat(client.session.route(TestClient.command("exec"))).isEqualTo(Route.LOOP);
    }

    @Test
    void shouldBoundWhatIsKeptOfScripts() {
        Scripts scripts = client.engine.scripts();
        String text = "return '" + "x".repeat(100_000) + "'";
        for (int i = 0; i < 1_000; i++) {
            client.run("eval", text + "--" + i, "0");
        }
        assertThat(scripts.cache().memoryBytes())
                .isLessThan(Runtime.getRuntime().maxMemory() / 4);
        String reply = "";
        for (int i = 0; i < 1_000 && !reply.startsWith("-"); i++) {
            reply = client.run("script", "load", text + "--" + i);
        }
        assertThat(reply).startsWith("-OOM ");
        assertThat(scripts.cache().memoryBytes())
                .isLessThan(Runtime.getRuntime().maxMemory() / 4);
        client.run("script", "flush");
        assertThat(scripts.cache().memoryBytes()).isZero();
        assertThat(client.run("script", "load", text)).startsWith("$40");
    }

    @Test
    void shouldKillAScriptThatHasNotWritten() throws InterruptedException {
        List<String> replies = new ArrayList<>();
        Thread running = start("redis.call('GET','k') " + FOREVER, replies);
        assertThat(TestClient.run(client.openSession(), "script", "kill")).isEqualTo("+OK\r\n");
        running.join();
        assertThat(replies.get(0)).startsWith("-ERR ").contains("Script killed by user with SCRIPT KILL");
        assertThat(TestClient.run(client.openSession(), "script", "kill"))
                .isEqualTo("-NOTBUSY No scripts in execution right now.\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis.call('SET','k','v') ",
                "redis.pcall('INCR','k','bad','words') redis.call('DEL','none') ",
                "coroutine.wrap(function() redis.call('SET','k','v') coroutine.yield() end)() "
            })
    void shouldNotKillAScriptThatHasWritten(String writing) throws InterruptedException {
        List<String> replies = new ArrayList<>();
        Thread running = start(writing + FOREVER, replies);
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        TestClient.run(client.openSession(), "script", "kill").startsWith("-UNKILLABLE Sorry"));
        client.engine.killScript();
        running.join();
        assertThat(replies).hasSize(1);
    }

    @Test
    void shouldNotKeepHalfOfAScriptThatHadToEnd() throws InterruptedException {
        client.run("set", "before", "1");
        int kept = client.persister.transactions.size();
        Thread running = start("redis.call('SET','half','done') " + FOREVER, new ArrayList<>());
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        TestClient.run(client.openSession(), "script", "kill").startsWith("-UNKILLABLE"));
        client.engine.killScript();
        running.join();
        assertThat(client.persister.transactions).hasSize(kept);
        assertThat(client.run("get", "before")).startsWith("-");
    }

    @Test
    void shouldEndThoughAScriptDoesNot() throws InterruptedException {
        List<String> replies = new ArrayList<>();
        Thread running =
                start("redis.call('SET','k','v') while true do pcall(function() while true do end end) end", replies);
        client.engine.prepareEnd();
        running.join();
        assertThat(replies).hasSize(1);
    }

    private Thread start(String script, List<String> replies) {
        Thread thread = new Thread(() -> replies.add(client.run("eval", script, "0")));
        thread.start();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> client.engine.server().scriptingManager().isRunning());
        return thread;
    }

    /** A command begins only with the stack that it needs. */
    @Test
    void shouldLoseNoKeyToAScriptThatUsesUpItsStack() {
        String script = """
                local function f(n)
                  redis.call('rename', n % 2 == 0 and 'a' or 'b', n % 2 == 0 and 'b' or 'a')
                  return string.gsub('x', 'x', function() return f(n + 1) end)
                end
                return f(0)""";
        for (int i = 0; i < 10; i++) {
            client.run("del", "a", "b");
            client.run("set", "a", "1");
            assertThat(client.run("eval", script, "0")).startsWith("-ERR ");
            assertThat(client.run("exists", "a", "b")).isEqualTo(":1\r\n");
        }
    }

    @Test
    void shouldNotWaitInAScript() {
        assertThat(client.run("eval", "return redis.call('XREAD','BLOCK',0,'STREAMS','none','0')", "0"))
                .startsWith("-ERR XREAD command is not allowed with BLOCK option from scripts");
        assertThat(client.run("eval", "return redis.call('BZMPOP',0,1,'none','MIN')", "0"))
                .isEqualTo("$-1\r\n");
        assertThat(client.run("eval", "return redis.call('BLPOP','none',0)", "0"))
                .startsWith("-ERR This Redis command is not allowed from script");
    }

    /** Upstream's table has commands that ours has not, and its own EVAL. */
    @Test
    void shouldRunNoCommandThatIsNotInTheTable() {
        assertThat(client.run("eval", "return redis.call('EVAL','return 1',0)", "0"))
                .startsWith("-ERR This Redis command is not allowed from script");
        assertThat(OwnCommands.find("eval")).isNotNull();
        assertThat(OwnCommands.find("evalsha")).isNotNull();
        assertThat(OwnCommands.find("script")).isNotNull();
    }

    @Test
    void shouldRunScriptsOfALogInTheSandboxToo() {
        String script = "redis.call('SET','k',tostring(rawget(_G,'luajava')))";
        byte[] log = TestClient.bytes("*3\r\n$4\r\neval\r\n$" + script.length() + "\r\n" + script + "\r\n$1\r\n0\r\n");
        new CommandRunner(client.engine).run(log, 0, log.length);
        assertThat(client.run("get", "k")).isEqualTo("$3\r\nnil\r\n");
    }
}

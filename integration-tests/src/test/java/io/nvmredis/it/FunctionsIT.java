package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Libraries of functions, compared with redis-server 7.0: replies, what is there after a kill, and files and payloads that
 * the one has written and the other loads.
 */
class FunctionsIT {
    private static final String LIBRARY = """
            #!lua name=lib
            local n = 0
            redis.register_function('count', function() n = n + 1 return n end)
            redis.register_function('Any', function(keys, args) return redis.call(unpack(args)) end)
            redis.register_function{function_name='ro', callback=function(keys, args) return redis.call(unpack(args)) end,
                flags={'allow-oom', 'no-writes'}, description='de sc'}
            redis.register_function('words', function(keys, args) return {keys, args} end)
            redis.register_function('err', function(keys, args) error(args[1]) end)
            redis.register_function('errtable', function(keys, args) error({err=args[1]}) end)
            redis.register_function('reply', function(keys, args) return redis.error_reply(args[1]) end)
            redis.register_function('try', function(keys, args) return redis.pcall(unpack(args)) end)
            redis.register_function('missing', function() return foo end)
            redis.register_function('setglobal', function() foo = 1 end)
            redis.register_function('keys', function() return KEYS end)
            redis.register_function('late', function() redis.register_function('x', function() end) end)
            redis.register_function('index', function() local x = nil; return x.y end)
            redis.register_function('none', function() end)
            redis.register_function('map', function(keys) redis.setresp(3) return redis.call('HGETALL', keys[1]) end)
            redis.register_function('inner', function(keys, args) return loadstring(args[1])() end)
            redis.register_function('names', function() local r = {} for n in pairs(_G) do r[#r + 1] = n end
                table.sort(r) return r end)
            redis.register_function('redisnames', function() local r = {} for n in pairs(redis) do r[#r + 1] = n end
                table.sort(r) return r end)
            redis.register_function('coroutine', function()
                return coroutine.wrap(function() return redis.call('PING') end)() end)
            """;

    private static final String SMALL = "#!lua name=small\nredis.register_function{function_name='f',"
            + "callback=function(keys, args) return #args end, flags={'no-cluster', 'no-writes'}, description='d'}";

    /** Bodies of libraries, most of which cannot be loaded. */
    private static final List<String> BODIES = List.of(
            "",
            "error('boo')",
            "return foo",
            "foo = 1",
            "redis.call('GET', 'a')",
            "redis.foo = 1",
            "local x = 1 .. nil",
            "return KEYS",
            "return _G",
            "math.random()",
            "return redis.setresp(3)",
            "redis.log(redis.LOG_NOTICE, 'loading')",
            "return redis.REDIS_VERSION",
            "redis.register_function()",
            "redis.register_function(1)",
            "redis.register_function('a', 1)",
            "redis.register_function(1, function() end)",
            "redis.register_function({}, function() end)",
            "redis.register_function('a', function() end, 1)",
            "redis.register_function('a-b', function() end)",
            "redis.register_function('', function() end)",
            "redis.register_function('a', function() end) redis.register_function('a', function() end)",
            "redis.register_function('count', function() end)",
            "redis.register_function('COUNT', function() end)",
            "redis.register_function{}",
            "redis.register_function{function_name='a'}",
            "redis.register_function{callback=function() end}",
            "redis.register_function{function_name=1, callback=function() end}",
            "redis.register_function{function_name={}, callback=function() end}",
            "redis.register_function{function_name='a', callback=1}",
            "redis.register_function{function_name='a', callback=function() end, flags='no-writes'}",
            "redis.register_function{function_name='a', callback=function() end, flags={'foo'}}",
            "redis.register_function{function_name='a', callback=function() end, flags={1}}",
            "redis.register_function{function_name='a', callback=function() end, flags={'ALLOW-STALE'}}",
            "redis.register_function{function_name='a', callback=function() end, description=3}",
            "redis.register_function{function_name='a', callback=function() end, description={}}",
            "redis.register_function{function_name='a', callback=function() end, foo=1}",
            "redis.register_function{FUNCTION_NAME='a', Callback=function() end}",
            "redis.register_function{'a'}");

    private static final List<String> HEADERS = List.of(
            "",
            "#",
            "#!",
            "#!lua",
            "#!lua\n",
            "#!lua name=x",
            "#!lua name=\n",
            "#!lua name=a-b\n",
            "#!foo name=x\n",
            "#!LUA NAME=x\n",
            "#!lua name=x name=y\n",
            "#!lua foo=1\n",
            "#!lua name=x foo\n",
            "#!\n",
            "#! lua name=x\n",
            "#!lua name=\"x\"\n",
            "#!lua name=\"\\x79\"\n",
            "#!lua name='x\n",
            "#!lua\tname=x\r\n",
            "return 1");

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @BeforeEach
    void requireRedis() {
        Requirement.requireRedis();
    }

    /** A command with {@code ~} for a blank within a word. */
    private static String[] words(String command) {
        String[] words = command.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace('~', ' ');
        }
        return words;
    }

    private static List<String[]> commands() {
        List<String[]> all = new ArrayList<>();
        String f = "redis.register_function('a', function() return 1 end)";
        for (String header : HEADERS) {
            all.add(new String[] {"FUNCTION", "LOAD", "REPLACE", header + f});
            all.add(new String[] {"FUNCTION", "FLUSH"});
        }
        all.add(new String[] {"FUNCTION", "LOAD", LIBRARY});
        all.add(new String[] {"FUNCTION", "LOAD", LIBRARY});
        for (String body : BODIES) {
            all.add(new String[] {"FUNCTION", "LOAD", "#!lua name=x\n" + body});
            all.add(words("FUNCTION DELETE x"));
        }
        for (String call : List.of(
                "words 2 a b c d",
                "WORDS 0",
                "words",
                "words x",
                "words -1",
                "words 1",
                "words 2 a",
                "words 0x0",
                "nope 0",
                "nope x",
                "count 0",
                "count 0",
                "Any 1 k SET k v",
                "any 1 k GET k",
                "ro 1 k GET k",
                "ro 1 k SET k v",
                "Any 1 k LPUSH k v",
                "Any 0 EVAL x 0",
                "Any 0 FCALL count 0",
                "Any 0 FUNCTION LIST",
                "Any 0 NONE",
                "Any 0",
                "try 1 k LPUSH k v",
                "err 0 boo",
                "errtable 0 ERR~x",
                "errtable 0 FOO~x",
                "reply 0 boo",
                "reply 0 -MY~err",
                "missing 0",
                "setglobal 0",
                "keys 0",
                "late 0",
                "index 0",
                "none 0",
                "map 1 h",
                "inner 0 return~foo",
                "inner 0 foo=1",
                "inner 0 return~1",
                "names 0",
                "redisnames 0",
                "coroutine 0")) {
            all.add(words("FCALL " + call));
            all.add(words("FCALL_RO " + call));
        }
        all.add(new String[] {"EVAL", "return redis.call('FCALL', 'count', 0)", "0"});
        all.add(new String[] {"EVAL", "return redis.register_function", "0"});
        all.add(new String[] {"FUNCTION", "FLUSH"});
        all.add(new String[] {"FUNCTION", "LOAD", SMALL});
        for (String command : List.of(
                "",
                "FOO",
                "LOAD",
                "LOAD x y",
                "LOAD REPLACE",
                "LOAD REPLACE REPLACE",
                "LIST",
                "LIST x",
                "LIST WITHCODE",
                "LIST WITHCODE WITHCODE",
                "LIST LIBRARYNAME",
                "LIST LIBRARYNAME x",
                "LIST LIBRARYNAME S[a-m]*L?",
                "LIST LIBRARYNAME small LIBRARYNAME small",
                "LIST WITHCODE LIBRARYNAME *",
                "LIST WITHCODE x",
                "DUMP x",
                "RESTORE",
                "RESTORE x",
                "RESTORE x FOO",
                "RESTORE x FLUSH y",
                "STATS",
                "STATS x",
                "KILL",
                "KILL x",
                "HELP x",
                "DELETE",
                "DELETE x",
                "DELETE x y",
                "DELETE SMALL",
                "FLUSH x",
                "FLUSH SYNC x",
                "FLUSH ASYNC",
                "STATS",
                "LIST")) {
            all.add(words(("FUNCTION " + command).strip()));
        }
        all.add(new String[] {"MULTI"});
        all.add(new String[] {"FUNCTION", "LOAD", SMALL});
        all.add(words("FCALL f 0 a b"));
        all.add(words("FUNCTION STATS"));
        all.add(words("FUNCTION DELETE none"));
        all.add(new String[] {"EXEC"});
        all.add(new String[] {"FLUSHALL"});
        all.add(words("FCALL f 0 a b c"));
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void shouldReplyAsRedis(String protocol) throws Exception {
        try (RealRedis redis = directory.redis(directory.path("redis"));
                RespClient other = new RespClient(redis.port());
                ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            for (RespClient each : List.of(other, client)) {
                each.call("HELLO", protocol);
                each.call("HSET", "h", "a", "1");
            }
            SoftAssertions softly = new SoftAssertions();
            for (String[] command : commands()) {
                softly.assertThat(client.callExactly(command))
                        .as(String.join(" ", command))
                        .isEqualTo(other.callExactly(command));
            }
            softly.assertAll();
            assertThat(client.callExactly("FUNCTION", "HELP")).contains("RESTORE <payload>");
        }
    }

    private static void load(RespClient client) throws IOException {
        assertThat(client.call("FUNCTION", "LOAD", LIBRARY)).isEqualTo("lib");
        assertThat(client.call("FUNCTION", "LOAD", SMALL)).isEqualTo("small");
        assertThat(client.call(
                        "FUNCTION", "LOAD", SMALL.replace("small", "gone").replace("'f'", "'g'")))
                .isEqualTo("gone");
        assertThat(client.call("FUNCTION", "LOAD", "REPLACE", SMALL.replace("#args", "'new'")))
                .isEqualTo("small");
        assertThat(client.call("SET", "key", "value")).isEqualTo("OK");
        assertThat(client.call("FUNCTION", "DELETE", "gone")).isEqualTo("OK");
    }

    private static void assertLoaded(RespClient client, String as) throws IOException {
        assertThat(client.call("FCALL", "count", "0")).as(as).isEqualTo(1L);
        assertThat(client.call("FCALL_RO", "f", "0")).as(as).isEqualTo("new");
        assertThat(client.callExactly("FCALL", "g", "0")).as(as).contains("Function not found");
        assertThat(client.callExactly("FUNCTION", "STATS")).as(as).contains("\"libraries_count\", 2,");
        assertThat(client.call("GET", "key")).as(as).isEqualTo("value");
        assertThat(client.call("DBSIZE")).as(as).isEqualTo(1L);
        assertThat(client.callExactly("SCAN", "0")).as(as).isEqualTo("[\"0\", [\"key\"]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof", "rdb"})
    void shouldKeepLibrariesOverKills(String persistence) throws Exception {
        ServerProcess.Builder builder =
                directory.server().with("--persistence", persistence).with("--enable-debug-command", "yes");
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            load(client);
            if (persistence.equals("rdb")) {
                assertThat(client.call("SAVE")).isEqualTo("OK");
            }
            server.kill();
        }
        for (int kill = 0; kill < 2; kill++) {
            try (ServerProcess server = builder.start();
                    RespClient client = server.connect()) {
                assertLoaded(client, persistence + ", kill " + kill);
                if (persistence.equals("aof")) {
                    client.call("BGREWRITEAOF");
                }
                if (!persistence.equals("nvm-aof")) {
                    assertThat(client.call("DEBUG", "RELOAD")).isEqualTo("OK");
                    assertLoaded(client, persistence + ", reloaded");
                }
                server.kill();
            }
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertThat(client.call("FLUSHALL")).isEqualTo("OK");
            server.kill();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertThat(client.call("DBSIZE")).isEqualTo(0L);
            assertThat(client.call("FCALL_RO", "f", "0")).isEqualTo("new");
            assertThat(client.call("FUNCTION", "FLUSH")).isEqualTo("OK");
            if (persistence.equals("rdb")) {
                assertThat(client.call("SAVE")).isEqualTo("OK");
            }
            server.kill();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertThat(client.callExactly("FUNCTION", "LIST")).isEqualTo("[]");
        }
    }

    private static String library(String name, String function) {
        return "#!lua name=" + name + "\nredis.register_function('" + function + "', function() return '" + name
                + "' end)";
    }

    /** A log has the libraries loaded one after the other, though they took each other's places at once. */
    @ParameterizedTest
    @ValueSource(strings = {"nvm-aof", "aof"})
    void shouldKeepFunctionsThatHaveChangedTheirLibraries(String persistence) throws Exception {
        ServerProcess.Builder builder = directory.server().with("--persistence", persistence);
        String exchanged;
        try (ServerProcess other = directory.server(directory.path("other")).start();
                RespClient client = other.connect()) {
            client.call("FUNCTION", "LOAD", library("one", "g"));
            client.call("FUNCTION", "LOAD", library("two", "f"));
            exchanged = (String) client.call("FUNCTION", "DUMP");
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            client.call("FUNCTION", "LOAD", library("one", "f"));
            client.call("FUNCTION", "LOAD", library("two", "g"));
            assertThat(client.call("FUNCTION", "RESTORE", exchanged, "REPLACE")).isEqualTo("OK");
            server.kill();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertThat(client.call("FCALL", "f", "0")).isEqualTo("two");
            assertThat(client.call("FCALL", "g", "0")).isEqualTo("one");
        }
    }

    /** More is written than the log holds before it is used again, so that the table alone has the libraries. */
    @Test
    void shouldKeepLibrariesThatTheLogHasNotAnyMore() throws Exception {
        ServerProcess.Builder builder = directory.server().with("--persistence", "nvm-aof");
        String value = "x".repeat(1 << 20);
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            load(client);
            for (int i = 0; i < 300; i++) {
                assertThat(client.call("SET", "large", value)).isEqualTo("OK");
            }
            assertThat(client.call("DEL", "large")).isEqualTo(1L);
            server.kill();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertLoaded(client, "after a kill");
            assertThat(server.terminate().status()).isZero();
        }
        try (ServerProcess server = builder.start();
                RespClient client = server.connect()) {
            assertLoaded(client, "after an end");
        }
    }

    @ParameterizedTest
    @CsvSource({"nvm-aof, rdb", "nvm-aof, aof", "aof, rdb", "aof, aof", "rdb, aof"})
    void shouldExportWhatRedisLoadsAndImportWhatRedisWrites(String persistence, String format) throws Exception {
        try (ServerProcess server =
                        directory.server().with("--persistence", persistence).start();
                RespClient client = server.connect()) {
            load(client);
            assertThat(server.terminate().status()).isZero();
        }
        Path loading = directory.path("loading");
        Files.createDirectories(loading);
        assertThat(directory
                        .transfer(
                                "export",
                                directory.data(),
                                loading.toString(),
                                "--format",
                                format,
                                "--persistence",
                                persistence)
                        .succeed())
                .contains("2 libraries of functions")
                .contains(" 1 keys");
        Path imported = directory.path("imported");
        boolean isAof = format.equals("aof");
        try (RealRedis redis = directory.redis(loading, "--appendonly", isAof ? "yes" : "no");
                RespClient client = new RespClient(redis.port())) {
            assertLoaded(client, "in Redis");
            assertThat(client.call("FUNCTION", "LOAD", "#!lua name=more\nredis.register_function('m', function() end)"))
                    .isEqualTo("more");
            assertThat(client.call("FUNCTION", "DELETE", "more")).isEqualTo("OK");
            assertThat(client.call("SAVE")).isEqualTo("OK");
            redis.terminate();
        }
        String written = loading.resolve(isAof ? "appendonlydir" : "dump.rdb").toString();
        directory
                .transfer("import", imported, written, "--persistence", persistence)
                .succeed();
        try (ServerProcess server = directory
                        .server(imported)
                        .with("--persistence", persistence)
                        .start();
                RespClient client = server.connect()) {
            assertLoaded(client, "imported");
        }
    }

    @Test
    void shouldUnderstandPayloadsOfRedisAndTheOtherWayRound() throws Exception {
        try (RealRedis redis = directory.redis(directory.path("redis"));
                RespClient other = new RespClient(redis.port());
                ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            load(client);
            String ours = (String) client.call("FUNCTION", "DUMP");
            assertThat(other.call("FUNCTION", "RESTORE", ours)).isEqualTo("OK");
            other.call("SET", "key", "value");
            assertLoaded(other, "restored in Redis");
            String theirs = (String) other.call("FUNCTION", "DUMP");
            for (String[] command : new String[][] {
                {"FUNCTION", "RESTORE", theirs},
                {"FUNCTION", "RESTORE", theirs, "APPEND"},
                {"FUNCTION", "RESTORE", theirs, "REPLACE"},
                {"FUNCTION", "DELETE", "lib"},
                {"FUNCTION", "LOAD", "#!lua name=x\nredis.register_function('count', function() end)"},
                {"FUNCTION", "RESTORE", theirs, "REPLACE"},
                {"FUNCTION", "RESTORE", theirs, "flush"},
            }) {
                // Which of two libraries is found first is a matter of chance there.
                String expected = other.callExactly(command).replaceFirst("Library \\w+ already", "Library already");
                assertThat(client.callExactly(command).replaceFirst("Library \\w+ already", "Library already"))
                        .isEqualTo(expected);
            }
            assertLoaded(client, "restored here");
            server.kill();
        }
        try (ServerProcess server = directory.server().start();
                RespClient client = server.connect()) {
            assertLoaded(client, "restored before a kill");
        }
    }
}

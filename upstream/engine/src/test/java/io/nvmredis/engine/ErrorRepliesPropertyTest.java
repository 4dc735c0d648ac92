package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Whatever words a command is given, by itself or in a transaction, its error is one that Redis's clients can read. */
class ErrorRepliesPropertyTest {
    /** These end the server, wait, or run what the words say. */
    private static final Set<String> LEFT_OUT = Set.of(
            "shutdown",
            "debug",
            "migrate",
            "monitor",
            "eval",
            "evalsha",
            "script",
            "save",
            "quit",
            "multi",
            "exec",
            "discard",
            "watch",
            "blpop",
            "brpop",
            "brpoplpush",
            "bzpopmin",
            "bzpopmax",
            "bzmpop",
            "xread",
            "client");

    private static final List<String> WORDS = List.of(
            "str",
            "list",
            "set",
            "hash",
            "sorted",
            "stream",
            "none",
            "0",
            "1",
            "-1",
            "2147483648",
            "-2147483648",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999",
            "1.5",
            "nan",
            "inf",
            "-inf",
            "",
            "x",
            "[a",
            "(1",
            "-",
            "+",
            "*",
            "$",
            "0-0",
            "COUNT",
            "LIMIT",
            "MATCH",
            "WITHSCORES",
            "BYSCORE",
            "BYLEX",
            "REV",
            "WEIGHTS",
            "AGGREGATE",
            "STORE",
            "MAXLEN",
            "FIELDS",
            "NX",
            "XX",
            "EX",
            "PX",
            "KEEPTTL",
            "GET",
            "BEFORE",
            "MIN");

    @Property(tries = 300)
    void shouldReplyWithErrorsOfRedis(@ForAll long seed) {
        Random random = new Random(seed);
        try (TestClient client = new TestClient()) {
            for (int i = 0; i < 20; i++) {
                fill(client);
                List<String> command = anyCommand(random);
                boolean isInTransaction = random.nextInt(4) == 0;
                if (isInTransaction) {
                    client.run("multi");
                }
                requireReadable(client.run(command.toArray(new String[0])), command, seed);
                if (isInTransaction) {
                    requireReadable(client.run("exec"), command, seed);
                }
            }
        }
    }

    private static void fill(TestClient client) {
        client.run("flushall");
        client.run("set", "str", "x");
        client.run("rpush", "list", "a", "b");
        client.run("sadd", "set", "a", "b");
        client.run("hset", "hash", "a", "1");
        client.run("zadd", "sorted", "1", "a", "2", "b");
        client.run("xadd", "stream", "1-1", "f", "v");
    }

    private static List<String> anyCommand(Random random) {
        List<CommandSpec> commands = CommandTable.all().stream()
                .filter(spec -> !LEFT_OUT.contains(spec.name()))
                .toList();
        CommandSpec spec = commands.get(random.nextInt(commands.size()));
        List<String> words = new ArrayList<>(List.of(spec.name()));
        int count = Math.abs(spec.arity()) - 1 + (spec.arity() < 0 ? random.nextInt(5) : 0);
        for (int i = 0; i < count; i++) {
            words.add(WORDS.get(random.nextInt(WORDS.size())));
        }
        return words;
    }

    private static void requireReadable(String reply, List<String> command, long seed) {
        String[] lines = reply.split("\r\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            if (line.matches("\\$\\d+")) {
                // A string may begin like an error.
                i++;
            } else if (line.startsWith("-")) {
                assertThat(line).as("%s, seed %d", command, seed).matches("-[A-Z]+ .*");
                // Redis repeats a word that it does not know.
                assertThat(line.replaceFirst("^-ERR Unsupported option .*", ""))
                        .as("%s, seed %d", command, seed)
                        .doesNotContain("java.", "For input string", "Cannot invoke", "out of bounds")
                        .doesNotEndWith("*")
                        .doesNotEndWith("null");
            }
        }
    }

    @Test
    void shouldGiveTextsACode() {
        try (TestClient client = new TestClient()) {
            fill(client);
            assertThat(client.run("zadd", "sorted", "x", "m")).isEqualTo("-ERR value is not a valid float\r\n");
            assertThat(client.run("zrangebyscore", "sorted", "x", "1")).isEqualTo("-ERR min or max is not a float\r\n");
            assertThat(client.run("zrangebylex", "sorted", "a", "[b"))
                    .isEqualTo("-ERR min or max not valid string range item\r\n");
            assertThat(client.run("lpos", "list", "a", "rank", "x"))
                    .isEqualTo("-ERR value is not an integer or out of range\r\n");
            assertThat(client.run("hset", "hash", "a"))
                    .isEqualTo("-ERR wrong number of arguments for 'hset' command\r\n");
            assertThat(client.run("hset", "hash", "a", "b", "c"))
                    .isEqualTo("-ERR wrong number of arguments for 'hset' command\r\n");
        }
    }
}

package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.keyspace.Contents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every command that changes data, with any words whatever: if it answers an error, the data are what they were. */
class ErrorsChangeNothingTest {
    private static final int TRIES = 400;

    private static final String[] KEYS = {"s", "n", "b", "p", "l", "t", "h", "z", "x", "none"};
    private static final String[] WORDS = {
        "0",
        "1",
        "-1",
        "2",
        "3",
        "x",
        "",
        "1.5",
        "9223372036854775807",
        "-9223372036854775808",
        "1-1",
        "9-9",
        "*",
        "+",
        "-",
        "[a",
        "(1",
        "a",
        "b",
        "NX",
        "XX",
        "GT",
        "LT",
        "CH",
        "INCR",
        "EX",
        "PX",
        "EXAT",
        "KEEPTTL",
        "GET",
        "PERSIST",
        "WITHSCORES",
        "LIMIT",
        "WEIGHTS",
        "AGGREGATE",
        "SUM",
        "MAXLEN",
        "MINID",
        "~",
        "=",
        "BY",
        "STORE",
        "ALPHA",
        "REPLACE",
        "DB",
        "FIELDS",
        "BEFORE",
        "AFTER",
        "MIN",
        "MAX",
        "COUNT",
        "BYSCORE",
        "BYLEX",
        "REV",
        "0.001"
    };

    static Stream<String> commands() {
        return CommandTable.all().stream()
                .filter(spec -> spec.has(Trait.WRITE) && !spec.has(Trait.SCRIPT) && !spec.has(Trait.ADMIN))
                // Its words name other servers.
                .filter(spec -> !spec.has(Trait.UNLOCKED))
                .map(CommandSpec::name);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldHaveChangedNothingIfItAnswersAnError(String command) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int errors = 0;
        try (TestClient client = new TestClient()) {
            for (int i = 0; i < TRIES; i++) {
                fill(client);
                Map<String, Object> before = Contents.of(client.engine.databases());
                int transactions = client.persister.transactions.size();
                String[] words = words(command, random);
                String reply = client.run(words);
                if (!reply.startsWith("-")) {
                    continue;
                }
                errors++;
                assertThat(Contents.of(client.engine.databases()))
                        .as("seed %d: %s answered %s", seed, Arrays.toString(words), reply)
                        .isEqualTo(before);
                assertThat(client.persister.transactions)
                        .as("seed %d: %s answered %s", seed, Arrays.toString(words), reply)
                        .hasSize(transactions);
                assertThat(reply).doesNotStartWith("-MISCONF");
            }
        }
        assertThat(errors).isPositive();
    }

    /** A value of each type, with little enough in it that any command may change all of it. */
    private static void fill(TestClient client) {
        client.run("flushall");
        client.run("set", "s", "x");
        client.run("set", "n", "9223372036854775807");
        client.run("setbit", "b", "3", "1");
        client.run("pfadd", "p", "a");
        client.run("rpush", "l", "a", "1");
        client.run("sadd", "t", "a", "1");
        client.run("hset", "h", "a", "x", "b", "9223372036854775807");
        client.run("zadd", "z", "1", "a", "2", "b");
        client.run("xadd", "x", "1-1", "a", "1");
        client.run("pexpireat", "l", "4102444800000");
    }

    private static String[] words(String command, Random random) {
        CommandSpec spec = CommandTable.find(command);
        List<String> words = new ArrayList<>(List.of(command));
        int count = spec == null ? 2 : Math.abs(spec.arity()) + random.nextInt(6) - random.nextInt(2);
        while (words.size() < count) {
            boolean isKey = words.size() == 1 ? random.nextInt(10) != 0 : random.nextInt(3) == 0;
            String[] choices = isKey ? KEYS : WORDS;
            words.add(choices[random.nextInt(choices.length)]);
        }
        if (spec != null && spec.has(Trait.BLOCKING)) {
            // None of them may wait for long.
            words.set(command.equals("bzmpop") ? 1 : words.size() - 1, random.nextBoolean() ? "0.001" : "x");
        }
        return words.toArray(new String[0]);
    }
}

package io.nvmredis.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.commands.ArgumentGenerator;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same commands, with arguments right and wrong, here and on a Redis 7.0: the same replies, errors to the letter, and
 * the same data. {@code -Danswers.commands=1000000} makes it a long run, {@code -Danswers.seed} repeats one.
 */
class AnswersDifferentialTest {
    private static final int COMMANDS = Integer.getInteger("answers.commands", 20_000);
    /** So often both begin with nothing. */
    private static final int COMMANDS_PER_ROUND = 60;

    @TempDir
    Path directory;

    /** One of the two servers. */
    @FunctionalInterface
    private interface Server {
        String run(String... words);
    }

    @Test
    void shouldAnswerAsRedisDoes() {
        long seed = Long.getLong("answers.seed", System.nanoTime());
        System.out.println("seed " + seed);
        try (RealRedis redis = RealRedis.start(directory, "--appendonly", "no");
                RealRedis.Connection connection = redis.connect();
                TestClient client = new TestClient()) {
            Server theirs = words -> replyText(connection.raw(words));
            Server ours = words -> replyText(client.run(words));
            compare(new ArgumentGenerator(new Random(seed)), theirs, ours, seed);
        }
    }

    private static String replyText(String raw) {
        return ReplyText.read(new ByteArrayInputStream(raw.getBytes(ISO_8859_1)));
    }

    private static void compare(ArgumentGenerator generator, Server theirs, Server ours, long seed) {
        List<String> round = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            if (i % COMMANDS_PER_ROUND == 0) {
                theirs.run("FLUSHALL");
                ours.run("FLUSHALL");
                round.clear();
            }
            String[] command = generator.next();
            round.add(Arrays.toString(command));
            String type = command.length > 1 ? ours.run("TYPE", command[1]) : "";
            // SORT of Redis 7.0 takes a number that another command could not read for one of its own; this forgets it.
            theirs.run("SCAN", "0");
            String expected = comparable(command, type, theirs.run(command));
            assertThat(comparable(command, type, ours.run(command)))
                    .as("seed %d, after %s", seed, round)
                    .isEqualTo(expected);
            if (i % COMMANDS_PER_ROUND == COMMANDS_PER_ROUND - 1) {
                assertThat(data(ours)).as("seed %d, after %s", seed, round).isEqualTo(data(theirs));
            }
        }
    }

    /** A reply without what chance decides: which members are chosen, and the order of a set. */
    private static String comparable(String[] command, String type, String reply) {
        String name = command[0].toLowerCase(Locale.ROOT);
        if (name.startsWith("geosearch") && reply.startsWith("-ERR exactly one of")) {
            // Redis repeats the command's name as it was typed.
            return reply.toLowerCase(Locale.ROOT);
        }
        boolean isSort = name.equals("sort") || name.equals("sort_ro");
        boolean isAlphabetic = isSort && Arrays.asList(command).contains("ALPHA") && !isUnordered(command);
        // Elements without a weight are equal to SORT ALPHA, and Redis leaves them in an order of its own.
        boolean hasTies = isAlphabetic && Arrays.stream(command).anyMatch("BY"::equalsIgnoreCase);
        boolean isChosen =
                name.endsWith("randmember") || name.equals("hrandfield") || hasTies || (isSort && type.equals("+set"));
        if ((isAlphabetic && !hasTies) ? hasEqualWords(reply) : isChosen) {
            return reply.replaceAll("\"[^\"]*\"", "?");
        }
        if (name.equals("object")) {
            return withoutHistory(reply);
        }
        if (name.equals("xpending") || name.equals("xinfo")) {
            return untimed(reply);
        }
        return name.equals("spop") && reply.startsWith("[") ? inOrder(reply) : reply;
    }

    /**
     * An encoding of Redis, and whether a value is one that it shares, depend on what the value once was, and ours on what it
     * is; RepliesIT has those of new values.
     */
    private static String withoutHistory(String reply) {
        return reply.replaceAll("^(1|2147483647)$", "number")
                .replaceAll("\"(int|embstr|raw)\"", "string")
                .replaceAll("\"(listpack|quicklist|hashtable|intset|skiplist)\"", "collection");
    }

    /** What a stream tells without the time at which something was done, or how long ago. */
    private static String untimed(String reply) {
        return reply.replaceAll("\\b1[0-9]{12}\\b", "T")
                .replaceAll("\"idle\", [0-9]+", "\"idle\", T")
                .replaceAll("(\\[\"[0-9]+-[0-9]+\", \"[^\"]*\", )[0-9]+", "$1T");
    }

    /** To SORT ALPHA of Redis a word ends before its first zero byte; where words are equal, it leaves them as they are. */
    private static boolean hasEqualWords(String reply) {
        return reply.contains("\\x00");
    }

    private static String inOrder(String reply) {
        String[] members = reply.substring(1, reply.length() - 1).split(", ", -1);
        Arrays.sort(members);
        return Arrays.toString(members);
    }

    /** Whether it says BY something that is the same for all. */
    private static boolean isUnordered(String[] command) {
        for (int i = 0; i + 1 < command.length; i++) {
            if (command[i].equalsIgnoreCase("by") && !command[i + 1].contains("*")) {
                return true;
            }
        }
        return false;
    }

    /** All there is. */
    private static Map<String, String> data(Server server) {
        Map<String, String> data = new TreeMap<>();
        String keys = server.run("KEYS", "*");
        if (keys.equals("[]")) {
            return data;
        }
        for (String quoted : keys.substring(1, keys.length() - 1).split(", ", -1)) {
            String key = quoted.substring(1, quoted.length() - 1);
            String type = server.run("TYPE", key);
            data.put(
                    key,
                    type
                            + server.run("PTTL", key)
                            + switch (type) {
                                case "+string" -> server.run("GET", key);
                                case "+list" -> server.run("LRANGE", key, "0", "-1");
                                case "+set" -> inOrder(server.run("SMEMBERS", key));
                                case "+zset" -> server.run("ZRANGE", key, "0", "-1", "WITHSCORES");
                                case "+hash" -> fields(server, key);
                                case "+stream" -> untimed(server.run("XINFO", "STREAM", key, "FULL", "COUNT", "0"));
                                default -> throw new AssertionError(key + " is a " + type);
                            });
        }
        return data;
    }

    private static String fields(Server server, String key) {
        String names = server.run("HKEYS", key);
        Map<String, String> fields = new TreeMap<>();
        for (String quoted : names.substring(1, names.length() - 1).split(", ", -1)) {
            String name = quoted.substring(1, quoted.length() - 1)
                    .replace("\\x00", "\0")
                    .replace("\\xff", "\u00ff");
            fields.put(quoted, server.run("HGET", key, name));
        }
        return fields.toString();
    }
}

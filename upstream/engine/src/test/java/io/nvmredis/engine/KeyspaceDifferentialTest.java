package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.WritingCases.Case;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.engine.keyspace.Replica;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.testkit.RealRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every writing command does to deadlines and tells who watches, compared with a redis-server. */
class KeyspaceDifferentialTest {
    private static final String DEADLINE = "4102444800000";

    /** Of a later Redis than the one compared with. */
    private static final Set<String> LATER = Set.of("hexpire", "hexpireat", "hpersist", "hpexpire", "hpexpireat");

    @TempDir
    private static Path directory;

    private static RealRedis redis;
    private static final List<RealRedis.Connection> WATCHERS = new ArrayList<>();

    private static RealRedis redis() {
        if (redis == null) {
            redis = RealRedis.start(directory.resolve("."), "--appendonly", "no");
            WritingCases.KEYS.forEach(key -> WATCHERS.add(redis.connect()));
        }
        return redis;
    }

    @AfterAll
    static void close() {
        if (redis != null) {
            redis.close();
        }
    }

    static List<Case> cases() {
        return WritingCases.all();
    }

    @Test
    void shouldHaveACaseOfEveryWritingCommand() {
        Set<String> writing = CommandTable.all().stream()
                .filter(spec -> spec.has(Trait.WRITE) && !LATER.contains(spec.name()))
                // MIGRATE runs in no transaction, and needs another server.
                .filter(spec -> !spec.has(Trait.UNLOCKED))
                .map(CommandSpec::name)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> covered = cases().stream().map(Case::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(covered).isEqualTo(writing);
    }

    // --- Deadlines. ---

    /** The commands of a case, with a deadline for every key before the last one. */
    private static List<String[]> withDeadlines(Case each) {
        List<String[]> commands = new ArrayList<>(each.before());
        WritingCases.KEYS.forEach(key -> commands.add(new String[] {"PEXPIREAT", key, DEADLINE}));
        commands.add(each.command());
        return commands;
    }

    /** What has become of the deadlines, as far as the clock is not in it. */
    private static Map<String, String> deadlines(Function<String, String> pexpiretime) {
        Map<String, String> deadlines = new TreeMap<>();
        for (String key : WritingCases.KEYS) {
            String reply = pexpiretime.apply(key);
            deadlines.put(
                    key,
                    switch (reply) {
                        case ":-2\r\n" -> "no key";
                        case ":-1\r\n" -> "no deadline";
                        default -> reply.startsWith(":41024448") ? reply.strip() : "a new deadline";
                    });
        }
        return deadlines;
    }

    private static Map<String, String> deadlinesOfRedis(Case each) {
        return deadlinesOfRedis(each, new ArrayList<>());
    }

    /** Notes which commands Redis has run: those that it would write down. */
    private static Map<String, String> deadlinesOfRedis(Case each, List<String[]> succeeded) {
        RealRedis.Connection connection = redis().connect();
        connection.raw("FLUSHALL");
        for (String[] words : withDeadlines(each)) {
            if (!connection.raw(words).startsWith("-")) {
                succeeded.add(words);
            }
        }
        return deadlines(key -> connection.raw("PEXPIRETIME", key));
    }

    private static Map<String, String> deadlines(TestClient client) {
        return deadlines(key -> client.run("PEXPIRETIME", key));
    }

    private static void assertReplayed(TestClient client) {
        assertThat(EffectsPropertyTest.difference(
                        Contents.of(client.engine.databases()),
                        Contents.of(new Replica(client)
                                .applyNew(client.persister.transactions)
                                .databases())))
                .as("effects alone")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldLeaveDeadlinesAsRedisDoes(Case each) {
        try (TestClient client = new TestClient();
                TestClient inTransaction = new TestClient()) {
            withDeadlines(each).forEach(client::run);
            each.before().forEach(inTransaction::run);
            inTransaction.run("MULTI");
            withDeadlines(each).stream().skip(each.before().size()).forEach(inTransaction::run);
            inTransaction.run("EXEC");
            Map<String, String> expected = deadlinesOfRedis(each);
            assertThat(deadlines(client)).as("by itself").isEqualTo(expected);
            assertThat(deadlines(inTransaction)).as("in a transaction").isEqualTo(expected);
            assertReplayed(client);
            assertReplayed(inTransaction);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldLeaveDeadlinesAsRedisDoesWhenAnotherServerHasRunTheCommands(Case each) {
        List<String[]> succeeded = new ArrayList<>();
        Map<String, String> expected = deadlinesOfRedis(each, succeeded);
        RecordingPersister kept = new RecordingPersister() {
            @Override
            public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
                for (String[] words : succeeded) {
                    byte[] bytes = resp(words);
                    sink.run(1, bytes, 0, bytes.length);
                }
                return RecoveryReport.EMPTY;
            }
        };
        try (TestClient loaded = new TestClient(kept, new TestClient.SettableClock(), Long.MAX_VALUE / 2);
                TestClient following = new TestClient()) {
            assertThat(deadlines(loaded)).as("loaded").isEqualTo(expected);
            CommandRunner runner = new CommandRunner(following.engine);
            for (String[] words : succeeded) {
                byte[] bytes = resp(words);
                runner.run(bytes, 0, bytes.length);
            }
            assertThat(deadlines(following)).as("following").isEqualTo(expected);
            assertReplayed(following);
        }
    }

    private static byte[] resp(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    // --- WATCH: one connection for each key, and another that runs the command. ---

    /** Sends a command on a watcher's connection. */
    @FunctionalInterface
    private interface Watcher {
        String send(String... words);
    }

    private static Map<String, Boolean> told(List<Watcher> watchers, List<String[]> before, Runnable command) {
        Watcher first = watchers.get(0);
        first.send("FLUSHALL");
        before.forEach(first::send);
        for (int i = 0; i < watchers.size(); i++) {
            watchers.get(i).send("WATCH", WritingCases.KEYS.get(i));
        }
        command.run();
        Map<String, Boolean> told = new TreeMap<>();
        for (int i = 0; i < watchers.size(); i++) {
            watchers.get(i).send("MULTI");
            watchers.get(i).send("PING");
            told.put(WritingCases.KEYS.get(i), watchers.get(i).send("EXEC").equals("*-1\r\n"));
        }
        return told;
    }

    private static Map<String, Boolean> toldByRedis(List<String[]> before, String... command) {
        RealRedis.Connection other = redis().connect();
        List<Watcher> watchers = new ArrayList<>();
        WATCHERS.forEach(watcher -> watchers.add(watcher::raw));
        return told(watchers, before, () -> other.raw(command));
    }

    private static Map<String, Boolean> toldByUs(List<String[]> before, String... command) {
        try (TestClient client = new TestClient()) {
            List<Watcher> watchers = new ArrayList<>();
            for (int i = 0; i < WritingCases.KEYS.size(); i++) {
                Session session = client.openSession();
                watchers.add(words -> TestClient.run(session, words));
            }
            return told(watchers, before, () -> client.run(command));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldTellWhoWatchesAsRedisDoes(Case each) {
        assertThat(toldByUs(each.before(), each.command())).isEqualTo(toldByRedis(each.before(), each.command()));
        List<String[]> withDeadlines = withDeadlines(each);
        withDeadlines.remove(withDeadlines.size() - 1);
        assertThat(toldByUs(withDeadlines, each.command()))
                .as("with deadlines")
                .isEqualTo(toldByRedis(withDeadlines, each.command()));
    }
}

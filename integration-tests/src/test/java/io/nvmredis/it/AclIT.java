package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RunningServer;
import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Users, what they may do and what they try none the less: {@code acl-scenarios.txt} says what clients do, and
 * redis-server 7.0 what the replies are. Random rules are described, and applied to random commands, as it does.
 */
class AclIT {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");
    private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9a-f]{2})");

    private static final int RANDOM_USERS = 300;
    private static final int COMMANDS_PER_USER = 10;

    @RegisterExtension
    static final RunningServer SERVER = new RunningServer();

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    @TestFactory
    Stream<DynamicTest> shouldAnswerAsRedis() throws IOException {
        Requirement.requireRedis();
        return scenarios().stream()
                .map(scenario -> DynamicTest.dynamicTest(scenario.get(0), () -> {
                    try (RealRedis redis = directory.redis(directory.path("redis"), "--appendonly", "no");
                            UserScenario run = new UserScenario(SERVER.port(), redis.port())) {
                        scenario.stream().skip(1).forEach(run::step);
                    }
                }));
    }

    /** Returns the lines of each scenario, of which the first is its title. */
    private static List<List<String>> scenarios() throws IOException {
        List<List<String>> scenarios = new ArrayList<>();
        try (InputStream file = Objects.requireNonNull(AclIT.class.getResourceAsStream("/acl-scenarios.txt"))) {
            for (String line : new String(file.readAllBytes(), RespClient.BYTES).split("\n", -1)) {
                if (line.startsWith("= ")) {
                    scenarios.add(new ArrayList<>(List.of(line.substring(2))));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    scenarios.get(scenarios.size() - 1).add(line);
                }
            }
        }
        return scenarios;
    }

    @Test
    void shouldTakeAndDescribeRandomRulesAsRedis() throws Exception {
        Requirement.requireRedis();
        long seed = System.nanoTime();
        RandomRules random = new RandomRules(new Random(seed));
        try (RealRedis redis = directory.redis(directory.path("redis"), "--appendonly", "no");
                RespClient theirs = new RespClient(redis.port());
                RespClient ours = new RespClient(SERVER.port())) {
            UserScenario.clear(ours);
            UserScenario.clear(theirs);
            for (int i = 0; i < RANDOM_USERS; i++) {
                String user = random.user();
                List<String[]> commands = new ArrayList<>(List.of(
                        random.setUser(user), new String[] {"ACL", "GETUSER", user}, new String[] {"ACL", "LIST"}));
                for (int each = 0; each < COMMANDS_PER_USER; each++) {
                    commands.add(random.dryRun(user));
                }
                for (String[] command : commands) {
                    assertThat(UserScenario.comparable(ours.call(command)))
                            .as("seed %d: %s", seed, String.join(" ", command))
                            .isEqualTo(UserScenario.comparable(theirs.call(command)));
                }
            }
        }
    }

    /** The file that one server has saved is loaded by the other, and means the same there. */
    @Test
    void shouldExchangeFilesOfUsersWithRedis() throws Exception {
        Requirement.requireRedis();
        String rules = "on >pw ~a* %R~b &c resetchannels &d +@all -@dangerous +config|get -get (+get ~g* &x)";
        Path file = directory.path("users.acl");
        Path theirFile = directory.path("their.acl");
        Files.writeString(file, "user al " + rules + "\n\nuser default on nopass ~* &* +@all\n");
        Files.copy(file, theirFile);
        try (RealRedis redis = directory.redis(
                        directory.path("redis"), "--appendonly", "no", "--aclfile", theirFile.toString());
                RespClient theirs = new RespClient(redis.port());
                ServerProcess server =
                        directory.server().with("--aclfile", file.toString()).start();
                RespClient ours = server.connect();
                RespClient al = server.connect()) {
            assertSameUsers(ours, theirs);
            assertThat(ours.call("ACL", "SETUSER", "bo", "on", "+select|3", "+pfdebug"))
                    .isEqualTo("OK");
            assertThat(theirs.call("ACL", "SETUSER", "bo", "on", "+select|3", "+pfdebug"))
                    .isEqualTo("OK");
            assertThat(ours.call("ACL", "SAVE")).isEqualTo("OK");
            assertThat(theirs.call("ACL", "SAVE")).isEqualTo("OK");
            Path swapped = directory.path("swapped");
            Files.move(file, swapped);
            Files.move(theirFile, file);
            Files.move(swapped, theirFile);
            assertThat(al.call("AUTH", "al", "pw")).isEqualTo("OK");
            assertThat(ours.call("ACL", "LOAD")).isEqualTo("OK");
            assertThat(theirs.call("ACL", "LOAD")).isEqualTo("OK");
            assertSameUsers(ours, theirs);
            assertThatThrownBy(() -> al.call("GET", "g")).isInstanceOf(IOException.class);
            try (Stream<Path> files = Files.list(directory.path())) {
                assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("tmp-"));
            }
        }
    }

    private static void assertSameUsers(RespClient ours, RespClient theirs) throws IOException {
        assertThat(UserScenario.comparable(ours.call("ACL", "LIST")))
                .isEqualTo(UserScenario.comparable(theirs.call("ACL", "LIST")));
    }

    @Test
    void shouldLoadNothingOfAFileThatIsWrong() throws Exception {
        Requirement.requireRedis();
        Path file = directory.path("users.acl");
        Files.writeString(file, "user al on nopass +get\n");
        try (RealRedis redis =
                        directory.redis(directory.path("redis"), "--appendonly", "no", "--aclfile", file.toString());
                RespClient theirs = new RespClient(redis.port());
                ServerProcess server =
                        directory.server().with("--aclfile", file.toString()).start();
                RespClient ours = server.connect()) {
            for (String wrong : List.of(
                    "user al +bogus on >x +@nothing bogus <y\nuser bo nopass\nusr x\nuser al on\nuser",
                    "user bo on\nuser bo off",
                    "user default on\nuser default off",
                    "# nothing",
                    "user bo  on   nopass\nuser a\tb on")) {
                Files.writeString(file, wrong + "\n");
                assertThat(ours.callExactly("ACL", "LOAD")).as(wrong).isEqualTo(theirs.callExactly("ACL", "LOAD"));
                assertThat(ours.callExactly("ACL", "USERS")).as(wrong).isEqualTo(theirs.callExactly("ACL", "USERS"));
            }
            Files.delete(file);
            assertThat(ours.callExactly("ACL", "LOAD")).isEqualTo(theirs.callExactly("ACL", "LOAD"));
        }
    }

    @Test
    void shouldNotStartWithAFileThatIsWrong() throws Exception {
        Path file = directory.path("users.acl");
        Files.writeString(file, "user al +bogus\nuser\n");
        ServerProcess.Exit exit =
                directory.server().with("--aclfile", file.toString()).run();
        assertThat(exit.status()).isNotZero();
        assertThat(String.join("\n", exit.err()))
                .contains(file + ":1: Error in applying operation '+bogus'")
                .contains(file + ":2 should start with user keyword followed by the username.");
    }

    /** What a client that monitors sees, and what the slow log keeps. */
    @Test
    void shouldShowPasswordsToNobody() throws Exception {
        try (RespClient client = new RespClient(SERVER.port());
                RespClient monitor = new RespClient(SERVER.port())) {
            UserScenario.clear(client);
            client.call("CONFIG", "SET", "slowlog-log-slower-than", "0");
            client.call("SLOWLOG", "RESET");
            assertThat(monitor.call("MONITOR")).isEqualTo("OK");
            client.call("ACL", "SETUSER", "al", "on", ">hidden1", "+@all", "<hidden2");
            client.call("ACL", "SETUSER", "al", "on", ">hidden1", "+@all");
            client.call("ACL", "DRYRUN", "al", "AUTH", "hidden3");
            client.call("AUTH", "al", "hidden4");
            client.call("HELLO", "2", "AUTH", "al", "hidden5");
            client.call("AUTH", "al", "hidden1");
            client.call("ECHO", "end");
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf("end") < 0) {
                seen.append(monitor.receive());
            }
            assertThat(seen.toString()).doesNotContain("hidden");
            assertThat(client.callExactly("SLOWLOG", "GET", "100"))
                    .contains("SETUSER")
                    .doesNotContain("hidden");
            assertThat(client.callExactly("ACL", "LOG")).contains("auth").doesNotContain("hidden");
            client.call("CONFIG", "SET", "slowlog-log-slower-than", "10000");
        }
    }

    @Test
    void shouldServeNobodyWhoseUserIsGone() throws Exception {
        try (RespClient admin = new RespClient(SERVER.port());
                RespClient al = new RespClient(SERVER.port())) {
            UserScenario.clear(admin);
            admin.call("ACL", "SETUSER", "al", "on", "nopass", "+@all", "~*");
            al.call("AUTH", "al", "x");
            al.send("BLPOP", "list", "0");
            al.flush();
            await().until(() -> admin.callExactly("INFO", "clients").contains("blocked_clients:1"));
            admin.call("ACL", "DELUSER", "al");
            assertThatThrownBy(al::receive).isInstanceOf(IOException.class);
            assertThat(admin.call("RPUSH", "list", "x")).isEqualTo(1L);
            assertThat(admin.call("LLEN", "list")).isEqualTo(1L);
        }
    }

    /** Returns the words of a line, of which some stand in double quotes, perhaps with bytes such as {@code \\x00}. */
    static String[] words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group() : unescaped(word.group(1)));
        }
        return words.toArray(new String[0]);
    }

    private static String unescaped(String quoted) {
        return ESCAPED.matcher(quoted)
                .replaceAll(
                        found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }

    static List<String> lines(String text) {
        return Arrays.asList(text.split("\n", -1));
    }
}

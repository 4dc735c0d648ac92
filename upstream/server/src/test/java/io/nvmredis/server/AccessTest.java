package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.errors.ConfigurationException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what; the replies are those of redis-server 7.0.15. */
class AccessTest {
    private static final String NOAUTH = "-NOAUTH Authentication required.";
    private static final String WRONGPASS = "-WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_PASSWORD =
            "-ERR AUTH <password> called without any password configured for the default"
                    + " user. Are you sure your configuration is correct?";
    private static final String NO_DEBUG =
            "-ERR DEBUG command not allowed. If the enable-debug-command option is set to"
                    + " \"local\", you can run it from a local connection, otherwise you need to set this option in the"
                    + " configuration file, and then restart the server.";

    @TempDir
    Path directory;

    private NvmRedisServer.Builder builder() {
        return NvmRedisServer.builder().port(0).dir(directory).persistence("none");
    }

    private static String immutable(String name) {
        return "-ERR CONFIG SET failed (possibly related to argument '" + name + "') - can't set immutable config";
    }

    private static String protectedSetting(String name) {
        return "-ERR CONFIG SET failed (possibly related to argument '" + name + "') - can't set protected config";
    }

    private NvmRedisServer withPassword() {
        return builder().setting("requirepass", "secret").build().start();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET a",
                "SET a 1",
                "PING",
                "MULTI",
                "EVAL return 0",
                "BLPOP a 0",
                "SUBSCRIBE a",
                "INFO",
                "CONFIG GET requirepass",
                "SAVE",
                "SHUTDOWN NOSAVE",
                "SCRIPT KILL",
                "CLIENT SETNAME a",
                "COMMAND"
            })
    void shouldRunNothingForWhoHasNotSaidWhoItIs(String command) throws Exception {
        String[] words = command.startsWith("EVAL") ? new String[] {"EVAL", "return 0", "0"} : command.split(" ", -1);
        try (NvmRedisServer server = withPassword();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call(words)).isEqualTo(NOAUTH);
            assertThat(client.call("AUTH", "secret")).isEqualTo("+OK");
            assertThat(client.call("GET", "a")).isEqualTo("(nil)");
        }
    }

    @Test
    void shouldCheckPasswords() throws Exception {
        try (NvmRedisServer server = withPassword();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("AUTH", "guess")).isEqualTo(WRONGPASS);
            assertThat(client.call("AUTH", "")).isEqualTo(WRONGPASS);
            assertThat(client.call("AUTH", "secret ")).isEqualTo(WRONGPASS);
            assertThat(client.call("AUTH", "somebody", "secret")).isEqualTo(WRONGPASS);
            assertThat(client.call("AUTH", "a", "b", "c")).isEqualTo("-ERR syntax error");
            assertThat(client.call("AUTH")).isEqualTo("-ERR wrong number of arguments for 'auth' command");
            assertThat(client.call("BOGUS")).startsWith("-ERR unknown command 'BOGUS'");
            assertThat(client.call("GET", "a")).isEqualTo(NOAUTH);
            assertThat(client.call("AUTH", "default", "secret")).isEqualTo("+OK");
            assertThat(client.call("AUTH", "guess")).isEqualTo(WRONGPASS);
            assertThat(client.call("SET", "a", "1")).isEqualTo("+OK");
        }
    }

    @Test
    void shouldCheckPasswordsInHello() throws Exception {
        String unauthenticated =
                "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
                        + " AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at"
                        + " the same time";
        try (NvmRedisServer server = withPassword();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("HELLO")).isEqualTo(unauthenticated);
            assertThat(client.call("HELLO", "2", "SETNAME", "me")).isEqualTo(unauthenticated);
            assertThat(client.call("HELLO", "4")).isEqualTo("-NOPROTO unsupported protocol version");
            assertThat(client.call("HELLO", "2", "AUTH", "default", "guess")).isEqualTo(WRONGPASS);
            assertThat(client.call("HELLO", "2", "AUTH", "default"))
                    .isEqualTo("-ERR Syntax error in HELLO option 'AUTH'");
            assertThat(client.call("HELLO", "2", "SETNAME", "a b"))
                    .isEqualTo("-ERR Client names cannot contain spaces, newlines or special characters.");
            assertThat(client.call("GET", "a")).isEqualTo(NOAUTH);
            assertThat(client.call("HELLO", "2", "AUTH", "default", "secret", "SETNAME", "me"))
                    .contains("standalone");
            assertThat(client.call("CLIENT", "GETNAME")).isEqualTo("me");
            assertThat(client.call("GET", "a")).isEqualTo("(nil)");
        }
    }

    @Test
    void shouldReadWhatFollowsInTheSamePacketByTheRulesOfThen() throws Exception {
        String[] many = new String[41];
        Arrays.fill(many, "x");
        many[0] = "MSET";
        try (NvmRedisServer server = withPassword();
                RawClient client = new RawClient(server.port())) {
            client.sendRaw(RawClient.encode("PING")
                    + RawClient.encode("AUTH", "secret")
                    + RawClient.encode(many)
                    + RawClient.encode("SET", "big", "v".repeat(100_000)));
            assertThat(client.reply()).isEqualTo(NOAUTH);
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.reply()).isEqualTo("+OK");
            assertThat(client.reply()).isEqualTo("+OK");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*11\r\n", "*1\r\n$16385\r\n", "*2\r\n$4\r\nAUTH\r\n$100000\r\n"})
    void shouldKeepLittleForWhoHasNotSaidWhoItIs(String request) throws Exception {
        try (NvmRedisServer server = withPassword();
                RawClient client = new RawClient(server.port())) {
            client.sendRaw(request);
            assertThat(client.reply()).startsWith("-ERR Protocol error: unauthenticated ");
            assertThatThrownBy(client::reply).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void shouldSayThatThereIsNoPassword() throws Exception {
        try (NvmRedisServer server = builder().build().start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("AUTH", "x")).isEqualTo(NO_PASSWORD);
            assertThat(client.call("AUTH", "default", "x")).isEqualTo("+OK");
            assertThat(client.call("AUTH", "somebody", "x")).isEqualTo(WRONGPASS);
            assertThat(client.call("HELLO", "2", "AUTH", "default", "x")).contains("standalone");
        }
    }

    /** As in Redis, who was there before there was a password stays. */
    @Test
    void shouldChangeThePasswordForThoseToCome() throws Exception {
        try (NvmRedisServer server = builder().build().start();
                RawClient before = new RawClient(server.port())) {
            assertThat(before.call("PING")).isEqualTo("+PONG");
            assertThat(before.call("CONFIG", "SET", "requirepass", "new")).isEqualTo("+OK");
            assertThat(before.call("CONFIG", "GET", "requirepass")).isEqualTo("[requirepass new]");
            try (RawClient after = new RawClient(server.port())) {
                assertThat(after.call("GET", "a")).isEqualTo(NOAUTH);
                assertThat(before.call("GET", "a")).isEqualTo("(nil)");
                assertThat(after.call("AUTH", "new")).isEqualTo("+OK");
                assertThat(after.call("CONFIG", "SET", "requirepass", "")).isEqualTo("+OK");
                try (RawClient last = new RawClient(server.port())) {
                    assertThat(last.call("GET", "a")).isEqualTo("(nil)");
                    assertThat(last.call("CONFIG", "SET", "requirepass", "again"))
                            .isEqualTo("+OK");
                    assertThat(last.call("GET", "a")).isEqualTo("(nil)");
                }
            }
        }
    }

    @Test
    void shouldAuthenticateWithinATransaction() throws Exception {
        try (NvmRedisServer server = withPassword();
                RawClient client = new RawClient(server.port())) {
            client.call("AUTH", "secret");
            assertThat(client.call("MULTI")).isEqualTo("+OK");
            assertThat(client.call("AUTH", "guess")).isEqualTo("+QUEUED");
            assertThat(client.call("EXEC")).contains("WRONGPASS");
        }
    }

    @Test
    void shouldNotRunDebugUnlessItIsEnabled() throws Exception {
        try (NvmRedisServer server = builder().build().start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("DEBUG", "SLEEP", "3600")).isEqualTo(NO_DEBUG);
            assertThat(client.call("DEBUG", "HELP")).isEqualTo(NO_DEBUG);
            assertThat(client.call("CONFIG", "GET", "enable-debug-command")).isEqualTo("[enable-debug-command no]");
            for (String value : List.of("yes", "no")) {
                assertThat(client.call("CONFIG", "SET", "enable-debug-command", value))
                        .isEqualTo(immutable("enable-debug-command"));
            }
            assertThat(client.call("CONFIG", "SET", "enable-protected-configs", "yes"))
                    .isEqualTo(immutable("enable-protected-configs"));
            client.call("MULTI");
            assertThat(client.call("DEBUG", "SLEEP", "0")).isEqualTo(NO_DEBUG);
            assertThat(client.call("EXEC")).startsWith("-EXECABORT");
        }
        try (NvmRedisServer server = builder()
                        .setting("enable-debug-command", "local")
                        .build()
                        .start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("DEBUG", "SLEEP", "0")).isEqualTo("+OK");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "rdb", "aof"})
    void shouldLetNobodyNameFiles(String persistence) throws IOException {
        try (NvmRedisServer server = builder().persistence(persistence).build().start();
                RawClient client = new RawClient(server.port())) {
            for (String name : List.of("dir", "dbfilename")) {
                assertThat(client.call("CONFIG", "SET", name, "elsewhere")).isEqualTo(protectedSetting(name));
            }
            if (persistence.equals("aof")) {
                for (String name : List.of("appendfilename", "appenddirname")) {
                    assertThat(client.call("CONFIG", "SET", name, "elsewhere")).isEqualTo(immutable(name));
                }
            }
        }
    }

    @Test
    void shouldTurnProtectedModeOffAndOn() throws Exception {
        try (NvmRedisServer server = builder().build().start();
                RawClient client = new RawClient(server.port())) {
            assertThat(client.call("CONFIG", "GET", "protected-mode")).isEqualTo("[protected-mode yes]");
            assertThat(client.call("CONFIG", "SET", "protected-mode", "maybe"))
                    .isEqualTo(
                            "-ERR CONFIG SET failed (possibly related to argument 'protected-mode') - argument must be"
                                    + " 'yes' or 'no'");
            assertThat(client.call("CONFIG", "SET", "protected-mode", "No")).isEqualTo("+OK");
            assertThat(client.call("CONFIG", "GET", "protected-mode")).isEqualTo("[protected-mode no]");
        }
    }

    @Test
    void shouldNotTellThePasswordWhenItRefusesTheSettings() {
        assertThatThrownBy(() -> builder()
                        .setting("requirepass", "secret")
                        .setting("protected-mode", "perhaps")
                        .setting("enable-debug-command", "remote")
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        fault -> assertThat(fault.faults())
                                .containsExactlyInAnyOrder(
                                        "protected-mode 'perhaps' is not one of these: yes, no",
                                        "enable-debug-command 'remote' is not one of these: no, yes, local"));
    }
}

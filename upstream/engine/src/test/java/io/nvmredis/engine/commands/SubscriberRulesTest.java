package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriberRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"subscribe", "psubscribe"})
    void shouldRunOnlySubscribersCommandsWhileSubscribed(String command) {
        try (TestClient client = new TestClient()) {
            client.run(command, "c");

            assertThat(client.run("GET", "k"))
                    .isEqualTo("-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET"
                            + " are allowed in this context\r\n");
            assertThat(client.run("DEBUG", "SLEEP", "0")).startsWith("-ERR Can't execute 'debug'");
            assertThat(client.run("ping")).isEqualTo("*2\r\n$4\r\npong\r\n$0\r\n\r\n");

            client.run(command.replace("subscribe", "unsubscribe"), "c");
            assertThat(client.run("get", "k")).isEqualTo("$-1\r\n");
            assertThat(client.run("ping")).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void shouldTellOfSubcommandsThatThereAreNot() {
        try (TestClient client = new TestClient()) {
            assertThat(client.run("PUBSUB", "NOSUCH"))
                    .isEqualTo("-ERR unknown subcommand 'NOSUCH'. Try PUBSUB HELP.\r\n");
            assertThat(client.run("pubsub", "numpat")).isEqualTo(":0\r\n");
        }
    }
}

package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a client may do is what it may do when its command's turn comes, whenever the command came. */
class ForbiddenWhileWaitingTest {
    @Test
    void shouldNotRunWhatWasForbiddenWhileItWaited() {
        try (TestClient client = new TestClient()) {
            client.run("acl", "setuser", "al", "on", "nopass", "+@all", "~*");
            assertThat(client.run("auth", "al", "x")).isEqualTo("+OK\r\n");
            CompletableFuture<String> reply = new CompletableFuture<>();
            Thread worker = new Thread(() -> reply.complete(client.run("set", "a", "1")));
            synchronized (client.engine.lock()) {
                worker.start();
                await().until(() -> worker.getState() == Thread.State.BLOCKED);
                assertThat(client.engine.access().users().set("al", List.of("-set")))
                        .isNull();
            }
            assertThat(reply.join()).startsWith("-NOPERM");
            assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
        }
    }

    @Test
    void shouldSpoilATransactionWhoseCommandIsForbidden() {
        try (TestClient client = new TestClient()) {
            client.run("acl", "setuser", "al", "on", "nopass", "+@all", "~a");
            client.run("auth", "al", "x");
            client.run("multi");
            assertThat(client.run("set", "b", "1")).startsWith("-NOPERM");
            assertThat(client.run("set", "a", "1")).isEqualTo("+QUEUED\r\n");
            assertThat(client.run("exec")).startsWith("-EXECABORT");
            client.run("multi");
            client.run("set", "a", "1");
            client.engine.access().users().set("al", List.of("resetkeys"));
            assertThat(client.run("exec")).contains("-NOPERM ACLs rules changed");
            assertThat(client.effectsSince(0)).isEmpty();
        }
    }
}

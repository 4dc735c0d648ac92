package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients are told while the persister is opening. */
class LoadingTest {
    private static final String LOADING = "-LOADING Redis is loading the dataset in memory";

    private final FakePersister persister = new FakePersister();
    private final CountDownLatch opening = new CountDownLatch(1);
    private final CountDownLatch mayOpen = new CountDownLatch(1);
    private final ExecutorService starter = Executors.newSingleThreadExecutor();

    @TempDir
    Path directory;

    private NvmRedisServer server;
    private Future<NvmRedisServer> start;

    @BeforeEach
    void startLoading() throws InterruptedException {
        persister.whileOpening(this::openSlowly);
        server = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .providers(List.of(persister))
                .persistence("fake")
                .build();
        start = starter.submit(server::start);
        assertThat(opening.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private void openSlowly(LoadingListener progress) {
        progress.onProgress(250, 1_000);
        opening.countDown();
        while (mayOpen.getCount() > 0) {
            // Throws when the opening is given up.
            progress.onProgress(250, 1_000);
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void stop() {
        mayOpen.countDown();
        server.close();
        starter.shutdownNow();
    }

    @Test
    void shouldRefuseDataCommandsUntilItIsReady() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.call("GET", "a")).isEqualTo(LOADING);
            assertThat(client.call("SET", "a", "1")).isEqualTo(LOADING);
            assertThat(client.call("DBSIZE")).isEqualTo(LOADING);
            assertThat(client.call("EVAL", "return 1", "0")).isEqualTo(LOADING);
            assertThat(client.call("BLPOP", "l", "0")).isEqualTo(LOADING);
            // Like Redis, where PING is how one finds out.
            assertThat(client.call("PING")).isEqualTo(LOADING);
            mayOpen.countDown();
            start.get(10, TimeUnit.SECONDS);
            assertThat(client.call("PING")).isEqualTo("+PONG");
            assertThat(client.call("GET", "a")).isEqualTo("(nil)");
        }
    }

    @Test
    void shouldAnswerWhatIsNotAboutData() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.call("SELECT", "3")).isEqualTo("+OK");
            assertThat(client.call("HELLO", "2")).contains("redis");
            assertThat(client.call("CLIENT", "ID")).startsWith(":");
            assertThat(client.call("COMMAND", "COUNT")).startsWith(":");
            assertThat(client.call("CONFIG", "GET", "port")).startsWith("[");
            assertThat(client.call("SUBSCRIBE", "c")).contains("subscribe");
        }
    }

    @Test
    void shouldTellHowFarItHasCome() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.call("INFO", "persistence"))
                    .contains(
                            "loading:1\r\n",
                            "async_loading:0\r\n",
                            "loading_start_time:",
                            "loading_total_bytes:1000\r\n",
                            "loading_loaded_bytes:250\r\n",
                            "loading_loaded_perc:25.00\r\n",
                            "loading_eta_seconds:");
            assertThat(client.call("INFO")).contains("role:master");
            mayOpen.countDown();
            start.get(10, TimeUnit.SECONDS);
            assertThat(client.call("INFO", "persistence")).contains("loading:0\r\n", "fake:1\r\n");
        }
    }

    @Test
    void shouldSpoilATransactionThatBeginsTooEarly() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.call("MULTI")).isEqualTo("+OK");
            assertThat(client.call("SET", "a", "1")).isEqualTo(LOADING);
            assertThat(client.call("EXEC")).startsWith("-EXECABORT");
        }
    }

    /** An event loop that is told to end at a certain moment leaves its connections open: one run in ten. */
    @RepeatedTest(50)
    void shouldStopAtShutdown() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.send("SHUTDOWN");
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThatThrownBy(() -> start.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StartException.class);
        server.awaitClosed();
    }

    @Test
    void shouldCloseEverythingIfTheDataCannotBeRead() throws Exception {
        persister.whileOpening(progress -> {
            throw new PersistenceException("file f is damaged");
        });
        NvmRedisServer failing = NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .providers(List.of(persister))
                .persistence("fake")
                .build();
        assertThatThrownBy(failing::start)
                .isInstanceOf(PersistenceException.class)
                .hasMessage("file f is damaged");
        assertThatThrownBy(() -> new RawClient(failing.port())).isInstanceOf(java.net.ConnectException.class);
        failing.close();
    }

    @Test
    void shouldCountClientsThatWait() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            assertThat(client.call("INFO", "clients")).contains("connected_clients:1");
        }
        await().until(() -> server.connectedClients() == 0);
    }
}

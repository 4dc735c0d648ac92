package io.nvmredis.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.embedded.EmbeddedChannel;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.Route;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.catalog.Command;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.rdb.RdbValueCodec;
import io.nvmredis.server.FakePersister;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.ValueCodec;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On an event loop that does what it has been given when the test says so. */
class PauseWaitTest {
    private static final Command WRITING = words("SET", "a", "1");

    private final Engine engine =
            Engine.open(new FakePersister(), Clock.systemUTC(), new NoListener(), new NoContext());
    private final Session session = engine.newSession(SessionOutput.NOBODY);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int advances;
    private final PauseWait wait = new PauseWait(channel.eventLoop(), engine.pause(), session, () -> advances++);

    private static Command words(String... words) {
        return Command.of(
                Arrays.stream(words).map(word -> word.getBytes(US_ASCII)).toList());
    }

    private void run(String... words) {
        assertThat(engine.tryEnter()).isTrue();
        try {
            assertThat(session.execute(words(words))).isEqualTo(Route.LOOP);
            assertThat(session.takeReply()).isEqualTo("+OK\r\n".getBytes(US_ASCII));
        } finally {
            engine.exit();
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        engine.close();
    }

    @Test
    void shouldTryAgainWhenThePauseIsEnded() {
        run("CLIENT", "PAUSE", "60000", "WRITE");
        assertThat(wait.holds(words("GET", "a"))).isFalse();
        assertThat(wait.holds(WRITING)).isTrue();
        assertThat(wait.isWaiting()).isTrue();
        run("CLIENT", "UNPAUSE");
        channel.runPendingTasks();
        assertThat(advances).isEqualTo(1);
        assertThat(wait.isWaiting()).isFalse();
        assertThat(wait.giveUp()).isFalse();
    }

    @Test
    void shouldGiveUpACommandThatIsHeld() {
        run("CLIENT", "PAUSE", "60000");
        assertThat(wait.holds(WRITING)).isTrue();
        assertThat(wait.giveUp()).isTrue();
        run("CLIENT", "UNPAUSE");
        channel.runPendingTasks();
        assertThat(advances).isZero();
    }

    /** What else has the client go on may come before the timer: then no command is held any more. */
    @Test
    void shouldNotWaitOnWhenThePauseIsFoundOver() {
        run("CLIENT", "PAUSE", "20", "WRITE");
        assertThat(wait.holds(WRITING)).isTrue();
        await().until(() -> !engine.pause().isOn());
        assertThat(wait.holds(WRITING)).isFalse();
        assertThat(wait.isWaiting()).isFalse();
        assertThat(wait.giveUp()).isFalse();
    }

    private static final class NoListener implements CommitListener {
        @Override
        public void onDurable(long durableLsn) {}

        @Override
        public void onCommitFailed(PersistenceException failure) {}
    }

    private static final class NoContext implements ServerContext {
        private final ValueCodec codec = new RdbValueCodec();

        @Override
        public int port() {
            return 0;
        }

        @Override
        public int connectedClients() {
            return 1;
        }

        @Override
        public Path directory() {
            return Path.of("");
        }

        @Override
        public long dramBudgetBytes() {
            return Long.MAX_VALUE / 2;
        }

        @Override
        public ValueCodec valueCodec() {
            return codec;
        }

        @Override
        public long startNanos() {
            return 0;
        }

        @Override
        public void requestShutdown() {}

        @Override
        public Map<String, String> settings() {
            return Map.of();
        }
    }
}

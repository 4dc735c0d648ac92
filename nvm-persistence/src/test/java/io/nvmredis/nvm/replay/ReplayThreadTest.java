package io.nvmredis.nvm.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayThreadTest {
    private static final int BACKLOG_LIMIT = 100;

    private final TestPool pool = new TestPool(new SimulatedDisk(), 8192);
    private final AtomicInteger rooms = new AtomicInteger();
    private final CommitListener listener = new CommitListener() {
        @Override
        public void onDurable(long durableLsn) {}

        @Override
        public void onCommitFailed(PersistenceException failure) {}

        @Override
        public void onRoom() {
            rooms.incrementAndGet();
        }
    };

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetWritersGoWhenItEnds(boolean isError) {
        PmemDirectory broken = (PmemDirectory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PmemDirectory.class}, (proxy, called, arguments) -> {
                    throw isError
                            ? new LinkageError("the file system is gone")
                            : new PersistenceException("the file system is gone");
                });
        TableRoom room = new TableRoom(broken, pool.table(), pool.recovered().shape(), Long.MAX_VALUE);
        try (ReplayThread replay = new ReplayThread(pool.log(), pool.replayer(), room, listener, BACKLOG_LIMIT, 0)) {
            // Not durable: it can not be applied before the thread comes to look at the room.
            pool.append("SET a " + "x".repeat(2 * BACKLOG_LIMIT));
            replay.appended();
            assertThat(replay.isBackedUp()).isTrue();
            replay.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> rooms.get() == 1);
            assertThat(replay.isBackedUp()).isFalse();
            assertThat(replay.refusal(1, false)).contains("MISCONF").contains("the file system is gone");
        }
    }
}

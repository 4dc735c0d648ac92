package io.nvmredis.nvm.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayThreadTest {
    private static final int BACKLOG_LIMIT = 100;

    private final SimulatedDisk disk = new SimulatedDisk();
    private final TestPool pool = new TestPool(disk, 8192);
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
        PmemDirectory broken = broken(isError);
        TableRoom room = new TableRoom(broken, pool.table(), pool.recovered().shape(), Long.MAX_VALUE);
        try (ReplayThread replay = new ReplayThread(pool.log(), pool.replayer(), room, listener, BACKLOG_LIMIT, 0)) {
            // Not durable: it can not be applied before the thread comes to look at the room.
            pool.append("SET a " + "x".repeat(2 * BACKLOG_LIMIT));
            replay.appended();
            assertThat(replay.isBackedUp()).isTrue();
            replay.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> rooms.get() == 1);
            assertThat(replay.isBackedUp()).isFalse();
            assertThat(replay.refusal(1, false).message()).contains("the file system is gone");
        }
    }

    @Test
    void shouldLetThoseGoWhoWaitForTheCountWhenItEnds() {
        pool.append("SET a 1");
        TestPool killed = TestPool.unreplayed(
                disk.crash(CrashMode.EVERYTHING, new SplittableRandom(1)), 8192, TestPool.SMALL_TABLE);
        TableRoom room =
                new TableRoom(broken(true), killed.table(), killed.recovered().shape(), Long.MAX_VALUE);
        try (ReplayThread replay =
                new ReplayThread(killed.log(), killed.replayer(), room, listener, BACKLOG_LIMIT, 0)) {
            assertThat(killed.coldStore().isCounted()).isFalse();
            // So that the first step looks at the room.
            await().pollDelay(Duration.ofMillis(150)).until(() -> true);
            replay.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> rooms.get() == 1);
            assertThat(killed.coldStore().isCounted()).isTrue();
        }
    }

    @Test
    void shouldApplySoonWhenItIsAskedTo() {
        TableRoom room = new TableRoom(disk, pool.table(), pool.recovered().shape(), Long.MAX_VALUE);
        try (ReplayThread replay = new ReplayThread(pool.log(), pool.replayer(), room, listener, 1 << 20, 0)) {
            replay.gatherFor(TimeUnit.HOURS.toNanos(1));
            replay.start();
            pool.appendAndCommit("SET a 1");
            long firstLsn = pool.log().lastLsn();
            await().atMost(Duration.ofSeconds(30)).until(() -> pool.replayer().appliedLsn() == firstLsn);
            pool.appendAndCommit("SET a 2");
            // It gathers: three of its looks pass.
            await().pollDelay(Duration.ofMillis(60)).until(() -> true);
            assertThat(pool.replayer().appliedLsn()).isEqualTo(firstLsn);
            pool.coldStore().applySoon();
            await().atMost(Duration.ofSeconds(30)).until(() -> pool.replayer().appliedLsn() > firstLsn);
        }
    }

    private static PmemDirectory broken(boolean isError) {
        return (PmemDirectory) Proxy.newProxyInstance(
                PmemDirectory.class.getClassLoader(),
                new Class<?>[] {PmemDirectory.class},
                (proxy, called, arguments) -> {
                    throw isError
                            ? new LinkageError("the file system is gone")
                            : new PersistenceException("the file system is gone");
                });
    }
}

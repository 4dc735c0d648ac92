package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.Persister;
import io.nvmredis.spi.errors.PersistenceException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room room = new Room();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final Thread writer = new Thread(this::write, "writer");
    private volatile boolean isBackedUp;

    /** Says whether its log has room, and does nothing else. */
    private final Persister persister = (Persister) Proxy.newProxyInstance(
            Persister.class.getClassLoader(), new Class<?>[] {Persister.class}, (proxy, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("isBackedUp");
                return isBackedUp;
            });

    /** Its result is whether it has been interrupted. */
    private void write() {
        try {
            room.await(persister);
            ended.complete(Thread.interrupted());
        } catch (RuntimeException e) {
            e.addSuppressed(new IllegalStateException("interrupted: " + Thread.interrupted()));
            ended.completeExceptionally(e);
        }
    }

    private boolean result() {
        await().until(ended::isDone);
        return ended.join();
    }

    @AfterEach
    void end() throws InterruptedException {
        isBackedUp = false;
        writer.join();
    }

    private void startWaiting() {
        isBackedUp = true;
        writer.start();
        await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
    }

    @Test
    void shouldLetThroughWhereTheLogHasRoom() {
        assertThatCode(() -> room.await(persister)).doesNotThrowAnyException();
    }

    @Test
    void shouldHoldBackWhileTheLogHasNone() {
        startWaiting();
        room.onRoom();
        room.onDurable(1);
        await().during(Duration.ofMillis(100)).until(() -> !ended.isDone());
        isBackedUp = false;
        room.onRoom();
        assertThat(result()).isFalse();
    }

    @Test
    void shouldNoticeRoomThatItIsNotToldOf() {
        startWaiting();
        isBackedUp = false;
        assertThat(result()).isFalse();
    }

    @Test
    void shouldEndAWaitWhenACommitFails() {
        startWaiting();
        PersistenceException failure = new PersistenceException("the disk is gone");
        room.onCommitFailed(failure);
        assertThatThrownBy(this::result)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(TransferException.class)
                .hasMessage("what was imported could not be made durable: the disk is gone")
                .hasCause(failure);
    }

    @Test
    void shouldLetNothingThroughAfterACommitHasFailed() {
        room.onCommitFailed(new PersistenceException("the disk is gone"));
        room.onRoom();
        assertThatThrownBy(() -> room.await(persister))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("the disk is gone");
    }

    @Test
    void shouldEndAWaitThatIsInterrupted() {
        startWaiting();
        writer.interrupt();
        assertThatThrownBy(this::result)
                .cause()
                .isInstanceOf(TransferException.class)
                .hasMessage("interrupted while waiting for room in the log")
                .satisfies(thrown ->
                        assertThat(thrown.getSuppressed()[0]).as("still told").hasMessage("interrupted: true"));
    }
}

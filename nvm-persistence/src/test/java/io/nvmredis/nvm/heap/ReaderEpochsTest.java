package io.nvmredis.nvm.heap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReaderEpochsTest {
    private final ReaderEpochs epochs = new ReaderEpochs();

    @Test
    void shouldLetNoReaderInOnceClosed() {
        epochs.leave(epochs.enter());
        epochs.close();
        assertThatThrownBy(epochs::enter)
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("closed");
        // The one that was refused is not waited for.
        epochs.close();
    }

    @Test
    void shouldWaitForTheReadersInsideBeforeItIsClosed() throws InterruptedException {
        int place = epochs.enter();
        AtomicBoolean isClosed = new AtomicBoolean();
        Thread closer = new Thread(() -> {
            epochs.close();
            isClosed.set(true);
        });
        closer.start();
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(this::refusesReaders);
        assertThat(isClosed).isFalse();
        epochs.leave(place);
        closer.join(10_000);
        assertThat(isClosed).isTrue();
    }

    private boolean refusesReaders() {
        try {
            epochs.leave(epochs.enter());
            return false;
        } catch (PersistenceException e) {
            return true;
        }
    }
}

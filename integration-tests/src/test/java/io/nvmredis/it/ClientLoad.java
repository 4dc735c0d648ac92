package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Clients that write and read until the server is gone, and know afterwards what must be there. */
final class ClientLoad {
    private static final Duration DEADLINE = Duration.ofMinutes(4);

    private final List<WritingClient> writers;
    private final List<ObservingClient> readers;

    /** Makes the server go away. */
    interface Cut {
        void now() throws Exception;
    }

    ClientLoad(int writers, int readers, long seed) {
        this.writers = IntStream.range(0, writers)
                .mapToObj(id -> new WritingClient(id, seed + id))
                .toList();
        this.readers = IntStream.range(0, readers)
                .mapToObj(id -> new ObservingClient(writers, ~seed - id))
                .toList();
    }

    /**
     * Lets all of them run until so many writes are acknowledged, and then cuts them off.
     *
     * @return the number of writes acknowledged
     */
    long runUntilCut(int port, long target, Cut cut) throws Exception {
        AtomicLong acknowledged = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(writers.size() + readers.size());
        try {
            List<Future<?>> clients = new ArrayList<>();
            writers.forEach(writer -> clients.add(threads.submit(() -> writer.writeUntilCut(port, acknowledged))));
            readers.forEach(reader -> clients.add(threads.submit(() -> reader.readUntilCut(port))));
            await().atMost(DEADLINE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() ->
                            acknowledged.get() >= target || clients.stream().anyMatch(Future::isDone));
            cut.now();
            for (Future<?> client : clients) {
                join(client);
            }
            assertThat(acknowledged.get()).as("writes acknowledged").isGreaterThanOrEqualTo(target);
            return acknowledged.get();
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Checks everything there is, and that there is nothing else.
     *
     * @return the number of keys
     */
    long verify(RespClient client) throws IOException {
        long expected = 0;
        for (WritingClient writer : writers) {
            expected += writer.verify(client);
        }
        for (ObservingClient reader : readers) {
            reader.verify(client);
        }
        assertThat(client.call("DBSIZE")).as("all keys").isEqualTo(expected);
        return expected;
    }

    private static void join(Future<?> client) throws InterruptedException, TimeoutException {
        try {
            client.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a client failed: " + e.getCause().getMessage(), e.getCause());
        }
    }
}

package io.nvmredis.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counters that several clients write, and two that they write together: each has the value of all increments that were
 * acknowledged, and of some of those that were not answered. What a reader was shown is never taken back.
 */
final class SharedCounters {
    private static final String DATABASE = "15";

    /** Sums over all clients. */
    private final AtomicLong acknowledged = new AtomicLong();

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong seen = new AtomicLong();
    private final Tally tally;

    SharedCounters(Tally tally) {
        this.tally = tally;
    }

    /** For one client among several: counts until the server is gone, which may not happen before this is set. */
    void countUntilKilled(int port, AtomicBoolean isKilled) throws IOException {
        try (RespClient client = connect(port)) {
            while (!isKilled.get()) {
                sent.incrementAndGet();
                if (transact(client, "INCR") instanceof List<?> replies) {
                    assertThat(replies.get(0)).as("two counters that are one").isEqualTo(replies.get(1));
                    acknowledged.incrementAndGet();
                    tally.acknowledged.incrementAndGet();
                } else {
                    sent.decrementAndGet();
                    tally.refused.incrementAndGet();
                }
            }
        } catch (IOException e) {
            if (!isKilled.get()) {
                throw e;
            }
        }
    }

    /** For one client: reads until the server is gone. */
    void readUntilKilled(int port, AtomicBoolean isKilled) throws IOException {
        try (RespClient client = connect(port)) {
            while (!isKilled.get()) {
                seen.accumulateAndGet(value(client), Math::max);
            }
        } catch (IOException e) {
            if (!isKilled.get()) {
                throw e;
            }
        }
    }

    /** To be called when no client counts. */
    void verify(int port) throws IOException {
        try (RespClient client = connect(port)) {
            long value = value(client);
            assertThat(value)
                    .as("a counter that a reader was shown at %d", seen.get())
                    .isGreaterThanOrEqualTo(seen.get())
                    .as("a counter, between all increments acknowledged and all that were sent")
                    .isBetween(acknowledged.get(), sent.get());
            tally.inDoubt.addAndGet(sent.get() - acknowledged.get());
            tally.inDoubtFound.addAndGet(value - acknowledged.get());
            acknowledged.set(value);
            sent.set(value);
        }
    }

    private static RespClient connect(int port) throws IOException {
        RespClient client = new RespClient(port);
        Replies.call(client, "SELECT", DATABASE);
        return client;
    }

    private static long value(RespClient client) throws IOException {
        List<?> replies = (List<?>) transact(client, "GET");
        assertThat(replies.get(0)).as("two counters that are one").isEqualTo(replies.get(1));
        return replies.get(0) == null ? 0 : Long.parseLong((String) replies.get(0));
    }

    /** The replies of EXEC, or an error. */
    private static Object transact(RespClient client, String command) throws IOException {
        client.send("MULTI");
        client.send(command, "one");
        client.send(command, "other");
        client.send("EXEC");
        client.flush();
        for (int i = 0; i < 3; i++) {
            client.receive();
        }
        Object reply = Replies.orGone(client.receive());
        assertThat(reply).isInstanceOfAny(List.class, RespError.class);
        return reply;
    }
}

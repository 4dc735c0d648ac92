package io.nvmredis.it.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.ModelRedis;
import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes to a database of its own, and can tell afterwards what must be there.
 *
 * <p>It sends its writes in order, many of them pipelined. So the server must hold the state after some number of them,
 * no fewer than were acknowledged: any other state is a lost, half or invented write. One thread at a time.
 */
final class SoakClient {
    private static final int LARGEST_BATCH = 12;
    private static final int BATCHES_UNTIL_A_CUT = 150;
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** A write that was sent, and when. */
    private record Sent(Write write, long millis) {}

    private final int database;
    private final Arm arm;
    private final Random random;
    private final RandomWrites writes;
    private final Tally tally;
    private final BriefKeys briefKeys;
    private final History history = new History();
    /** What the acknowledged writes have made of the data. */
    private final ModelRedis acknowledged = new ModelRedis();
    /** Sent, and not answered yet. */
    private final Deque<Sent> pending = new ArrayDeque<>();

    SoakClient(int database, Random random, Arm arm, Tally tally) {
        this.database = database;
        this.arm = arm;
        this.random = random;
        this.writes = new RandomWrites(random, arm);
        this.tally = tally;
        this.briefKeys = new BriefKeys(arm.isClockSteady());
    }

    History history() {
        return history;
    }

    /** Writes until the server is gone, which may not happen before this is set. */
    void writeUntilKilled(int port, AtomicBoolean isKilled) throws IOException {
        try {
            while (!isKilled.get()) {
                writeUntilCut(port);
            }
        } catch (IOException e) {
            if (!isKilled.get()) {
                throw e;
            }
            history.add("killed, " + pending.size() + " writes are in doubt: " + e.getMessage());
        }
    }

    /** Writes for a while, and goes in the middle of a command. */
    private void writeUntilCut(int port) throws IOException {
        String id;
        try (RespClient client = connect(port)) {
            id = Replies.call(client, "CLIENT", "ID").toString();
            for (int i = random.nextInt(2 * BATCHES_UNTIL_A_CUT); i >= 0; i--) {
                sendBatch(client);
                receiveAll(client);
            }
            sendBatch(client);
            client.sendHalf("SET", "string:half", "never");
            client.flush();
            for (int i = random.nextInt(pending.size() + 1); i > 0; i--) {
                receive(client);
            }
        }
        tally.cuts.incrementAndGet();
        history.add("connection " + id + " cut, " + pending.size() + " writes are in doubt");
        try (RespClient client = connect(port)) {
            // What the server has of them it goes on with until it notices.
            await().atMost(DEADLINE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> !((String) Replies.call(client, "CLIENT", "LIST")).contains("id=" + id + " "));
            verify(client);
        }
    }

    /** Writes so many batches, and last of all to a counter; all is acknowledged. */
    void write(int port, int batchCount) throws IOException {
        try (RespClient client = connect(port)) {
            for (int i = 0; i < batchCount; i++) {
                sendBatch(client);
                receiveAll(client);
            }
            send(client, Write.of("INCRBY", "counter:0", "1"));
            client.flush();
            receiveAll(client);
        }
    }

    private RespClient connect(int port) throws IOException {
        RespClient client = new RespClient(port);
        Object reply = Replies.call(client, "SELECT", Integer.toString(database));
        assertThat(reply).as("reply to SELECT").isEqualTo("OK");
        return client;
    }

    private void sendBatch(RespClient client) throws IOException {
        // Of several in doubt some may have been refused: one alone is there or not.
        int count = arm.mayRefuse() ? 1 : 1 + random.nextInt(LARGEST_BATCH);
        for (int i = 0; i < count; i++) {
            send(client, writes.next());
        }
        client.flush();
    }

    private void send(RespClient client, Write write) throws IOException {
        pending.add(new Sent(write, System.currentTimeMillis()));
        history.add("sent " + write);
        write.send(client);
    }

    private void receiveAll(RespClient client) throws IOException {
        while (!pending.isEmpty()) {
            receive(client);
        }
    }

    private void receive(RespClient client) throws IOException {
        Sent sent = pending.peek();
        Object reply = sent.write().receive(client);
        pending.remove();
        if (Replies.isRefused(reply)) {
            assertThat(arm.mayRefuse() || Replies.isOfTheEnd(reply))
                    .as("there is room for %s: %s", sent.write(), reply)
                    .isTrue();
            history.add("refused " + sent.write() + ": " + reply);
            tally.refused.incrementAndGet();
            return;
        }
        Object expected = apply(sent, reply);
        history.add("acknowledged " + sent.write());
        assertThat(reply)
                .as("reply to %s in database %d", sent.write(), database)
                .isEqualTo(expected);
        tally.acknowledged.incrementAndGet();
    }

    /** Returns the reply that it should have; of the commands within it that were refused, the reply that they have. */
    private Object apply(Sent sent, Object reply) {
        List<Object> replies = new ArrayList<>();
        for (String[] command : sent.write().commands()) {
            Object refusal = refusal(reply, replies.size());
            replies.add(refusal == null ? execute(command, sent.millis()) : refusal);
        }
        return sent.write().form() == Write.Form.SINGLE ? replies.get(0) : replies;
    }

    private Object refusal(Object reply, int index) {
        Object element = reply instanceof List<?> elements && index < elements.size() ? elements.get(index) : null;
        return arm.mayRefuse() && Replies.isRefused(element) ? element : null;
    }

    private Object execute(String[] command, long sentMillis) {
        if (isBrief(command)) {
            briefKeys.acknowledge(command, sentMillis);
            return "OK";
        }
        if (command[0].equals("FLUSHDB")) {
            briefKeys.clear();
        }
        return acknowledged.execute(command);
    }

    private static boolean isBrief(String... command) {
        return command.length > 1 && command[1].startsWith("brief:");
    }

    /**
     * Compares all that this client has written with what the server holds, and all that the server holds with that.
     *
     * @return the number of keys
     */
    long verify(int port) throws IOException {
        try (RespClient client = connect(port)) {
            return verify(client);
        }
    }

    private long verify(RespClient client) throws IOException {
        StoredData found = StoredData.read(client);
        List<String> differences = differences(found);
        tally.inDoubt.addAndGet(pending.size());
        while (!isSame(found)) {
            assertThat(pending)
                    .as(
                            "database %d: the server holds neither what was acknowledged nor what the next writes made"
                                    + " of it; against the acknowledged state: %s",
                            database, differences)
                    .isNotEmpty();
            Sent sent = pending.remove();
            apply(new Sent(sent.write(), 0), null);
            tally.inDoubtFound.incrementAndGet();
            history.add("found done: " + sent.write());
        }
        for (Sent sent : pending) {
            doubt(sent.write());
        }
        pending.clear();
        briefKeys.verify(client, found.brief());
        long keys = found.values().size();
        assertThat((Long) Replies.call(client, "DBSIZE"))
                .as("keys in database %d", database)
                .isBetween(keys, keys + found.brief().size());
        tally.compared(keys);
        return keys;
    }

    /** What it does to keys that expire soon cannot be seen in the others. */
    private void doubt(Write write) {
        for (String[] command : write.commands()) {
            if (isBrief(command)) {
                briefKeys.doubt(command);
            } else if (command[0].equals("FLUSHDB")) {
                briefKeys.doubtAll();
            }
        }
    }

    private boolean isSame(StoredData found) {
        return found.values().equals(acknowledged.contents())
                && found.deadlines().equals(acknowledged.deadlines());
    }

    private List<String> differences(StoredData found) {
        TreeSet<String> keys = new TreeSet<>(found.values().keySet());
        keys.addAll(acknowledged.contents().keySet());
        return keys.stream()
                .filter(key -> !Objects.equals(
                                found.values().get(key), acknowledged.contents().get(key))
                        || !Objects.equals(
                                found.deadlines().get(key),
                                acknowledged.deadlines().get(key)))
                .limit(10)
                .map(key -> key + ": acknowledged "
                        + Text.shorten(acknowledged.contents().get(key)) + " until "
                        + acknowledged.deadlines().get(key) + ", found "
                        + Text.shorten(found.values().get(key)) + " until "
                        + found.deadlines().get(key))
                .toList();
    }
}

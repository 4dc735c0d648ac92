package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Clients that wait for elements, through kill after kill: an element that was given to somebody is gone, one that was
 * not is there, and nobody is given one that is not acknowledged as pushed or in doubt.
 *
 * <p>The seed is printed; {@code -Dpop.seed} chooses another. It fixes when the server is killed, not how threads interleave.
 */
class BlockingPopIT {
    private static final int WAITING = 40;
    private static final int PUSHING = 4;
    private static final int ROUNDS = 5;
    private static final String QUEUE = "queue";

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private final Random random = new Random(seed());
    private final AtomicLong next = new AtomicLong();
    /** Elements whose push was acknowledged, and all that were tried. */
    private final Set<String> pushed = ConcurrentHashMap.newKeySet();

    private final Set<String> tried = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> popped = new ConcurrentLinkedQueue<>();

    private static long seed() {
        long seed = Long.getLong("pop.seed", System.nanoTime());
        System.out.printf(Locale.ROOT, "-Dpop.seed=%d%n", seed);
        return seed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldNeitherLoseNorRepeatAnElementThroughKills(String domain) throws Exception {
        directory.placeFor(domain);
        ServerProcess.Builder builder = directory.server().domain(domain);
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = builder.start()) {
                runUntilKilled(server);
            }
        }
        try (ServerProcess server = builder.start();
                Jedis client = new Jedis("127.0.0.1", server.port())) {
            verify(client.lrange(QUEUE, 0, -1));
        }
    }

    private void runUntilKilled(ServerProcess server) throws Exception {
        ExecutorService clients = Executors.newCachedThreadPool();
        int port = server.port();
        int before = popped.size();
        for (int i = 0; i < WAITING; i++) {
            clients.execute(() -> untilKilled(port, this::pop));
        }
        for (int i = 0; i < PUSHING; i++) {
            clients.execute(() -> untilKilled(port, this::push));
        }
        int target = before + 200 + random.nextInt(1_500);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (popped.size() < target) {
            assertThat(System.nanoTime()).as("elements are popped").isLessThan(deadline);
            Thread.onSpinWait();
        }
        server.kill();
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private interface Use {
        void of(Jedis client);
    }

    private static void untilKilled(int port, Use use) {
        try (Jedis client = new Jedis("127.0.0.1", port, 30_000)) {
            while (true) {
                use.of(client);
            }
        } catch (JedisConnectionException e) {
            // It has been killed.
        }
    }

    private void pop(Jedis client) {
        List<String> reply = client.blpop(0, QUEUE);
        popped.add(reply.get(1));
    }

    private void push(Jedis client) {
        String element = "element-" + next.incrementAndGet();
        tried.add(element);
        client.rpush(QUEUE, element);
        pushed.add(element);
    }

    private void verify(List<String> left) {
        List<String> given = new ArrayList<>(popped);
        Set<String> once = new HashSet<>(given);
        assertThat(once).as("elements given twice").hasSize(given.size());
        assertThat(tried).as("elements that nobody pushed").containsAll(once).containsAll(left);
        assertThat(left).as("elements given to somebody and still there").doesNotContainAnyElementsOf(once);
        Set<String> missing = new HashSet<>(pushed);
        missing.removeAll(once);
        missing.removeAll(left);
        // Those that were on their way to a client when the server was killed.
        assertThat(missing)
                .as("elements acknowledged and neither given nor there")
                .hasSizeLessThanOrEqualTo(WAITING * ROUNDS);
        System.out.printf(Locale.ROOT, "%d given, %d left, %d in doubt%n", given.size(), left.size(), missing.size());
    }
}

package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that mean harm, all at once, against servers with small heaps: random bytes, random commands with hostile
 * numbers and sizes, slow readers, requests begun and not ended, scripts. Meanwhile and afterwards the server serves a
 * client that means well, its memory is bounded, and its data are those that were acknowledged.
 *
 * <p>{@code -Dhostile.seconds} is how long all servers together are attacked; the seed is printed, and {@code
 * -Dhostile.seed} chooses another. A seed fixes what each client sends, not how they interleave.
 */
class HostileIT {
    private static final int ARMS = 5;
    private static final Duration ATTACK = Duration.ofMillis(1_000L * Integer.getInteger("hostile.seconds", 60) / ARMS);
    /** What a server may take beyond its heap: as much in direct buffers, and code, threads and libraries. */
    private static final long BESIDE_HEAP_KB = 400L << 10;

    private static final Duration SETTLING = Duration.ofSeconds(60);

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.inMemory();

    private final long seed = Long.getLong("hostile.seed", System.nanoTime());

    @ParameterizedTest
    @CsvSource({"nvm-aof,64", "nvm-aof,256", "aof,128", "rdb,128", "none,96"})
    void shouldServeOthersAndKeepTheirData(String persistence, int heapMegabytes) throws Exception {
        System.out.printf(Locale.ROOT, "%s, -Xmx%dm: -Dhostile.seed=%d%n", persistence, heapMegabytes, seed);
        ServerProcess.Builder builder = directory
                .server()
                .with("--persistence", persistence)
                .jvm("-Xmx" + heapMegabytes + "m", "-XX:+ExitOnOutOfMemoryError");
        if (persistence.equals("nvm-aof")) {
            builder.domain("emulated").with("--nvm-segment-size", "8mb");
        }
        Witness witness = new Witness(seed);
        try (ServerProcess server = builder.start()) {
            attackOrTell(server, witness, heapMegabytes);
            server.kill();
        }
        // What rdb and none had acknowledged need not outlive a kill.
        if (persistence.equals("nvm-aof") || persistence.equals("aof")) {
            try (ServerProcess again = builder.start()) {
                witness.verify(again.port());
            }
        }
    }

    private void attackOrTell(ServerProcess server, Witness witness, int heapMegabytes) throws Exception {
        try {
            attack(server, witness, heapMegabytes);
        } catch (AssertionError | IOException e) {
            throw new AssertionError("-Dhostile.seed=" + seed + ": " + e.getMessage() + "\n" + server.said(), e);
        }
    }

    private void attack(ServerProcess server, Witness witness, int heapMegabytes) throws Exception {
        int port = server.port();
        AtomicBoolean isOver = new AtomicBoolean();
        List<HostileClient> attackers = attackers(port, heapMegabytes, isOver);
        List<Thread> threads = new ArrayList<>();
        for (HostileClient attacker : attackers) {
            Thread thread = new Thread(attacker, attacker.name());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        long until = System.nanoTime() + ATTACK.toNanos();
        try {
            while (System.nanoTime() < until) {
                witness.work(port);
                assertThat(server.isAlive())
                        .as("the server lives: %s", tail(server))
                        .isTrue();
            }
        } finally {
            isOver.set(true);
            attackers.forEach(HostileClient::close);
        }
        for (Thread thread : threads) {
            thread.join(SETTLING.toMillis());
        }
        report(attackers, witness);
        verify(server, witness, heapMegabytes);
    }

    private void verify(ServerProcess server, Witness witness, int heapMegabytes) throws Exception {
        int port = server.port();
        await().atMost(SETTLING).ignoreExceptions().until(() -> witness.connectedClients(port) <= 1);
        witness.verify(port);
        assertThat(witness.acknowledged())
                .as("writes that were acknowledged meanwhile")
                .isGreaterThan(30);
        assertThat(server.isAlive()).as("the server lives: %s", tail(server)).isTrue();
        assertThat(server.stderr())
                .as("what clients cause leaves no stack trace in the log")
                .noneMatch(line -> line.startsWith("\tat "));
        long peak = peakKilobytes(server.pid());
        System.out.printf(Locale.ROOT, "peak resident memory %d MB%n", peak >> 10);
        // Pages of the log and the table, which the system may take back, count as resident where they are mapped.
        assertThat(anonymousKilobytes(server.pid()))
                .as("resident memory that is not of mapped files, KB")
                .isLessThan(2L * (heapMegabytes << 10) + BESIDE_HEAP_KB);
    }

    private List<HostileClient> attackers(int port, int heapMegabytes, AtomicBoolean isOver) {
        List<HostileClient> attackers = new ArrayList<>();
        long salt = seed;
        for (Map.Entry<String, HostileClient.Attack> attack :
                HostileAttacks.all(heapMegabytes << 20).entrySet()) {
            attackers.add(new HostileClient(attack.getKey(), port, new Random(salt++), isOver, attack.getValue()));
        }
        return attackers;
    }

    private static void report(List<HostileClient> attackers, Witness witness) {
        for (HostileClient attacker : attackers) {
            System.out.println(attacker.report());
        }
        System.out.println(witness.report());
    }

    private static List<String> tail(ServerProcess server) {
        List<String> lines = server.stderr();
        return lines.subList(Math.max(0, lines.size() - 20), lines.size());
    }

    private static long peakKilobytes(long pid) throws IOException {
        return status(pid, "VmHWM:");
    }

    private static long anonymousKilobytes(long pid) throws IOException {
        return status(pid, "RssAnon:");
    }

    private static long status(long pid, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new AssertionError("no " + field + " of process " + pid);
    }
}

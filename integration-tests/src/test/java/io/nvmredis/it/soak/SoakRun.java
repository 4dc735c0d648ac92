package io.nvmredis.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.ClientThreads;
import io.nvmredis.it.kit.OtherJdks;
import io.nvmredis.it.kit.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Rounds of one arm: a start, a comparison of everything, writes, and a kill. */
final class SoakRun implements AutoCloseable {
    private static final int CLIENTS = 5;
    private static final int COUNTING_CLIENTS = 2;
    private static final long ROOM_ON_FULL_DISK = 1 << 20;

    private final Arm arm;
    private final Place place;
    private final Random random;
    private final Tally tally = new Tally();
    private final List<SoakClient> clients = new ArrayList<>();
    private final SharedCounters counters = new SharedCounters(tally);
    private final List<Path> jdks = OtherJdks.find();
    private final ClientThreads threads = new ClientThreads(Duration.ofSeconds(90));
    private ServerProcess server;

    SoakRun(Arm arm, Place place, long seed) throws Exception {
        this.arm = arm;
        this.place = place;
        this.random = new Random(seed);
        for (int database = 0; database < CLIENTS; database++) {
            clients.add(new SoakClient(database, new Random(seed + 1 + database), arm, tally));
        }
    }

    Tally tally() {
        return tally;
    }

    List<SoakClient> clients() {
        return clients;
    }

    /** What the last server has said. */
    String serverSaid() {
        return server == null ? "no server was started" : server.said();
    }

    /** At least one round, and as many as there is time for. */
    void runUntil(long untilNanos) throws Exception {
        do {
            runRound();
        } while (System.nanoTime() < untilNanos);
        start(nextServer());
        verify();
        server.close();
    }

    private void runRound() throws Exception {
        for (int starts = random.nextInt(4) - 1; starts > 0; starts--) {
            killWhileStarting();
        }
        place.stepClock(random);
        start(nextServer());
        Moment moment = arm.moment(random);
        if (moment == Moment.REPLAYING) {
            // A comparison takes longer than the replay.
            end(moment, awaitMoment(moment));
            return;
        }
        verify();
        writeUntilKilled(moment);
        if (arm == Arm.TRANSFER) {
            new Transfer(place, random, this::verifyAt).run();
        }
    }

    private ServerProcess.Builder nextServer() {
        ServerProcess.Builder builder = place.server().with(arm.options(random).toArray(String[]::new));
        int jdk = random.nextInt(3);
        return jdk < jdks.size() ? builder.jdk(jdks.get(jdk)) : builder;
    }

    private void start(ServerProcess.Builder builder) throws Exception {
        server = builder.start();
        tally.start();
    }

    /** A start that is cut short must leave the next one everything. */
    private void killWhileStarting() throws Exception {
        server = nextServer().launch();
        Moment.STARTING.await(server, random, tally);
        server.kill();
        tally.kill(Moment.STARTING);
    }

    private void verify() throws Exception {
        verifyAt(server.port());
    }

    private void verifyAt(int port) throws Exception {
        List<Future<Long>> comparisons = new ArrayList<>();
        for (SoakClient client : clients) {
            comparisons.add(threads.call(() -> client.verify(port)));
        }
        counters.verify(port);
        for (Future<Long> comparison : comparisons) {
            threads.join(comparison);
        }
    }

    private void writeUntilKilled(Moment moment) throws Exception {
        int port = server.port();
        AtomicBoolean isKilled = new AtomicBoolean();
        List<Future<Void>> writers = new ArrayList<>();
        for (SoakClient client : clients) {
            writers.add(threads.start(() -> client.writeUntilKilled(port, isKilled)));
        }
        for (int i = 0; i < COUNTING_CLIENTS; i++) {
            writers.add(threads.start(() -> counters.countUntilKilled(port, isKilled)));
        }
        writers.add(threads.start(() -> counters.readUntilKilled(port, isKilled)));
        boolean hasCome = false;
        try {
            hasCome = awaitMoment(moment);
            failIfEnded(writers);
        } finally {
            isKilled.set(true);
            end(moment, hasCome);
        }
        for (Future<Void> writer : writers) {
            threads.join(writer);
        }
        place.freeDisk();
    }

    private boolean awaitMoment(Moment moment) throws Exception {
        boolean isFreedAgain = random.nextBoolean();
        if (arm == Arm.FULL_DISK && moment == Moment.FULL) {
            place.fillDisk(ROOM_ON_FULL_DISK);
        }
        boolean hasCome = moment.await(server, random, tally);
        place.stepClock(random);
        if (isFreedAgain) {
            place.freeDisk();
            server.runFor(Duration.ofMillis(random.nextInt(500)));
        }
        assertThat(server.isAlive()).as("the server lives until it is killed").isTrue();
        return hasCome;
    }

    private void end(Moment moment, boolean hasCome) throws Exception {
        if (random.nextInt(8) == 0 && server.isAlive()) {
            assertThat(server.terminate().status())
                    .as("exit status after SIGTERM")
                    .isZero();
        } else {
            server.kill();
            tally.kill(hasCome ? moment : Moment.ANY);
        }
    }

    private void failIfEnded(List<Future<Void>> writers) throws Exception {
        for (Future<Void> writer : writers) {
            if (writer.isDone()) {
                threads.join(writer);
                throw new AssertionError("a client has ended before the server was killed");
            }
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends the server and the clients. */
    void stop() {
        threads.close();
        if (server != null) {
            server.close();
        }
    }
}

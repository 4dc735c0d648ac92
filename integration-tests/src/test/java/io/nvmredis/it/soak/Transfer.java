package io.nvmredis.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.ServerProcess;
import io.nvmredis.spi.testkit.TemporaryDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Takes the data of a server that was killed to another directory, by an export and an import that is killed first. */
final class Transfer {
    private static final int IMPORT_MILLIS = 2_000;

    /** Compares all that the server on this port holds. */
    interface Comparison {
        void run(int port) throws Exception;
    }

    private final Place place;
    private final Random random;
    private final Comparison comparison;

    Transfer(Place place, Random random, Comparison comparison) {
        this.place = place;
        this.random = random;
        this.comparison = comparison;
    }

    void run() throws Exception {
        Path exported = place.exportTarget();
        place.transfer("export", place.data(), "--format", random.nextBoolean() ? "rdb" : "aof", exported.toString())
                .succeed();
        Path killed = place.next();
        try (ServerProcess importing =
                place.transfer("import", killed, exported.toString()).launch()) {
            importing.runFor(Duration.ofMillis(random.nextInt(IMPORT_MILLIS)));
            importing.kill();
        }
        verifyWholeOrRefused(killed);
        Path whole = place.next();
        place.transfer("import", whole, exported.toString()).succeed();
        TemporaryDirectory.delete(place.data());
        TemporaryDirectory.delete(exported);
        if (Files.exists(killed)) {
            TemporaryDirectory.delete(killed);
        }
        place.moveTo(whole);
    }

    private void verifyWholeOrRefused(Path killed) throws Exception {
        try (ServerProcess server = place.serverIn(killed).launch()) {
            if (isReady(server)) {
                if (server.banner().keys() > 0) {
                    comparison.run(server.port());
                }
                server.kill();
            } else {
                ServerProcess.Exit exit = server.awaitExit();
                assertThat(exit.status())
                        .as("exit status on what a killed import has left: %s", exit.err())
                        .isEqualTo(1);
                assertThat(String.join("\n", exit.err())).contains("import");
            }
        }
    }

    private static boolean isReady(ServerProcess server) throws InterruptedException {
        try {
            server.banner();
            return true;
        } catch (AssertionError e) {
            if (server.isAlive()) {
                throw e;
            }
            return false;
        }
    }
}

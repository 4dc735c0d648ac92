package io.nvmredis.it.soak;

import io.nvmredis.it.kit.SteppedClock;
import io.nvmredis.it.kit.TestDirectory;
import io.nvmredis.it.kit.TestTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients write all types through kills at random and at chosen moments, of servers of each kind with other options at
 * each start; whatever was acknowledged is there, a transaction is whole or absent, and nothing else is there.
 *
 * <p>{@code -Dsoak.seconds} is how long all arms together take, {@code -Dsoak.arms} names some of them, with commas
 * between. The seed is printed, and {@code -Dsoak.seed} chooses another: it fixes what is written, the options and the
 * moments, not how long something takes. Where a fault is found the server's directory and what each client has done are
 * kept in {@code target/soak}.
 */
class SoakIT {
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final Duration TIME = Duration.ofSeconds(TestTime.seconds("soak.seconds", 30, 180));
    private static final Tally ALL = new Tally();

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    static List<Arm> arms() {
        String chosen = System.getProperty("soak.arms");
        return Arrays.stream(Arm.values())
                .filter(arm -> chosen == null || List.of(chosen.split(",")).contains(arm.name()))
                .filter(arm -> arm != Arm.CLOCK || SteppedClock.isAvailable())
                .toList();
    }

    @AfterAll
    static void printVerdict() {
        String clock = SteppedClock.isAvailable() ? "" : "; libfaketime is not there, so no clock was stepped";
        System.out.printf(Locale.ROOT, "soak of %s, -Dsoak.seed=%d: %s%s%n", arms(), SEED, ALL, clock);
    }

    @ParameterizedTest
    @MethodSource("arms")
    void shouldKeepWhatItAcknowledged(Arm arm) throws Exception {
        System.out.printf(Locale.ROOT, "%s: -Dsoak.seed=%d%n", arm, SEED);
        long until = System.nanoTime() + TIME.toNanos() / arms().size();
        try (Place place = new Place(directory, arm);
                SoakRun run = new SoakRun(arm, place, SEED ^ arm.name().hashCode())) {
            try {
                run.runUntil(until);
            } catch (Exception | AssertionError e) {
                run.stop();
                Evidence evidence = keep(run, place, arm, e);
                throw new AssertionError(
                        String.format(
                                Locale.ROOT,
                                "%s: -Dsoak.seed=%d -Dsoak.arms=%s, kept in %s: %s%n%s",
                                arm,
                                SEED,
                                arm,
                                evidence.folder(),
                                e.getMessage(),
                                run.serverSaid()),
                        e);
            } finally {
                System.out.printf(Locale.ROOT, "%s: %s%n", arm, run.tally());
                ALL.add(run.tally());
            }
        }
    }

    private static Evidence keep(SoakRun run, Place place, Arm arm, Throwable fault) throws Exception {
        Evidence evidence = new Evidence(arm + "-" + SEED);
        evidence.keep(place.dataToKeep());
        evidence.keep("fault", List.of(fault.toString()));
        evidence.keep("server", List.of(run.serverSaid()));
        for (int i = 0; i < run.clients().size(); i++) {
            evidence.keep("client" + i, run.clients().get(i).history().lines());
        }
        return evidence;
    }
}

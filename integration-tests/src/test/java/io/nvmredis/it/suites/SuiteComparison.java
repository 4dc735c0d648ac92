package io.nvmredis.it.suites;

import io.nvmredis.it.suites.TestReports.Outcome;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One suite's run against a redis-server and its run against this server.
 *
 * <p>What counts is what passed on Redis. Such a test that failed, was skipped or was not run here is a difference; what
 * did not pass on Redis tells nothing of this server.
 */
final class SuiteComparison {
    private final Map<String, Outcome> onRedis;
    private final int passedOnRedis;
    /** Of each test that differs: what became of it here. */
    private final Map<String, String> differences = new TreeMap<>();

    private final List<String> unexpected;
    private final List<ExpectedDifferences.Entry> stale;

    SuiteComparison(TestReports redis, TestReports here, ExpectedDifferences expected) {
        onRedis = redis.outcomes();
        passedOnRedis = count(Outcome.PASSED);
        onRedis.forEach((test, outcome) -> {
            Outcome outcomeHere = here.outcomes().get(test);
            if (outcome == Outcome.PASSED && outcomeHere != Outcome.PASSED) {
                differences.put(
                        test,
                        outcomeHere == null ? "not run" : outcomeHere.name().toLowerCase(Locale.ROOT));
            }
        });
        unexpected = new ArrayList<>(differences.keySet());
        unexpected.removeIf(expected::cover);
        stale = expected.staleWith(differences.keySet());
    }

    private int count(Outcome outcome) {
        return (int) onRedis.values().stream().filter(outcome::equals).count();
    }

    int passedOnRedis() {
        return passedOnRedis;
    }

    int passedHere() {
        return passedOnRedis - differences.size();
    }

    /** The tests that differ and are in no list. */
    List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    /** What is listed and does not differ. */
    List<ExpectedDifferences.Entry> stale() {
        return stale;
    }

    void print(PrintStream out) {
        out.printf(
                Locale.ROOT,
                "reported on Redis %d: passed %d, failed %d, skipped %d%n",
                onRedis.size(),
                passedOnRedis,
                count(Outcome.FAILED),
                count(Outcome.SKIPPED));
        out.printf(
                Locale.ROOT,
                "passed here of those that passed on Redis: %d of %d, %.2f %%; %d differ, %d of them unexpectedly%n",
                passedHere(),
                passedOnRedis,
                passedOnRedis == 0 ? 0.0 : 100.0 * passedHere() / passedOnRedis,
                differences.size(),
                unexpected.size());
        for (String test : unexpected) {
            out.printf(Locale.ROOT, "differs (%s here): %s%n", differences.get(test), test);
        }
        for (ExpectedDifferences.Entry entry : stale) {
            out.printf(Locale.ROOT, "listed, but does not differ: %s (%s)%n", entry.test(), entry.reason());
        }
    }
}

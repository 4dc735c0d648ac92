package io.nvmredis.it.suites;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares what a client's test suite says of a redis-server with what it says of this server.
 *
 * <pre>java -cp integration-tests/target/test-classes io.nvmredis.it.suites.CompareSuites \
 *     [--strict] REPORTS-OF-REDIS REPORTS-OF-THIS-SERVER EXPECTED-DIFFERENCES</pre>
 *
 * <p>Exit status: 0 nothing differs but what is listed; 1 something does, or, with {@code --strict}, something is listed that
 * does not differ; 2 the arguments, or the files, cannot be used.
 */
public final class CompareSuites {
    private static final int EXPECTED = 0;
    private static final int UNEXPECTED = 1;
    private static final int UNUSABLE = 2;
    private static final String STRICT = "--strict";

    private CompareSuites() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    /** Compares and prints; gives the exit status. */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        List<String> names = new ArrayList<>(Arrays.asList(arguments));
        boolean isStrict = names.remove(STRICT);
        if (names.size() != 3) {
            err.println("arguments: [--strict] REPORTS-OF-REDIS REPORTS-OF-THIS-SERVER EXPECTED-DIFFERENCES");
            return UNUSABLE;
        }
        SuiteComparison comparison;
        try {
            comparison = new SuiteComparison(
                    TestReports.read(Path.of(names.get(0))),
                    TestReports.read(Path.of(names.get(1))),
                    ExpectedDifferences.read(Path.of(names.get(2))));
        } catch (IOException e) {
            err.println(e.getMessage() == null ? e.toString() : e.getMessage());
            return UNUSABLE;
        }
        comparison.print(out);
        boolean isAsExpected = comparison.unexpected().isEmpty()
                && !(isStrict && !comparison.stale().isEmpty());
        return isAsExpected ? EXPECTED : UNEXPECTED;
    }
}

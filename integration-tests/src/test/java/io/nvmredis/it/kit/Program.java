package io.nvmredis.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program than a server, which is run to its end and has nothing to read. */
public final class Program {
    private static final Duration PROBE_DEADLINE = Duration.ofSeconds(10);

    private Program() {}

    /** Whether it ended in time and with the status 0, and what it said. */
    record Outcome(boolean isSuccess, String end, List<String> lines) {}

    /** Runs one that succeeds within two minutes, and returns what it says. */
    public static List<String> run(String... command) throws IOException, InterruptedException {
        return run(Duration.ofMinutes(2), command);
    }

    /** Runs one that succeeds, and returns what it says. */
    public static List<String> run(Duration deadline, String... command) throws IOException, InterruptedException {
        Outcome outcome = outcome(deadline, command);
        assertThat(outcome.isSuccess())
                .as("success of %s, which %s: %s", List.of(command), outcome.end(), outcome.lines())
                .isTrue();
        return outcome.lines();
    }

    /** Runs one that shows soon, by its outcome, what can be done here. */
    static Outcome probe(String... command) throws IOException, InterruptedException {
        return outcome(PROBE_DEADLINE, command);
    }

    private static Outcome outcome(Duration deadline, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        try {
            ProcessOutput output = new ProcessOutput(process.getInputStream(), command[0]);
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                return new Outcome(false, "has not ended after " + deadline, output.lines());
            }
            int status = process.exitValue();
            return new Outcome(status == 0, "ended with the status " + status, output.allLines());
        } finally {
            process.destroyForcibly();
        }
    }
}
